import { stat } from 'node:fs/promises';
import { TidemarkError } from '../../operators/errors.ts';
import { type DecodeOptions, decodeDocument } from '../../operators/event/decode-event.ts';
import type { MalformedLine, ReadTotals } from '../ingest/csv-orders.ts';
import { readOrders } from '../ingest/csv-orders.ts';
import type { ImportProgress } from '../ingest/import-file.ts';
import type { FileSpan } from './cut-and-horizon.ts';

export interface ReadingOptions {
  readonly path: string;
  readonly decode: DecodeOptions;
  /** The wall clock, UTC milliseconds: an order from the future goes to quarantine. */
  readonly nowMs: () => number;
  /** Ends the reading with an error `stopped`. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((pass: 'survey' | 'replay', progress: ImportProgress) => void) | undefined;
  /** Told of the first 20 lines that no order can be formed of. */
  readonly onMalformed?: ((line: MalformedLine) => void) | undefined;
}

/** What a file holds, as a first reading finds it. */
export interface FileSurvey {
  /** Of the orders that can be used; undefined when there is none. */
  readonly span: FileSpan | undefined;
  readonly customers: number;
  readonly orders: number;
  /** Orders that can't be used, by reason. */
  readonly quarantined: Readonly<Record<string, number>>;
  readonly totals: ReadTotals;
  readonly bytes: number;
}

const noTotals: ReadTotals = { lines: 0, anonymousLines: 0, malformedLines: 0, splitOrders: 0, bytesRead: 0 };

/**
 * Reads a file once for its extent, so that a cut or a horizon that can't be is told before any work is done.
 * Memory: the ids of its customers.
 * @throws ConfigurationError, TidemarkError as `readOrders`; TidemarkError `stopped`
 */
export async function surveyFile(options: ReadingOptions): Promise<FileSurvey> {
  const { path, decode, nowMs, signal, onProgress, onMalformed } = options;
  const quarantined: Record<string, number> = {};
  const customers = new Set<string>();
  let firstAtMs = Number.POSITIVE_INFINITY;
  let lastAtMs = Number.NEGATIVE_INFINITY;
  let orders = 0;
  let totals = noTotals;
  const { reportingCurrency } = decode.currencies;
  const reading = { reportingCurrency, ...(onMalformed ? { onMalformed } : {}) };
  const bytes = await stat(path).then(
    ({ size }) => size,
    () => 0, // The reader below says what is wrong with the file.
  );
  for await (const batch of readOrders(path, reading)) {
    leaveIfStopped(signal);
    totals = batch.totals;
    for (const { document } of batch.orders) {
      const decoded = decodeDocument(document, nowMs(), decode);
      if (decoded.kind !== 'event') {
        const reason = decoded.kind === 'rejected' ? decoded.rejection.reason : 'unsupported-type';
        quarantined[reason] = (quarantined[reason] ?? 0) + 1;
        continue;
      }
      const { customerId, occurredAtMs } = decoded.event;
      orders += 1;
      customers.add(customerId);
      firstAtMs = Math.min(firstAtMs, occurredAtMs);
      lastAtMs = Math.max(lastAtMs, occurredAtMs);
    }
    onProgress?.('survey', {
      bytesSent: totals.bytesRead,
      bytesTotal: bytes,
      linesRead: totals.lines,
      events: orders,
    });
  }
  const span = orders > 0 ? { firstAtMs, lastAtMs } : undefined;
  return { span, customers: customers.size, orders, quarantined, totals, bytes };
}

/** @throws TidemarkError `stopped` once the signal is aborted */
export function leaveIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new TidemarkError('stopped', 'stopped before the backtest was through', { retryable: true });
  }
}
