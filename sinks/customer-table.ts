import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { CustomerRecord, PredictionSummary } from '../operators/customer-record.ts';
import { TidemarkError } from '../operators/errors.ts';
import type { CustomerState } from '../operators/state/customer-state.ts';
import { decodeDecisions, encodeDecisions } from '../operators/state/record-codec.ts';
import { decodeState, encodeState } from '../operators/state/state-codec.ts';
import { decodeCursor, encodeCursor } from './page-cursor.ts';
import { checkLimit } from './page-limit.ts';
import type { CustomerStore } from './stores.ts';
import type { Item, TableAccess } from './table-access.ts';
import { type BatchRetry, getMany } from './table-batches.ts';
import type { TimerIndex } from './timer-index.ts';

/** States from here on are stored deflated, bytes. */
const packFromBytes = 1_000;

/**
 * Leaves room for decisions and keys in an item of 400 KB.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
const stateBytesMax = 350_000;

/** Customers, one item each: the state and the decisions as binary attributes, and on top only what is queried. */
export function customerTable(table: TableAccess, timers: TimerIndex, retry?: BatchRetry): CustomerStore {
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
      return table.put(
        { ...customerItem(next), ...(await timers.attributes(next.customerId, next.timerAtMs)) },
        next.version === 1
          ? { expression: 'attribute_not_exists(customerId)' }
          : {
              expression: '#version = :before',
              names: { '#version': 'version' },
              values: { ':before': next.version - 1 },
            },
      );
    },
    async due(range, limit) {
      return timers.due(range, limit);
    },
    async scan(page) {
      const startKey = decodeCursor(page.cursor, 'customers', {}, ['customerId']);
      const found = await table.scan({ Limit: checkLimit(page.limit), ExclusiveStartKey: startKey });
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
    prediction: record.prediction && packPrediction(record.prediction),
  };
}

/** Deflating a state of several KB costs a fraction of a millisecond and saves a third of its write units. */
function packState({ customerId, state }: CustomerRecord): Item {
  const bytes = encodeState(state);
  if (bytes.length < packFromBytes) return { state: bytes };
  const packed = deflateRawSync(bytes);
  if (packed.length > stateBytesMax) {
    throw new TidemarkError(
      'customer-too-large',
      `The state of ${customerId} takes ${packed.length} bytes, more than an item holds: lower the state's bounds.`,
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
    prediction: item.prediction === undefined ? undefined : unpackPrediction(item.prediction as string),
  };
}

/** As text: a DynamoDB number can't be smaller than 1e-130, a probability can. */
function packPrediction(prediction: PredictionSummary): string {
  const { asOfMs, modelVersion, probabilityAlive, expectedPurchases30, nextOrderAtMs } = prediction;
  return JSON.stringify([asOfMs, modelVersion, probabilityAlive, expectedPurchases30, nextOrderAtMs ?? null]);
}

function unpackPrediction(text: string): PredictionSummary {
  const [asOfMs, modelVersion, probabilityAlive, expectedPurchases30, nextOrderAtMs] = JSON.parse(text) as [
    number,
    string,
    number,
    number,
    number | null,
  ];
  return {
    asOfMs,
    modelVersion,
    probabilityAlive,
    expectedPurchases30,
    nextOrderAtMs: nextOrderAtMs ?? undefined,
  };
}
