import { encodeDocument } from '../../operators/event/event-document.ts';
import type { StreamRecord } from '../../operators/event/record.ts';
import { type MalformedLine, type ReadTotals, readOrders } from './csv-orders.ts';
import type { CsvOrder } from './order-window.ts';

export interface FileBatchesOptions {
  /** ISO 4217; the currency of lines that name none. */
  readonly reportingCurrency: string;
  /** Orders at the beginning that are left out. */
  readonly skip: number;
  /** Orders of one batch, 1... */
  readonly recordsMax: number;
  /** UTC milliseconds; stands for the arrival of what is read. */
  readonly nowMs: () => number;
  /** Told of each order left out. */
  readonly onSkipped?: (order: CsvOrder) => void;
  /** Told of the first 20 lines that no order can be formed of. */
  readonly onMalformed?: (line: MalformedLine) => void;
  /** See `ReadOrdersOptions`. */
  readonly groupWindowLines?: number;
}

/** Orders of a file as records of a shard: the n-th order of the file has sequence number n. */
export interface FileBatch {
  readonly records: readonly StreamRecord[];
  /** After the last line read so far. */
  readonly totals: ReadTotals;
  /** Bytes of the file, compressed if it is, up to the first line of the last order. */
  readonly fileBytes: number;
}

/** As much as one GetRecords call gives at most; an order by itself may have 900 KB. */
const batchBytesMax = 10_000_000;

/**
 * Reads the orders of a CSV file in batches, each as the record it would be on the stream. Batches may have no records;
 * the last has the file's totals. Memory: as `readOrders`, and one batch of at most 10 MB.
 * @throws ConfigurationError, TidemarkError as `readOrders`
 */
export async function* readFileBatches(path: string, options: FileBatchesOptions): AsyncGenerator<FileBatch> {
  const { skip, recordsMax, nowMs, onSkipped, ...reading } = options;
  let ordinal = 0;
  let records: StreamRecord[] = [];
  let recordsBytes = 0;
  let fileBytes = 0;
  let totals: ReadTotals | undefined;
  const take = (): FileBatch | undefined => {
    if (totals === undefined) return undefined;
    const batch = { records, totals, fileBytes };
    records = [];
    recordsBytes = 0;
    return batch;
  };
  for await (const read of readOrders(path, reading)) {
    totals = read.totals;
    for (const order of read.orders) {
      ordinal += 1;
      if (ordinal <= skip) {
        onSkipped?.(order);
        fileBytes = order.fileBytes;
        continue;
      }
      const data = encodeDocument(order.document);
      const full = records.length >= recordsMax || recordsBytes + data.byteLength > batchBytesMax;
      const batch = full ? take() : undefined;
      if (batch) yield batch;
      fileBytes = order.fileBytes;
      recordsBytes += data.byteLength;
      records.push({
        sequenceNumber: String(ordinal),
        subSequence: 0,
        partitionKey: order.document.customerId,
        data,
        arrivedAtMs: nowMs(),
      });
    }
    // Now and then also without records, so that whoever reads can stop in the middle of what is left out.
    if (records.length === 0) yield { records, totals, fileBytes };
  }
  const last = take();
  if (last) yield last;
}
