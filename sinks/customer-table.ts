import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { CustomerRecord } from '../operators/customer-record.ts';
import { TidemarkError } from '../operators/errors.ts';
import type { CustomerState } from '../operators/state/customer-state.ts';
import {
  decodeDecisions,
  decodePrediction,
  encodeDecisions,
  encodePrediction,
} from '../operators/state/record-codec.ts';
import { decodeState, encodeState } from '../operators/state/state-codec.ts';
import { decodeCursor, encodeCursor } from './page-cursor.ts';
import { checkLimit } from './page-limit.ts';
import type { CustomerStore } from './stores.ts';
import type { Item, TableAccess } from './table-access.ts';
import { type BatchRetry, getMany } from './table-batches.ts';
import type { TimerIndex } from './timer-index.ts';
import { VersionedPuts } from './versioned-puts.ts';

/** States from here on are stored deflated, bytes: with the rest of an item, smaller ones fit one write unit anyway. */
const packFromBytes = 500;

/**
 * Leaves room for decisions and keys in an item of 400 KB.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
const stateBytesMax = 350_000;

/** What a customer's item may have or not. */
const optionalAttributes = ['state', 'packedState', 'segment', 'prediction', 'timerBucket', 'timerAt'];

/** Customers, one item each: the state and the decisions as binary attributes, and on top only what is queried. */
export function customerTable(table: TableAccess, timers: TimerIndex, retry?: BatchRetry): CustomerStore {
  const puts = new VersionedPuts(table, { partitionKey: 'customerId', optionalAttributes, retry });
  const itemOf = async (record: CustomerRecord): Promise<Item> => ({
    ...customerItem(record),
    ...(await timers.attributes(record.customerId, record.timerAtMs)),
  });
  return {
    async get(customerId) {
      const item = await table.get({ customerId });
      return item && toRecord(item);
    },
    async getMany(customerIds) {
      const keys = [...new Set(customerIds)].map((customerId) => ({ customerId }));
      const records = (await getMany(table, keys, retry)).map(toRecord);
      return new Map(records.map((record) => [record.customerId, record]));
    },
    async put(next) {
      return puts.put(await itemOf(next));
    },
    async putMany(records) {
      return puts.putMany(await Promise.all(records.map(itemOf)));
    },
    async due(range, limit) {
      return timers.due(range, limit);
    },
    async scan(page) {
      const startKey = decodeCursor(page.cursor, 'customers', {}, ['customerId']);
      const found = await table.scan({
        Limit: checkLimit(page.limit),
        ExclusiveStartKey: startKey,
        ...(page.segment && { Segment: page.segment.index, TotalSegments: page.segment.of }),
      });
      return { items: found.items.map(toRecord), cursor: encodeCursor('customers', found.lastKey) };
    },
  };
}

/** The item a record is written as, but for its timer. */
export function customerItem(record: CustomerRecord): Item {
  return {
    customerId: record.customerId,
    version: record.version,
    ...packState(record),
    decisions: encodeDecisions(record),
    segment: record.standing?.segment,
    prediction: record.prediction && encodePrediction(record.prediction),
  };
}

/** Deflating costs some hundredths of a millisecond and saves a quarter to a third of the bytes. */
function packState({ customerId, state }: CustomerRecord): Item {
  const bytes = encodeState(state);
  if (bytes.length < packFromBytes) return { state: bytes };
  const packed = deflateRawSync(bytes);
  if (packed.length > stateBytesMax) {
    throw new TidemarkError(
      'customer-too-large',
      `The state of a customer takes ${packed.length} bytes, more than an item holds: lower the state's bounds.`,
      { context: { customerId, bytes: packed.length } },
    );
  }
  return packed.length < bytes.length ? { packedState: packed } : { state: bytes };
}

function unpackState(item: Item): CustomerState {
  const packed = item.packedState as Uint8Array | undefined;
  return decodeState(packed === undefined ? (item.state as Uint8Array) : inflateRawSync(packed));
}

function toRecord(item: Item): CustomerRecord {
  const { marks, standing, outbox } = decodeDecisions(item.decisions as Uint8Array);
  return {
    customerId: item.customerId as string,
    version: item.version as number,
    state: unpackState(item),
    marks,
    standing,
    timerAtMs: item.timerAt as number | undefined,
    outbox,
    prediction: item.prediction === undefined ? undefined : decodePrediction(item.prediction as Uint8Array),
  };
}
