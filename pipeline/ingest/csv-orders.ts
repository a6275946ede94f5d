import { ConfigurationError } from '../../operators/errors.ts';
import { type CsvHeader, readHeader } from './csv-header.ts';
import { readCsvLines } from './csv-lines.ts';
import { createLineReader, type LineReading } from './order-lines.ts';
import { type CsvOrder, OrderWindow } from './order-window.ts';

export interface ReadOrdersOptions {
  /** ISO 4217; the currency of lines that name none. */
  readonly reportingCurrency: string;
  /** Lines an order stays open after its last line, 1... Default 131,072. */
  readonly groupWindowLines?: number;
  /** Told of the first 20 lines that no order can be formed of. */
  readonly onMalformed?: (line: MalformedLine) => void;
}

/** A line that no order can be formed of. */
export interface MalformedLine {
  /** The header is line 1. */
  readonly line: number;
  readonly problem: string;
}

/** What has been read so far. */
export interface ReadTotals {
  /** Lines of data: without the header and empty lines. */
  readonly lines: number;
  readonly anonymousLines: number;
  readonly malformedLines: number;
  /** Events beyond the first of their orders: their lines stood too far apart, or there were too many for one event. */
  readonly splitOrders: number;
  /** Bytes of the file, compressed ones if it is compressed. */
  readonly bytesRead: number;
}

/** Orders in the sequence of their first lines, and the totals after them; the last batch has the file's totals. */
export interface OrderBatch {
  readonly orders: readonly CsvOrder[];
  readonly totals: ReadTotals;
}

export const groupWindowLinesDefault = 131_072;
const linesPerBatch = 4_096;
const malformedReportedMax = 20;

/**
 * Reads the orders of a CSV file with the columns eventTime, customerId, orderId, productId, quantity and optionally
 * category, unitPrice, currency. Lines of one customer and order become one event at their earliest time, as long as no
 * more than `groupWindowLines` lines lie between them. Lines without a customer are counted; an order with a line that
 * can't be read goes out with that line's text, for the decoder to quarantine; a line that no order can be formed of is
 * counted and reported. Memory: the lines in the window, at most twice `groupWindowLines`.
 * @throws ConfigurationError when the file can't be opened, is empty, or lacks a column.
 * @throws TidemarkError `import-file-damaged`, see `readCsvLines`; the orders before it have been given.
 */
export async function* readOrders(path: string, options: ReadOrdersOptions): AsyncGenerator<OrderBatch> {
  const windowLines = options.groupWindowLines ?? groupWindowLinesDefault;
  if (!Number.isInteger(windowLines) || windowLines < 1) {
    throw new ConfigurationError([`groupWindowLines is ${windowLines}, expected a whole number from 1`]);
  }
  const window = new OrderWindow(windowLines);
  const totals = { lines: 0, anonymousLines: 0, malformedLines: 0, bytesRead: 0 };
  let malformedRecords = 0;
  let lastAtMs = Number.NEGATIVE_INFINITY;
  let header: CsvHeader | undefined;
  let read: ReturnType<typeof createLineReader> | undefined;
  const batch = (orders: readonly CsvOrder[]) => ({
    orders,
    totals: { ...totals, splitOrders: window.furtherParts },
  });
  const take = (reading: LineReading, line: number, lineCount: number) => {
    if (reading.kind === 'malformed') {
      totals.malformedLines += lineCount;
      malformedRecords += 1;
      if (malformedRecords <= malformedReportedMax) options.onMalformed?.({ line, problem: reading.problem });
      return;
    }
    if (reading.kind === 'anonymous') totals.anonymousLines += lineCount;
    else window.add(reading.line, line, totals.bytesRead);
    lastAtMs = (reading.kind === 'order' ? reading.line.atMs : reading.atMs) ?? lastAtMs;
  };
  let linesAtBatch = 0;
  const onBytes = (bytesRead: number) => {
    totals.bytesRead = bytesRead;
  };
  for await (const csvLine of readCsvLines(path, onBytes)) {
    if (header === undefined || read === undefined) {
      header = readHeader(path, csvLine.fields);
      read = createLineReader(header, options.reportingCurrency);
      continue;
    }
    totals.lines += csvLine.lineCount;
    take(read(csvLine), csvLine.line, csvLine.lineCount);
    if (totals.lines - linesAtBatch < linesPerBatch) continue;
    linesAtBatch = totals.lines;
    yield batch(window.takeDue(csvLine.line, lastAtMs));
  }
  yield batch(window.takeAll());
}
