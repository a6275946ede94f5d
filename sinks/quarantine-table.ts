import { gunzipSync, gzipSync } from 'node:zlib';
import { TidemarkError } from '../operators/errors.ts';
import type { RejectReason } from '../operators/event/purchase-event.ts';
import type { QuarantinedRecord } from '../operators/event/record.ts';
import { boundedMap } from './bounded-map.ts';
import { type DayDirectory, utcDate } from './day-directory.ts';
import { type Expiry, isExpired } from './expiry.ts';
import { invalidCursor } from './page-cursor.ts';
import { checkLimit } from './page-limit.ts';
import type { QuarantineEntry, QuarantineStore } from './stores.ts';
import type { Item, TableAccess } from './table-access.ts';

/** Records longer than this, even compressed, are kept up to here only, bytes. */
const dataBytesMax = 300_000;
/** Below this a record is kept as it came. */
const packFromBytes = 1_000;
const detailLengthMax = 1_000;
const writesAtOnce = 16;
/** Digits of the longest sequence number. */
const sequenceDigits = 56;

interface Filter {
  readonly reason?: RejectReason | undefined;
  readonly status?: 'open' | 'replayed' | undefined;
}

/** Records that could not be used, with their raw bytes, by day of arrival and position on their shard. */
export function quarantineTable(table: TableAccess, days: DayDirectory, expiry: Expiry): QuarantineStore {
  return {
    async putMany(records) {
      for (const day of new Set(records.map((record) => utcDate(record.arrivedAtMs)))) await days.note(day);
      await boundedMap(records, writesAtOnce, (record) =>
        table.put(
          { ...toItem(record), ...expiry.attributes() },
          { expression: 'attribute_not_exists(arrivalDay)' },
        ),
      );
    },
    async list({ limit, cursor, reason, status }) {
      const size = checkLimit(limit);
      const start = cursor === undefined ? undefined : keyOf(cursor);
      if (start === undefined && cursor !== undefined) throw invalidCursor('quarantine');
      const found = await walkDays(table, days, start, { reason, status }, size);
      const last = found.length < size ? undefined : found.at(-1);
      return {
        items: found.filter((item) => !isExpired(item, expiry.nowMs())).map(toEntry),
        cursor: last && idOf(last),
      };
    },
    async get(id) {
      const key = keyOf(id);
      const item = key && (await table.get(key));
      return item === undefined || isExpired(item, expiry.nowMs()) ? undefined : toEntry(item);
    },
    async markReplayed(id, atMs) {
      const key = keyOf(id);
      const outcome =
        key &&
        (await table.update({
          Key: key,
          UpdateExpression: 'SET #status = :replayed, replayedAtMs = :at',
          ConditionExpression: 'attribute_exists(arrivalDay)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':replayed': 'replayed', ':at': atMs },
        }));
      if (outcome !== 'written') {
        throw new TidemarkError('unknown-quarantine-entry', `There is no quarantined record ${id}.`, {
          context: { id },
        });
      }
    },
    async countByReason() {
      const counts: Partial<Record<RejectReason, number>> = {};
      for await (const item of table.scanAll({ ProjectionExpression: 'reason, expiresAt' })) {
        if (isExpired(item, expiry.nowMs())) continue;
        const reason = item.reason as RejectReason;
        counts[reason] = (counts[reason] ?? 0) + 1;
      }
      return counts;
    },
  };
}

type EntryKey = { readonly arrivalDay: string; readonly recordKey: string };

/**
 * Goes back over the days that have something, until `limit` entries are found or none are left. A filter that few
 * entries pass makes one call read up to the whole table: meant for people, not for every event.
 */
async function walkDays(
  table: TableAccess,
  days: DayDirectory,
  start: EntryKey | undefined,
  filter: Filter,
  limit: number,
): Promise<Item[]> {
  let day = start?.arrivalDay;
  const found =
    start === undefined ? [] : await entriesOfDay(table, start.arrivalDay, start.recordKey, filter, limit);
  while (found.length < limit) {
    const next = await days.before(day);
    for (const candidate of next) {
      day = candidate;
      found.push(...(await entriesOfDay(table, candidate, undefined, filter, limit - found.length)));
      if (found.length >= limit) break;
    }
    if (next.length === 0) break;
  }
  return found;
}

async function entriesOfDay(
  table: TableAccess,
  day: string,
  after: string | undefined,
  { reason, status }: Filter,
  limit: number,
): Promise<Item[]> {
  const filters = [...(reason ? ['reason = :reason'] : []), ...(status ? ['#status = :status'] : [])];
  const input = {
    KeyConditionExpression: `arrivalDay = :day${after === undefined ? '' : ' AND recordKey > :after'}`,
    ...(filters.length === 0 ? {} : { FilterExpression: filters.join(' AND ') }),
    ...(status ? { ExpressionAttributeNames: { '#status': 'status' } } : {}),
    ExpressionAttributeValues: {
      ':day': day,
      ...(after === undefined ? {} : { ':after': after }),
      ...(reason ? { ':reason': reason } : {}),
      ...(status ? { ':status': status } : {}),
    },
    ConsistentRead: true,
    // With a filter the service counts what it looked at, so whole pages (1 MB) are asked for then.
    ...(filters.length === 0 ? { Limit: limit } : {}),
  };
  const items: Item[] = [];
  for await (const item of table.queryAll(input)) {
    items.push(item);
    if (items.length >= limit) break;
  }
  return items;
}

function toItem(record: QuarantinedRecord): Item {
  const { shardId, sequenceNumber, subSequence, partitionKey, arrivedAtMs, rejection } = record;
  return {
    arrivalDay: utcDate(arrivedAtMs),
    recordKey: recordKeyOf(record),
    ...packData(record.data),
    shardId,
    sequenceNumber,
    subSequence,
    partitionKey,
    arrivedAtMs,
    reason: rejection.reason,
    detail: rejection.detail.slice(0, detailLengthMax),
    status: 'open',
  };
}

function packData(data: Uint8Array): { data: Uint8Array; packed?: true; truncated?: true } {
  if (data.length < packFromBytes) return { data };
  const packed = gzipSync(data);
  if (packed.length < data.length && packed.length <= dataBytesMax) return { data: packed, packed: true };
  if (data.length <= dataBytesMax) return { data };
  return { data: data.subarray(0, dataBytesMax), truncated: true };
}

function toEntry(item: Item): QuarantineEntry {
  const data = item.data as Uint8Array;
  return {
    id: idOf(item),
    shardId: item.shardId as string,
    sequenceNumber: item.sequenceNumber as string,
    subSequence: item.subSequence as number,
    partitionKey: item.partitionKey as string,
    data: item.packed === true ? gunzipSync(data) : data,
    truncated: item.truncated === true,
    arrivedAtMs: item.arrivedAtMs as number,
    rejection: { reason: item.reason as RejectReason, detail: item.detail as string },
    status: item.status as 'open' | 'replayed',
    replayedAtMs: item.replayedAtMs as number | undefined,
  };
}

function recordKeyOf({ shardId, sequenceNumber, subSequence }: QuarantinedRecord): string {
  return `${shardId}~${sequenceNumber.padStart(sequenceDigits, '0')}~${String(subSequence).padStart(6, '0')}`;
}

/** Url-safe: shard ids hold letters, digits, `_`, `.` and `-` only. */
function idOf(item: Item): string {
  return `${item.arrivalDay}~${item.recordKey}`;
}

function keyOf(id: string): EntryKey | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})~([\w.-]{1,128}~\d{56}~\d{6,10})$/.exec(id);
  return match === null ? undefined : { arrivalDay: match[1] as string, recordKey: match[2] as string };
}
