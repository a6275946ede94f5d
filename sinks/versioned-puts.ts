import type { BatchStatementError } from '@aws-sdk/client-dynamodb';
import { BatchExecuteStatementCommand } from '@aws-sdk/lib-dynamodb';
import { DependencyError, TidemarkError } from '../operators/errors.ts';
import { callAws, toTidemarkError } from './aws-errors.ts';
import { boundedMap } from './bounded-map.ts';
import type { WriteOutcome } from './stores.ts';
import type { Condition, Item, TableAccess } from './table-access.ts';
import { type BatchRetry, defaultBatchRetry, untilAllDone } from './table-batches.ts';

/**
 * Statements of one BatchExecuteStatement call.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html
 */
export const statementsPerCall = 25;

/** Bytes of binary attributes that one call carries; an item beyond it goes by itself. */
const bytesPerCallMax = 2_000_000;

/** Codes of single statements after which the same statement can be tried again. */
const retryableCodes = new Set([
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'ThrottlingError',
  'InternalServerError',
  'TransactionConflict',
]);

/** Codes that blame the item, in a statement and in a put: too large, or with values that a table does not take. */
const refusedItemCodes = new Set([
  'ValidationError',
  'ItemCollectionSizeLimitExceeded',
  'ValidationException',
  'ItemCollectionSizeLimitExceededException',
]);

/** Codes that say: what is stored is not what the statement was meant for. */
const conflictCodes = new Set(['ConditionalCheckFailed', 'DuplicateItem']);

export interface VersionedPutsOptions {
  readonly partitionKey: string;
  /** Attributes an item may have or not; one that a put leaves out is removed from the stored item. */
  readonly optionalAttributes: readonly string[];
  readonly retry?: BatchRetry | undefined;
}

interface Pending {
  readonly item: Item;
  readonly position: number;
}

/**
 * Writes whole items, each under the condition that the stored `version` is the one before its own (absent for 1).
 * Several go 25 a call, each with a result of its own; where the service does not know that operation, which the first
 * call finds out, each goes by itself. Within the table's adaptive limit either way.
 */
export class VersionedPuts {
  readonly #table: TableAccess;
  readonly #options: VersionedPutsOptions;
  readonly #retry: BatchRetry;
  #batches = true;

  constructor(table: TableAccess, options: VersionedPutsOptions) {
    this.#table = table;
    this.#options = options;
    this.#retry = options.retry ?? defaultBatchRetry;
  }

  /**
   * @throws TidemarkError `item-refused` when the item itself is to blame; ThrottledError or DependencyError else
   */
  async put(item: Item): Promise<WriteOutcome> {
    const condition = conditionOf(item, this.#options.partitionKey);
    try {
      return await this.#table.writes.use(1, () => this.#table.put(item, condition));
    } catch (error) {
      const name = error instanceof DependencyError ? String(error.context.awsError) : '';
      if (!refusedItemCodes.has(name)) throw error;
      throw itemRefused(name, this.#table.table, error);
    }
  }

  /**
   * @param items of distinct keys
   * @returns outcomes in the order of the items
   * @throws ThrottledError when a call's statements stay throttled `attemptsMax` rounds in a row; TidemarkError
   *   `item-refused` when an item itself is to blame; DependencyError for what else the service refuses. Other items may have been written by then: putting them again gives `conflict`.
   */
  async putMany(items: readonly Item[]): Promise<WriteOutcome[]> {
    const outcomes = new Array<WriteOutcome>(items.length);
    const calls = cutIntoCalls(items);
    // The limit decides how many of them are under way.
    await boundedMap(calls, Math.max(1, calls.length), async (pending) => {
      for (const [position, outcome] of await this.#putCall(pending)) outcomes[position] = outcome;
    });
    return outcomes;
  }

  async #putCall(pending: readonly Pending[]): Promise<Map<number, WriteOutcome>> {
    if (!this.#batches || pending.length === 1) return this.#putSingly(pending);
    try {
      return await this.#putBatch(pending);
    } catch (error) {
      if (!isUnknownOperation(error)) throw error;
      this.#batches = false;
      return this.#putSingly(pending);
    }
  }

  async #putSingly(pending: readonly Pending[]): Promise<Map<number, WriteOutcome>> {
    const outcomes = await boundedMap(pending, pending.length, ({ item }) => this.put(item));
    return new Map(pending.map(({ position }, index) => [position, outcomes[index] as WriteOutcome]));
  }

  async #putBatch(all: readonly Pending[]): Promise<Map<number, WriteOutcome>> {
    const table = this.#table;
    const outcomes = new Map<number, WriteOutcome>();
    await untilAllDone(table, all, { retry: this.#retry, limit: table.writes }, async (pending) => {
      const answer = await callAws('BatchExecuteStatement', { table: table.table }, () =>
        table.dynamo.send(
          new BatchExecuteStatementCommand({
            Statements: pending.map(({ item }) => this.#statement(item)),
            ReturnConsumedCapacity: 'TOTAL',
          }),
        ),
      );
      const left: Pending[] = [];
      for (const [index, one] of pending.entries()) {
        const outcome = this.#outcomeOf(answer.Responses?.[index]?.Error);
        if (outcome === undefined) left.push(one);
        else outcomes.set(one.position, outcome);
      }
      const units = answer.ConsumedCapacity?.map(({ CapacityUnits }) => CapacityUnits ?? 0);
      const itemsWritten = pending.length - left.length;
      table.meter.count(table.role, {
        itemsWritten,
        writeUnits: units?.reduce((sum, one) => sum + one, 0),
        itemsUnreported: units === undefined ? itemsWritten : 0,
      });
      return left;
    });
    return outcomes;
  }

  /** Undefined: to be tried again. A statement that took effect although it was reported failed is a conflict then. */
  #outcomeOf(error: BatchStatementError | undefined): WriteOutcome | undefined {
    if (error === undefined) return 'written';
    const code = error.Code ?? 'no code';
    if (conflictCodes.has(code)) return 'conflict';
    if (retryableCodes.has(code)) return undefined;
    if (refusedItemCodes.has(code)) throw itemRefused(code, this.#table.table, error);
    const name = code === 'ResourceNotFound' ? 'ResourceNotFoundException' : code;
    throw toTidemarkError({ name, message: error.Message ?? 'no message' }, 'BatchExecuteStatement', {
      table: this.#table.table,
    });
  }

  /** Names come from this code, never from data; all values are parameters. */
  #statement(item: Item): { Statement: string; Parameters: unknown[] } {
    const { partitionKey, optionalAttributes } = this.#options;
    const table = `"${this.#table.table}"`;
    const present = Object.entries(item).filter(([, value]) => value !== undefined);
    if (item.version === 1) {
      const members = present.map(([name]) => `'${name}': ?`).join(', ');
      return {
        Statement: `INSERT INTO ${table} VALUE {${members}}`,
        Parameters: present.map(([, value]) => value),
      };
    }
    const changed = present.filter(([name]) => name !== partitionKey);
    const sets = changed.map(([name]) => `SET "${name}" = ?`);
    const removes = optionalAttributes
      .filter((name) => item[name] === undefined)
      .map((name) => `REMOVE "${name}"`);
    return {
      Statement: `UPDATE ${table} ${[...sets, ...removes].join(' ')} WHERE "${partitionKey}" = ? AND "version" = ?`,
      Parameters: [...changed.map(([, value]) => value), item[partitionKey], (item.version as number) - 1],
    };
  }
}

function conditionOf({ version }: Item, partitionKey: string): Condition {
  if (version === 1) return { expression: 'attribute_not_exists(#key)', names: { '#key': partitionKey } };
  return {
    expression: '#version = :before',
    names: { '#version': 'version' },
    values: { ':before': (version as number) - 1 },
  };
}

/** Not an error of the service: the same item fails everywhere, and others do not. */
function itemRefused(awsError: string, table: string, cause: unknown): TidemarkError {
  return new TidemarkError('item-refused', `the table does not take an item: ${awsError}`, {
    cause,
    context: { table, awsError },
  });
}

function cutIntoCalls(items: readonly Item[]): Pending[][] {
  const calls: Pending[][] = [];
  let call: Pending[] = [];
  let callBytes = 0;
  for (const [position, item] of items.entries()) {
    const bytes = binaryBytes(item);
    if (call.length === statementsPerCall || (call.length > 0 && callBytes + bytes > bytesPerCallMax)) {
      calls.push(call);
      call = [];
      callBytes = 0;
    }
    call.push({ item, position });
    callBytes += bytes;
  }
  if (call.length > 0) calls.push(call);
  return calls;
}

function binaryBytes(item: Item): number {
  return Object.values(item).reduce<number>(
    (sum, value) => sum + (value instanceof Uint8Array ? value.byteLength : 0),
    0,
  );
}

function isUnknownOperation(error: unknown): boolean {
  return error instanceof DependencyError && error.context.awsError === 'UnknownOperationException';
}
