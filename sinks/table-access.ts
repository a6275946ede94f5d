import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { callAws, isFailedCondition } from './aws-errors.ts';
import type { WriteOutcome } from './stores.ts';
import type { TableRole } from './table-definitions.ts';
import type { WriteMeter } from './write-meter.ts';

export type Item = Record<string, unknown>;

/** A condition expression with the names and values it speaks of. */
export interface Condition {
  readonly expression: string;
  readonly names?: Record<string, string>;
  readonly values?: Record<string, unknown>;
}

export interface ItemPage {
  readonly items: readonly Item[];
  readonly lastKey: Item | undefined;
}

type Selection<T> = Omit<T, 'TableName' | 'ReturnConsumedCapacity'>;

/** Items of one table that may be written at once if nothing else is said. */
export const writesInFlightDefault = 128;

/** One table: every request is metered, and every error typed. */
export class TableAccess {
  readonly dynamo: DynamoDBDocumentClient;
  readonly table: string;
  readonly role: TableRole;
  readonly meter: WriteMeter;
  /** Items of batches and versioned puts under way at once. */
  readonly writes: AdaptiveLimit;

  constructor(
    dynamo: DynamoDBDocumentClient,
    table: string,
    role: TableRole,
    meter: WriteMeter,
    writes = new AdaptiveLimit({ max: writesInFlightDefault }),
  ) {
    this.dynamo = dynamo;
    this.table = table;
    this.role = role;
    this.meter = meter;
    this.writes = writes;
  }

  /** Strongly consistent. */
  async get(key: Item): Promise<Item | undefined> {
    const input = { TableName: this.table, Key: key, ConsistentRead: true, ...capacity };
    const answer = await this.#call('GetItem', () => this.dynamo.send(new GetCommand(input)));
    this.meter.count(this.role, {
      itemsRead: answer.Item === undefined ? 0 : 1,
      readUnits: units(answer.ConsumedCapacity),
    });
    return answer.Item;
  }

  /** Replaces the whole item; `conflict` when the condition does not hold, which costs a write all the same. */
  async put(item: Item, condition?: Condition): Promise<WriteOutcome> {
    const input = { TableName: this.table, Item: item, ...conditionInput(condition), ...capacity };
    return this.#write('PutItem', () => this.dynamo.send(new PutCommand(input)));
  }

  async update(
    input: Omit<UpdateCommandInput, 'TableName' | 'ReturnConsumedCapacity'>,
  ): Promise<WriteOutcome> {
    return this.#write('UpdateItem', () =>
      this.dynamo.send(new UpdateCommand({ ...input, TableName: this.table, ...capacity })),
    );
  }

  async delete(key: Item, condition?: Condition): Promise<WriteOutcome> {
    const input = { TableName: this.table, Key: key, ...conditionInput(condition), ...capacity };
    return this.#write('DeleteItem', () => this.dynamo.send(new DeleteCommand(input)));
  }

  async query(input: Selection<QueryCommandInput>): Promise<ItemPage> {
    return this.#read('Query', () =>
      this.dynamo.send(new QueryCommand({ ...input, TableName: this.table, ...capacity })),
    );
  }

  /** All items of a selection, page by page: for partitions that are small by nature. */
  async *queryAll(input: Selection<QueryCommandInput>): AsyncGenerator<Item> {
    let startKey: Item | undefined;
    do {
      const page = await this.query(
        startKey === undefined ? input : { ...input, ExclusiveStartKey: startKey },
      );
      yield* page.items;
      startKey = page.lastKey;
    } while (startKey !== undefined);
  }

  async scan(input: Selection<ScanCommandInput>): Promise<ItemPage> {
    return this.#read('Scan', () =>
      this.dynamo.send(new ScanCommand({ ...input, TableName: this.table, ...capacity })),
    );
  }

  /** The whole table, page by page: for jobs and summaries. */
  async *scanAll(input: Selection<ScanCommandInput>): AsyncGenerator<Item> {
    let startKey: Item | undefined;
    do {
      const page = await this.scan(
        startKey === undefined ? input : { ...input, ExclusiveStartKey: startKey },
      );
      yield* page.items;
      startKey = page.lastKey;
    } while (startKey !== undefined);
  }

  async #write(
    operation: string,
    call: () => Promise<{ ConsumedCapacity?: ConsumedCapacity | undefined }>,
  ): Promise<WriteOutcome> {
    try {
      const answer = await call();
      this.meter.count(this.role, { itemsWritten: 1, writeUnits: units(answer.ConsumedCapacity) });
      return 'written';
    } catch (error) {
      if (!isFailedCondition(error)) return this.#call(operation, () => Promise.reject(error));
      // The service does not say what a failed condition cost; it is one unit at the least.
      this.meter.count(this.role, { itemsWritten: 1, writeUnits: 1 });
      return 'conflict';
    }
  }

  async #read(
    operation: string,
    call: () => Promise<{
      Items?: Item[] | undefined;
      LastEvaluatedKey?: Item | undefined;
      ConsumedCapacity?: ConsumedCapacity | undefined;
    }>,
  ): Promise<ItemPage> {
    const answer = await this.#call(operation, call);
    const items = answer.Items ?? [];
    this.meter.count(this.role, { itemsRead: items.length, readUnits: units(answer.ConsumedCapacity) });
    return { items, lastKey: answer.LastEvaluatedKey };
  }

  #call<T>(operation: string, call: () => Promise<T>): Promise<T> {
    return callAws(operation, { table: this.table }, call);
  }
}

const capacity = { ReturnConsumedCapacity: 'TOTAL' } as const;

function units(consumed: ConsumedCapacity | undefined): number | undefined {
  return consumed?.CapacityUnits;
}

function conditionInput(condition: Condition | undefined) {
  if (condition === undefined) return {};
  return {
    ConditionExpression: condition.expression,
    ...(condition.names === undefined ? {} : { ExpressionAttributeNames: condition.names }),
    ...(condition.values === undefined ? {} : { ExpressionAttributeValues: condition.values }),
  };
}
