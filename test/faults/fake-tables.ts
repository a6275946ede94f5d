import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { hash48 } from '../../operators/event/event-hash.ts';
import {
  type TableDefinition,
  type TableRole,
  tableDefinitions,
  tableNames,
} from '../../sinks/table-definitions.ts';
import { equalTo, holds, type Item, projected, updated } from './expressions.ts';
import type { Random } from './random.ts';
import { serviceError } from './service-errors.ts';
import { readStatement, type Statement } from './statements.ts';
import { catchUp, compare, copied, keyOf, primaryKey, type Table } from './table-rows.ts';

export const names = tableNames('faults');

export interface FakeTablesOptions {
  readonly nowMs: () => number;
  readonly random: Random;
  /** How far an index lags behind its table, ms; drawn for each write. */
  readonly indexLagMs: () => number;
  /** True to leave an item of a batch unprocessed; asked for each. */
  readonly unprocessed: () => boolean;
  /** False answers BatchExecuteStatement as a service does that does not know it. */
  readonly knowsStatements: boolean;
  /** True to forget every condition on that table: for showing that the conditions are needed. */
  readonly ignoreConditions: (role: TableRole) => boolean;
  /** Told of each write that its condition refused. */
  readonly onConflict: (role: TableRole) => void;
  /** Told of each write that took effect. */
  readonly onWrite: (role: TableRole, item: Item) => void;
}

/** DynamoDB as far as the stores use it, in memory: each command takes effect at one instant. Unknown commands throw. */
export class FakeTables {
  readonly #tables = new Map<string, Table>();
  readonly #options: FakeTablesOptions;

  constructor(options: FakeTablesOptions) {
    this.#options = options;
    for (const [role, definition] of Object.entries(tableDefinitions) as [TableRole, TableDefinition][]) {
      const indexes = (definition.indexes ?? []).map(({ name, partitionKey, sortKey }) => ({
        name,
        partitionKey,
        sortKey,
        seen: new Map<string, Item>(),
        onTheWay: [],
      }));
      this.#tables.set(names[role], { role, definition, items: new Map(), indexes });
    }
  }

  /** All items of a table as they are now. */
  items(role: TableRole): readonly Item[] {
    return [...this.#table(names[role]).items.values()];
  }

  item(role: TableRole, ...key: readonly (string | number)[]): Item | undefined {
    return this.#table(names[role]).items.get(key.join('\0'));
  }

  /** Lets every index catch up at once, as it has by the time days have passed. */
  settleIndexes(): void {
    for (const table of this.#tables.values())
      for (const index of table.indexes) catchUp(index, Number.POSITIVE_INFINITY);
  }

  /** Makes a command take effect. @throws what the service would answer with */
  execute(command: unknown): unknown {
    if (command instanceof GetCommand) {
      const table = this.#table(command.input.TableName);
      return { Item: table.items.get(keyOf(table, command.input.Key as Item)) };
    }
    if (command instanceof PutCommand) {
      const { TableName, Item: item, ConditionExpression } = command.input;
      const table = this.#table(TableName);
      this.#check(table, keyOf(table, item as Item), ConditionExpression, command.input);
      this.#write(table, item as Item);
      return {};
    }
    if (command instanceof UpdateCommand) {
      const { TableName, Key, UpdateExpression, ConditionExpression } = command.input;
      const table = this.#table(TableName);
      const key = keyOf(table, Key as Item);
      this.#check(table, key, ConditionExpression, command.input);
      this.#write(
        table,
        updated(UpdateExpression ?? '', table.items.get(key) ?? (Key as Item), command.input),
      );
      return {};
    }
    if (command instanceof DeleteCommand) {
      const { TableName, Key, ConditionExpression } = command.input;
      const table = this.#table(TableName);
      const key = keyOf(table, Key as Item);
      this.#check(table, key, ConditionExpression, command.input);
      this.#remove(table, key);
      return {};
    }
    if (command instanceof QueryCommand) return this.#query(command.input);
    if (command instanceof ScanCommand) {
      const { TableName, ExclusiveStartKey, Limit, ProjectionExpression, FilterExpression } = command.input;
      const { Segment: part = 0, TotalSegments: parts = 1 } = command.input;
      if (FilterExpression !== undefined) throw new Error('the fake tables filter no scans');
      const table = this.#table(TableName);
      const all = [...table.items.entries()]
        .filter(([key]) => hash48(key) % parts === part)
        .sort(([a], [b]) => (a < b ? -1 : 1));
      const start = ExclusiveStartKey && keyOf(table, ExclusiveStartKey as Item);
      const rest = start === undefined ? all : all.filter(([key]) => key > start);
      const page = rest.slice(0, Limit ?? rest.length).map(([, item]) => item);
      const last = page.length < rest.length ? page.at(-1) : undefined;
      return {
        Items: page.map((item) => projected(ProjectionExpression, item, command.input)),
        LastEvaluatedKey: last && primaryKey(table, last),
      };
    }
    if (command instanceof BatchGetCommand) return this.#batchGet(command);
    if (command instanceof BatchWriteCommand) return this.#batchWrite(command);
    if (command instanceof BatchExecuteStatementCommand && this.#options.knowsStatements) {
      const statements = command.input.Statements ?? [];
      if (statements.length > 25) throw serviceError('ValidationException', 'too many statements');
      return {
        Responses: statements.map(({ Statement = '', Parameters = [] }) =>
          this.#run(readStatement(Statement, Parameters)),
        ),
      };
    }
    throw serviceError(
      'UnknownOperationException',
      `${(command as object).constructor.name} is not known here`,
    );
  }

  /** One statement of a batch: each has a condition and an outcome of its own. */
  #run(statement: Statement): unknown {
    if (this.#options.unprocessed()) return { Error: { Code: 'ThrottlingError', Message: 'slow down' } };
    const table = this.#table(statement.table);
    const unconditional = this.#options.ignoreConditions(table.role);
    if (statement.kind === 'insert') {
      if (!unconditional && table.items.has(keyOf(table, statement.item))) {
        this.#options.onConflict(table.role);
        return { Error: { Code: 'DuplicateItem', Message: 'Duplicate primary key exists in table' } };
      }
      this.#write(table, statement.item);
      return {};
    }
    const { where, set, remove } = statement;
    const before = table.items.get(keyOf(table, where));
    const isMet = before && Object.entries(where).every(([name, value]) => before[name] === value);
    if (!isMet && !(before && unconditional)) {
      this.#options.onConflict(table.role);
      return { Error: { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' } };
    }
    const kept = Object.entries({ ...before, ...set }).filter(([name]) => !remove.includes(name));
    this.#write(table, Object.fromEntries(kept));
    return {};
  }

  #batchGet(command: BatchGetCommand): unknown {
    const Responses: Record<string, Item[]> = {};
    const UnprocessedKeys: Record<string, { Keys: Item[] }> = {};
    for (const [name, request] of Object.entries(command.input.RequestItems ?? {})) {
      const table = this.#table(name);
      const found: Item[] = [];
      const left: Item[] = [];
      for (const key of (request.Keys ?? []) as Item[]) {
        if (this.#options.unprocessed()) left.push(key);
        else {
          const item = table.items.get(keyOf(table, key));
          if (item) found.push(item);
        }
      }
      Responses[name] = this.#options.random.shuffle(found);
      if (left.length > 0) UnprocessedKeys[name] = { Keys: left };
    }
    return { Responses, UnprocessedKeys };
  }

  #batchWrite(command: BatchWriteCommand): unknown {
    const UnprocessedItems: Record<string, unknown[]> = {};
    for (const [name, requests] of Object.entries(command.input.RequestItems ?? {})) {
      const table = this.#table(name);
      const keys = requests.map(({ PutRequest }) => keyOf(table, PutRequest?.Item as Item));
      if (requests.length > 25 || new Set(keys).size < keys.length) {
        throw serviceError('ValidationException', 'too many items in the batch, or one of them twice');
      }
      const left = requests.filter((request) => {
        if (this.#options.unprocessed()) return true;
        this.#write(table, request.PutRequest?.Item as Item);
        return false;
      });
      if (left.length > 0) UnprocessedItems[name] = left;
    }
    return { UnprocessedItems };
  }

  #query(input: QueryCommandInput): unknown {
    const table = this.#table(input.TableName);
    const { IndexName, KeyConditionExpression = '', ScanIndexForward = true, ExclusiveStartKey } = input;
    const index = table.indexes.find(({ name }) => name === IndexName);
    if (IndexName !== undefined && !index) throw new Error(`no index ${IndexName}`);
    if (index && input.ConsistentRead)
      throw serviceError('ValidationException', 'indexes are not consistent');
    if (index) catchUp(index, this.#options.nowMs());
    const { partitionKey, sortKey = '' } = index ?? table.definition;
    equalTo(KeyConditionExpression, partitionKey, input);
    const rows = [...(index?.seen ?? table.items).entries()]
      .filter(([, item]) => item[sortKey] !== undefined && holds(KeyConditionExpression, item, input))
      .map(([key, item]) => ({ key, item }))
      .sort((a, b) => compare(a.item[sortKey], b.item[sortKey]) || (a.key < b.key ? -1 : 1));
    if (!ScanIndexForward) rows.reverse();
    // Where to go on is found by comparing, since the item may have moved or gone by now.
    const start = ExclusiveStartKey as Item | undefined;
    const startKey = start && keyOf(table, start);
    const isBehind = ({ item, key }: (typeof rows)[number]) => {
      const order =
        compare(item[sortKey], start?.[sortKey]) || (key < (startKey ?? '') ? -1 : key === startKey ? 0 : 1);
      return ScanIndexForward ? order > 0 : order < 0;
    };
    const rest = start === undefined ? rows : rows.filter(isBehind);
    const page = rest.slice(0, input.Limit ?? rest.length).map(({ item }) => item);
    const last = page.length < rest.length ? page.at(-1) : undefined;
    const lastKey = last && {
      ...primaryKey(table, last),
      [partitionKey]: last[partitionKey],
      [sortKey]: last[sortKey],
    };
    return {
      Items: page
        .filter((item) => holds(input.FilterExpression, item, input))
        .map((item) => projected(input.ProjectionExpression, item, input)),
      LastEvaluatedKey: lastKey,
    };
  }

  #check(table: Table, key: string, expression: string | undefined, input: never | object): void {
    if (this.#options.ignoreConditions(table.role)) return;
    if (!holds(expression, table.items.get(key), input)) {
      this.#options.onConflict(table.role);
      throw serviceError('ConditionalCheckFailedException', 'The conditional request failed');
    }
  }

  #write(table: Table, given: Item): void {
    const item = Object.fromEntries(
      Object.entries(given)
        .filter(([, value]) => value !== undefined)
        .map(copied),
    );
    const key = keyOf(table, item);
    table.items.set(key, item);
    this.#index(table, key, item);
    this.#options.onWrite(table.role, item);
  }

  #remove(table: Table, key: string): void {
    table.items.delete(key);
    this.#index(table, key, undefined);
  }

  #index(table: Table, key: string, item: Item | undefined): void {
    for (const index of table.indexes) {
      const indexed = item?.[index.partitionKey] !== undefined && item[index.sortKey] !== undefined;
      // Changes of one item come into the index in their order.
      const before = index.onTheWay.findLast((change) => change.key === key)?.atMs ?? 0;
      const atMs = Math.max(before, this.#options.nowMs() + this.#options.indexLagMs());
      index.onTheWay.push({ atMs, key, item: indexed ? item : undefined });
    }
  }

  #table(name: string | undefined): Table {
    const table = this.#tables.get(name ?? '');
    if (!table) throw serviceError('ResourceNotFoundException', `no table ${name}`);
    return table;
  }
}
