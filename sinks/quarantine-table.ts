import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { TidemarkError } from '../operators/errors.ts';
import type { RejectReason } from '../operators/event/purchase-event.ts';
import type { QuarantinedRecord } from '../operators/event/record.ts';
import { boundedMap } from './bounded-map.ts';
import { type DayDirectory, utcDate } from './day-directory.ts';
import { type Expiry, isExpired } from './expiry.ts';
import { invalidCursor } from './page-cursor.ts';
import { checkLimit } from './page-limit.ts';
import type { QuarantineEntry, QuarantineRequest, QuarantineStore, QuarantineSummary } from './stores.ts';
import type { Item, TableAccess } from './table-access.ts';

/** Records longer than this, even compressed, are kept up to here only, bytes. */
const dataBytesMax = 300_000;
/** Below this a record is kept as it came. */
const packFromBytes = 1_000;
const detailLengthMax = 1_000;
const previewBytes = 200;
// On threads of their own: nothing else waits for records of a megabyte.
const [pack, unpack] = [promisify(gzip), promisify(gunzip)];
const writesAtOnce = 16;
/** Most queries for one page of a listing. */
const queriesMax = 16;
/** What a listing reads of an entry: all but `data`. */
const listed = [
  'arrivalDay',
  'recordKey',
  'shardId',
  'sequenceNumber',
  'subSequence',
  'partitionKey',
  'bytes',
  'preview',
  'truncated',
  'arrivedAtMs',
  'reason',
  'detail',
  'status',
  'replayedAtMs',
  'expiresAt',
];
/** Digits of the longest sequence number. */
const sequenceDigits = 56;
const isDay = /^\d{4}-\d{2}-\d{2}$/;

type Filter = Omit<QuarantineRequest, 'limit' | 'cursor'>;

/** Records that could not be used, with their raw bytes, by day of arrival and position on their shard. */
export function quarantineTable(table: TableAccess, days: DayDirectory, expiry: Expiry): QuarantineStore {
  return {
    async putMany(records) {
      for (const day of new Set(records.map((record) => utcDate(record.arrivedAtMs)))) await days.note(day);
      await boundedMap(records, writesAtOnce, async (record) =>
        table.put(
          { ...(await toItem(record)), ...expiry.attributes() },
          { expression: 'attribute_not_exists(arrivalDay)' },
        ),
      );
    },
    async list({ limit, cursor, ...filter }) {
      const size = checkLimit(limit);
      const start = cursor === undefined ? undefined : positionOf(cursor);
      const { items, next } = await walkDays(table, days, start, filter, size);
      return {
        items: items.filter((item) => !isExpired(item, expiry.nowMs())).map(toSummary),
        cursor: next && cursorOf(next),
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

/** Where a listing goes on: after an entry, or after all of its day. */
type Position = { readonly arrivalDay: string; readonly recordKey: string | undefined };

/**
 * Goes back over the days that have something, until `limit` entries are found, none are left, or `queriesMax`
 * queries of at most 1 MB each were made: a filter that few entries pass gives short pages, not long requests.
 */
async function walkDays(
  table: TableAccess,
  days: DayDirectory,
  start: Position | undefined,
  filter: Filter,
  limit: number,
): Promise<{ readonly items: Item[]; readonly next: Position | undefined }> {
  const items: Item[] = [];
  let queries = 0;
  for await (const from of startsOfDays(days, start)) {
    let position: Position = from;
    do {
      const page = await table.query(selection(position, filter, limit - items.length));
      const taken = page.items.slice(0, limit - items.length);
      items.push(...taken);
      const last = taken.length < page.items.length ? taken.at(-1) : page.lastKey;
      position = { arrivalDay: from.arrivalDay, recordKey: last?.recordKey as string | undefined };
      queries++;
      if (items.length >= limit || queries >= queriesMax) return { items, next: position };
    } while (position.recordKey !== undefined);
  }
  return { items, next: undefined };
}

/** Where to begin on each day, newest day first. */
async function* startsOfDays(days: DayDirectory, start: Position | undefined): AsyncGenerator<Position> {
  if (start?.recordKey !== undefined) yield start;
  let before = await days.before(start?.arrivalDay);
  while (before.length > 0) {
    for (const arrivalDay of before) yield { arrivalDay, recordKey: undefined };
    before = await days.before(before.at(-1));
  }
}

function selection(
  { arrivalDay, recordKey }: Position,
  { reason, status, alongShards = false }: Filter,
  limit: number,
) {
  const filters = [...(reason ? ['#reason = :reason'] : []), ...(status ? ['#status = :status'] : [])];
  return {
    KeyConditionExpression: `arrivalDay = :day${recordKey === undefined ? '' : ` AND recordKey ${alongShards ? '>' : '<'} :after`}`,
    ScanIndexForward: alongShards,
    ...(filters.length === 0 ? {} : { FilterExpression: filters.join(' AND ') }),
    ProjectionExpression: listed.map((name) => `#${name}`).join(', '),
    // Some are reserved words.
    ExpressionAttributeNames: Object.fromEntries(listed.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ':day': arrivalDay,
      ...(recordKey === undefined ? {} : { ':after': recordKey }),
      ...(reason ? { ':reason': reason } : {}),
      ...(status ? { ':status': status } : {}),
    },
    ConsistentRead: true,
    // With a filter the service counts what it looked at, so whole pages (1 MB) are asked for then.
    ...(filters.length === 0 ? { Limit: limit } : {}),
  };
}

async function toItem(record: QuarantinedRecord): Promise<Item> {
  const { shardId, sequenceNumber, subSequence, partitionKey, arrivedAtMs, rejection } = record;
  return {
    arrivalDay: utcDate(arrivedAtMs),
    recordKey: recordKeyOf(record),
    ...(await kept(record.data)),
    preview: record.data.subarray(0, previewBytes),
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

/** What is stored of a record's bytes; `bytes` are those that reading gives back. */
async function kept(
  data: Uint8Array,
): Promise<{ data: Uint8Array; bytes: number; packed?: true; truncated?: true }> {
  const bytes = data.length;
  if (bytes < packFromBytes) return { data, bytes };
  const packed = await pack(data);
  if (packed.length < bytes && packed.length <= dataBytesMax) return { data: packed, bytes, packed: true };
  if (bytes <= dataBytesMax) return { data, bytes };
  return { data: data.subarray(0, dataBytesMax), bytes: dataBytesMax, truncated: true };
}

async function toEntry(item: Item): Promise<QuarantineEntry> {
  const data = item.data as Uint8Array;
  return { ...toSummary(item), data: item.packed === true ? await unpack(data) : data };
}

function toSummary(item: Item): QuarantineSummary {
  return {
    id: idOf(item),
    shardId: item.shardId as string,
    sequenceNumber: item.sequenceNumber as string,
    subSequence: item.subSequence as number,
    partitionKey: item.partitionKey as string,
    bytes: item.bytes as number,
    preview: item.preview as Uint8Array,
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

function cursorOf({ arrivalDay, recordKey }: Position): string {
  return recordKey === undefined ? arrivalDay : `${arrivalDay}~${recordKey}`;
}

function positionOf(cursor: string): Position {
  const position = isDay.test(cursor) ? { arrivalDay: cursor, recordKey: undefined } : keyOf(cursor);
  if (position === undefined) throw invalidCursor('quarantine');
  return position;
}

/** Url-safe: shard ids hold letters, digits, `_`, `.` and `-` only. */
function idOf(item: Item): string {
  return `${item.arrivalDay}~${item.recordKey}`;
}

function keyOf(id: string): EntryKey | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})~([\w.-]{1,128}~\d{56}~\d{6,10})$/.exec(id);
  return match === null ? undefined : { arrivalDay: match[1] as string, recordKey: match[2] as string };
}
