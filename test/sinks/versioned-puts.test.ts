import type {
  BatchExecuteStatementCommandInput,
  DynamoDBDocumentClient,
  PutCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { DependencyError, ThrottledError } from '../../operators/errors.ts';
import { AdaptiveLimit } from '../../sinks/adaptive-limit.ts';
import { type Item, TableAccess } from '../../sinks/table-access.ts';
import { VersionedPuts } from '../../sinks/versioned-puts.ts';
import { WriteMeter } from '../../sinks/write-meter.ts';

type Statement = { readonly Statement: string; readonly Parameters: readonly unknown[] };
type StatementAnswer = { readonly Error?: { readonly Code: string; readonly Message?: string } };

const retry = { attemptsMax: 3, baseDelayMs: 0, delayMsMax: 0 };
const awsError = (name: string) => Object.assign(new Error('no'), { name });

/** A service that answers each statement, or each whole call, as told. */
function service(options: {
  readonly statement?: (statement: Statement, call: number) => StatementAnswer;
  readonly call?: (call: number) => Error | undefined;
  readonly put?: (input: PutCommandInput) => Error | undefined;
  readonly capacity?: boolean;
  readonly max?: number;
}) {
  const calls: Statement[][] = [];
  const puts: PutCommandInput[] = [];
  const send = async (command: { input: BatchExecuteStatementCommandInput & PutCommandInput }) => {
    const { input } = command;
    await new Promise((resolve) => setImmediate(resolve));
    if (!input.Statements) {
      puts.push(input);
      const error = options.put?.(input);
      if (error) throw error;
      return { ConsumedCapacity: { CapacityUnits: 2 } };
    }
    const statements = input.Statements as unknown as Statement[];
    calls.push(statements);
    const error = options.call?.(calls.length);
    if (error) throw error;
    return {
      Responses: statements.map((statement) => options.statement?.(statement, calls.length) ?? {}),
      ...(options.capacity ? { ConsumedCapacity: statements.map(() => ({ CapacityUnits: 1.5 })) } : {}),
    };
  };
  const meter = new WriteMeter();
  const limit = new AdaptiveLimit({ max: options.max ?? 128 });
  const dynamo = { send } as unknown as DynamoDBDocumentClient;
  const table = new TableAccess(dynamo, 'a-table', 'customers', meter, limit);
  const versioned = new VersionedPuts(table, {
    partitionKey: 'customerId',
    optionalAttributes: ['state', 'segment'],
    retry,
  });
  return { versioned, calls, puts, limit, usage: () => meter.usage().customers };
}

const item = (index: number, changes: Item = {}): Item => ({
  customerId: `c-${index}`,
  version: 1,
  ...changes,
});
const items = (count: number, changes: Item = {}) =>
  Array.from({ length: count }, (_, index) => item(index, changes));
const idOf = ({ Statement, Parameters }: Statement) =>
  (Statement.startsWith('INSERT') ? Parameters[0] : Parameters.at(-2)) as string;

describe('versioned puts', () => {
  test('a first version is inserted, a later one sets what it has and removes what it may have and has not', async () => {
    const { versioned, calls } = service({});
    const state = new Uint8Array([1]);
    await versioned.putMany([
      item(1, { state, segment: undefined }),
      item(2, { version: 7, segment: 'Loyal', state: undefined }),
    ]);
    expect(calls).toEqual([
      [
        {
          Statement: `INSERT INTO "a-table" VALUE {'customerId': ?, 'version': ?, 'state': ?}`,
          Parameters: ['c-1', 1, state],
        },
        {
          Statement:
            'UPDATE "a-table" SET "version" = ? SET "segment" = ? REMOVE "state" WHERE "customerId" = ? AND "version" = ?',
          Parameters: [7, 'Loyal', 'c-2', 6],
        },
      ],
    ]);
  });

  test('each item has its own outcome, in the order of the items, over several calls', async () => {
    const { versioned, calls, usage } = service({
      capacity: true,
      statement: (statement) => {
        const number = Number(idOf(statement).slice(2));
        if (number % 10 === 3) return { Error: { Code: 'DuplicateItem' } };
        if (number % 10 === 7) return { Error: { Code: 'ConditionalCheckFailed' } };
        return {};
      },
    });
    const outcomes = await versioned.putMany(items(60));
    expect(calls.map((call) => call.length)).toEqual([25, 25, 10]);
    expect(outcomes).toEqual(
      Array.from({ length: 60 }, (_, index) => ([3, 7].includes(index % 10) ? 'conflict' : 'written')),
    );
    expect(usage()).toMatchObject({ requests: 3, itemsWritten: 60, writeUnits: 90, itemsUnreported: 0 });
  });

  test('what the service gives no units for is counted as unreported', async () => {
    const { versioned, usage } = service({});
    await versioned.putMany(items(5));
    expect(usage()).toMatchObject({ requests: 1, itemsWritten: 5, writeUnits: 0, itemsUnreported: 5 });
  });

  test('throttled statements are tried again, alone, and lower the limit', async () => {
    const { versioned, calls, limit } = service({
      max: 100,
      statement: (statement, call) =>
        call < 3 && idOf(statement) >= 'c-3' ? { Error: { Code: 'ThrottlingError' } } : {},
    });
    expect(await versioned.putMany(items(5))).toEqual(Array(5).fill('written'));
    expect(calls.map((call) => call.map(idOf))).toEqual([
      ['c-0', 'c-1', 'c-2', 'c-3', 'c-4'],
      ['c-3', 'c-4'],
      ['c-3', 'c-4'],
    ]);
    expect(limit.limit).toBe(25);
  });

  test('a statement that took effect and was reported failed is a conflict when tried again', async () => {
    const stored = new Set<string>();
    const { versioned } = service({
      statement: (statement, call) => {
        if (stored.has(idOf(statement))) return { Error: { Code: 'DuplicateItem' } };
        stored.add(idOf(statement));
        return call === 1 && idOf(statement) === 'c-1' ? { Error: { Code: 'InternalServerError' } } : {};
      },
    });
    expect(await versioned.putMany(items(3))).toEqual(['written', 'conflict', 'written']);
  });

  test('what stays throttled is given up after the stated number of rounds', async () => {
    const { versioned, calls } = service({
      statement: () => ({ Error: { Code: 'ProvisionedThroughputExceeded' } }),
    });
    await expect(versioned.putMany(items(4))).rejects.toBeInstanceOf(ThrottledError);
    // Each round halves nothing here: the limit is far above four.
    expect(calls).toHaveLength(3);
  });

  test('what the service refuses is an error that is not tried again', async () => {
    for (const [code, expected] of [
      ['AccessDenied', { code: 'service-refused', retryable: false }],
      ['ResourceNotFound', { code: 'not-provisioned', retryable: false }],
    ] as const) {
      const { versioned, calls } = service({
        statement: (statement) => (idOf(statement) === 'c-1' ? { Error: { Code: code, Message: 'no' } } : {}),
      });
      await expect(versioned.putMany(items(3))).rejects.toMatchObject(expected);
      expect(calls).toHaveLength(1);
    }
  });

  test('an item to blame is an error of its own: not the service’s, and not to be tried again', async () => {
    for (const code of ['ValidationError', 'ItemCollectionSizeLimitExceeded']) {
      const { versioned, calls } = service({
        statement: (statement) =>
          idOf(statement) === 'c-1' ? { Error: { Code: code, Message: 'c-1' } } : {},
      });
      const error: unknown = await versioned.putMany(items(3)).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'item-refused', retryable: false });
      expect(error).not.toBeInstanceOf(DependencyError);
      expect((error as Error).message).not.toContain('c-1');
      expect(calls).toHaveLength(1);
    }
    for (const name of ['ValidationException', 'ItemCollectionSizeLimitExceededException']) {
      const error: unknown = await service({ put: () => awsError(name) })
        .versioned.put(item(1))
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'item-refused', retryable: false });
      expect(error).not.toBeInstanceOf(DependencyError);
    }
    const denied = service({ put: () => awsError('AccessDeniedException') }).versioned.put(item(1));
    await expect(denied).rejects.toBeInstanceOf(DependencyError);
  });

  test('a service that does not know statements gets single puts, and is asked once', async () => {
    const { versioned, calls, puts } = service({
      call: () => awsError('UnknownOperationException'),
      put: ({ Item }) =>
        Item?.customerId === 'c-1' ? awsError('ConditionalCheckFailedException') : undefined,
    });
    expect(await versioned.putMany(items(3))).toEqual(['written', 'conflict', 'written']);
    expect(await versioned.putMany(items(2, { version: 4 }))).toEqual(['written', 'conflict']);
    expect(calls).toHaveLength(1);
    expect(puts).toHaveLength(5);
    expect(puts[0]).toMatchObject({ ConditionExpression: 'attribute_not_exists(#key)' });
    expect(puts[4]).toMatchObject({
      ConditionExpression: '#version = :before',
      ExpressionAttributeValues: { ':before': 3 },
    });
  });

  test('any other failure of a call is passed on, and statements are tried with the next', async () => {
    const { versioned, calls, puts } = service({
      call: (call) => (call === 1 ? awsError('InternalServerError') : undefined),
    });
    await expect(versioned.putMany(items(3))).rejects.toBeInstanceOf(DependencyError);
    expect(await versioned.putMany(items(3))).toEqual(Array(3).fill('written'));
    expect([calls.length, puts.length]).toEqual([2, 0]);
  });

  test('a single item is a plain put', async () => {
    const { versioned, calls, puts } = service({});
    expect(await versioned.putMany(items(1))).toEqual(['written']);
    expect([calls.length, puts.length]).toEqual([0, 1]);
    expect(await versioned.putMany([])).toEqual([]);
  });

  test('a call carries at most two megabytes, but always one item', async () => {
    const { versioned, calls, puts } = service({});
    const large = (index: number, bytes: number) => item(index, { state: new Uint8Array(bytes) });
    await versioned.putMany([
      large(0, 1_000_000),
      large(1, 1_000_000),
      large(2, 1),
      large(3, 3_000_000),
      large(4, 5),
    ]);
    expect(calls.map((call) => call.map(idOf))).toEqual([['c-0', 'c-1']]);
    expect(puts.map(({ Item }) => Item?.customerId)).toEqual(['c-2', 'c-3', 'c-4']);
  });

  test('a limit below the size of a call makes the calls smaller', async () => {
    const { versioned, calls } = service({ max: 10 });
    expect(await versioned.putMany(items(25))).toHaveLength(25);
    expect(calls.map((call) => call.length)).toEqual([10, 10, 5]);
  });
});
