import type { CustomerRecord } from '../../../operators/customer-record.ts';
import { encodeDocument } from '../../../operators/event/event-document.ts';
import { encodeState } from '../../../operators/state/state-codec.ts';
import { readOrders } from '../../../pipeline/ingest/csv-orders.ts';
import { customerItem } from '../../../sinks/customer-table.ts';
import { fitBenchModels, foldRecords, toRecord } from '../bench-models.ts';

export interface ItemSizes {
  readonly customers: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** Share of customers whose item takes more than one write unit. */
  readonly shareAboveUnit: number;
  /** Write units of one write of each customer, on average. */
  readonly unitsMean: number;
  /** Of the items above one unit: means of what they hold. */
  readonly large: Readonly<Record<string, number>>;
}

const unitBytes = 1_024;

/** What one read of a shard brings when the pipeline is behind. */
const batchRecords = 2_000;

/** The customers' items as they stand after the whole file, moves of their last write still in them. */
export async function measureItems(path: string): Promise<ItemSizes> {
  const documents: Uint8Array[] = [];
  for await (const batch of readOrders(path, { reportingCurrency: 'GBP' })) {
    for (const order of batch.orders) documents.push(encodeDocument(order.document));
  }
  const records = documents.map(toRecord);
  const customers = [...foldRecords(records, fitBenchModels(records), batchRecords).values()];
  const sized = customers.map((record) => ({ record, bytes: itemBytes(customerItem(record)) }));
  sized.sort((a, b) => a.bytes - b.bytes);
  const at = (share: number) =>
    sized[Math.min(sized.length - 1, Math.floor(sized.length * share))]?.bytes ?? 0;
  const large = sized.filter(({ bytes }) => bytes > unitBytes);
  return {
    customers: sized.length,
    p50: at(0.5),
    p95: at(0.95),
    max: at(1),
    shareAboveUnit: large.length / sized.length,
    unitsMean: mean(sized.map(({ bytes }) => Math.ceil(bytes / unitBytes))),
    large: {
      bytes: mean(large.map(({ bytes }) => bytes)),
      'orders of the last year': mean(large.map(({ record }) => record.state.entries.length)),
      'purchases with their lines': mean(large.map(({ record }) => record.state.recent.length)),
      lines: mean(large.map(({ record }) => linesOf(record))),
      'different products in them': mean(large.map(({ record }) => productsOf(record))),
      'bytes of lines before deflating': mean(large.map(({ record }) => lineBytes(record))),
      'settled products': mean(large.map(({ record }) => record.state.products.length)),
      'bytes of moves not yet overwritten': mean(large.map(({ record }) => outboxBytes(record))),
    },
  };
}

/** Size as DynamoDB counts it: names and values of all attributes; a number takes about half its digits. */
export function itemBytes(item: Readonly<Record<string, unknown>>): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) {
    if (value === undefined) continue;
    bytes += name.length;
    if (value instanceof Uint8Array) bytes += value.byteLength;
    else if (typeof value === 'number') bytes += Math.ceil(String(value).length / 2) + 1;
    else bytes += Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
  }
  return bytes;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function linesOf({ state }: CustomerRecord): number {
  return state.recent.reduce((sum, purchase) => sum + purchase.items.length, 0);
}

function productsOf({ state }: CustomerRecord): number {
  return new Set(state.recent.flatMap(({ items }) => items.map(({ productId }) => productId))).size;
}

function lineBytes({ state }: CustomerRecord): number {
  const without = { ...state, recent: state.recent.map((purchase) => ({ ...purchase, items: [] })) };
  return encodeState(state).byteLength - encodeState(without).byteLength;
}

function outboxBytes(record: CustomerRecord): number {
  return itemBytes(customerItem(record)) - itemBytes(customerItem({ ...record, outbox: [] }));
}
