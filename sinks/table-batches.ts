import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetCommand, BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { ThrottledError } from '../operators/errors.ts';
import type { AdaptiveLimit } from './adaptive-limit.ts';
import { callAws } from './aws-errors.ts';
import { boundedMap } from './bounded-map.ts';
import type { Item, TableAccess } from './table-access.ts';

export interface BatchRetry {
  /** Rounds in a row that may bring nothing before giving up, 1... Default 10. */
  readonly attemptsMax: number;
  /** First delay; each further one may be twice as long. Default 25. */
  readonly baseDelayMs: number;
  /** Default 2,000. */
  readonly delayMsMax: number;
}

export const defaultBatchRetry: BatchRetry = { attemptsMax: 10, baseDelayMs: 25, delayMsMax: 2_000 };

/**
 * Limits of one BatchGetItem and one BatchWriteItem call.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
const keysPerGet = 100;
const itemsPerWrite = 25;

/** Calls of one batch operation under way at once; each takes a connection. */
const callsAtOnce = 8;

/**
 * Reads items by key, strongly consistent, 100 a call; the order of the result is arbitrary. Keys must be distinct.
 * @throws ThrottledError when the service leaves keys unread `attemptsMax` rounds in a row.
 */
export async function getMany(
  access: TableAccess,
  keys: readonly Item[],
  retry: BatchRetry = defaultBatchRetry,
): Promise<Item[]> {
  const pages = await boundedMap(chunk(keys, keysPerGet), callsAtOnce, async (page) => {
    const found: Item[] = [];
    await untilAllDone(access, page, { retry }, async (pending) => {
      const answer = await callAws('BatchGetItem', { table: access.table }, () =>
        access.dynamo.send(
          new BatchGetCommand({
            RequestItems: { [access.table]: { Keys: [...pending], ConsistentRead: true } },
            ReturnConsumedCapacity: 'TOTAL',
          }),
        ),
      );
      const items = answer.Responses?.[access.table] ?? [];
      found.push(...items);
      access.meter.count(access.role, {
        itemsRead: items.length,
        readUnits: answer.ConsumedCapacity?.[0]?.CapacityUnits,
      });
      return answer.UnprocessedKeys?.[access.table]?.Keys ?? [];
    });
    return found;
  });
  return pages.flat();
}

/**
 * Puts items unconditionally, 25 a call. Keys must be distinct: the service refuses a call that names one twice.
 * @param beginMsMax no call begins later, ms from now. Default: no bound
 * @returns the items that no call has begun for in that time
 * @throws ThrottledError when the service leaves items unwritten `attemptsMax` rounds in a row.
 */
export async function putMany(
  access: TableAccess,
  items: readonly Item[],
  retry: BatchRetry = defaultBatchRetry,
  beginMsMax = Number.POSITIVE_INFINITY,
): Promise<readonly Item[]> {
  const startMs = performance.now();
  const isOver = () => performance.now() - startMs > beginMsMax;
  const left = await boundedMap(chunk(items, itemsPerWrite), callsAtOnce, async (page) => {
    return untilAllDone(access, page, { retry, limit: access.writes, isOver }, async (pending) => {
      const answer = await callAws('BatchWriteItem', { table: access.table }, () =>
        access.dynamo.send(
          new BatchWriteCommand({
            RequestItems: { [access.table]: pending.map((item) => ({ PutRequest: { Item: item } })) },
            ReturnConsumedCapacity: 'TOTAL',
          }),
        ),
      );
      const left = answer.UnprocessedItems?.[access.table] ?? [];
      access.meter.count(access.role, {
        itemsWritten: pending.length - left.length,
        writeUnits: answer.ConsumedCapacity?.[0]?.CapacityUnits,
      });
      return left.flatMap((request) => (request.PutRequest?.Item ? [request.PutRequest.Item as Item] : []));
    });
  });
  return left.flat();
}

/**
 * Repeats a call on what it left undone, with full-jitter exponential back-off. Only rounds that bring nothing count
 * against the bound: an answer cut off at its size limit (16 MB) is progress, not throttling.
 * @param options.limit what is left undone lowers it, and it may cut a round short
 * @param options.isOver no call begins once it says so
 * @returns what was not done by then
 */
export async function untilAllDone<T>(
  access: TableAccess,
  all: readonly T[],
  {
    retry,
    limit,
    isOver = () => false,
  }: { readonly retry: BatchRetry; readonly limit?: AdaptiveLimit; readonly isOver?: () => boolean },
  call: (pending: readonly T[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  let pending = all;
  let idleRounds = 0;
  while (pending.length > 0 && !isOver()) {
    let undone: readonly T[] = [];
    let asked = pending.length;
    const round = async (granted: number, throttled: () => void) => {
      // A turn may have been long in coming.
      asked = isOver() ? 0 : granted;
      if (asked === 0) return;
      undone = await call(pending.slice(0, asked));
      if (undone.length > 0) throttled();
    };
    await (limit ? limit.use(pending.length, round) : round(pending.length, () => {}));
    pending = [...undone, ...pending.slice(asked)];
    if (undone.length === 0) continue;
    idleRounds = undone.length < asked ? 0 : idleRounds + 1;
    if (idleRounds >= retry.attemptsMax) {
      throw new ThrottledError(
        'throttled',
        `${access.table} left ${pending.length} items undone ${idleRounds} times`,
        { retryable: true, context: { table: access.table, left: pending.length } },
      );
    }
    await sleep(Math.random() * Math.min(retry.delayMsMax, retry.baseDelayMs * 2 ** idleRounds));
  }
  return pending;
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, page) =>
    items.slice(page * size, (page + 1) * size),
  );
}
