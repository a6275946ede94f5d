import { lastValueFrom, of } from 'rxjs';
import { decodeDocument } from '../../operators/event/decode-event.ts';
import type { ModelKind, Stores } from '../../sinks/stores.ts';
import { consumptionChain } from '../chain.ts';
import { groupWindowLinesDefault, type MalformedLine, type ReadTotals } from '../ingest/csv-orders.ts';
import { readFileBatches } from '../ingest/file-batches.ts';
import { fingerprintFile } from '../ingest/file-fingerprint.ts';
import type { ImportProgress } from '../ingest/import-file.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import { untilDone } from '../until-done.ts';
import { createWorker, type Worker } from '../worker.ts';
import { BackfillPoint } from './backfill-point.ts';
import { settleFile } from './settle-file.ts';

export interface BackfillOptions {
  readonly path: string;
  readonly settings: Settings;
  readonly stores: Stores;
  /** The wall clock, UTC milliseconds. */
  readonly nowMs: () => number;
  /** Ends the backfill after the batch in hand; the next run goes on from there. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** `orders`: taking them in. `segments`: then looking at each of their customers once. */
  readonly onProgress?: (pass: 'orders' | 'segments', progress: ImportProgress) => void;
  /** Told of the first 20 lines that no order can be formed of. */
  readonly onMalformed?: (line: MalformedLine) => void;
}

export interface BackfillSummary extends Omit<ReadTotals, 'bytesRead'> {
  /** Orders of the file that have been taken in, those of earlier runs included. */
  readonly events: number;
  /** Of these, by earlier runs. */
  readonly resumedEvents: number;
  /** Orders that took effect in this run. */
  readonly applied: number;
  /** Of these, older than the allowed lateness: in lifetime totals, in no window. */
  readonly late: number;
  /** Valid orders read in this run; those not applied had taken effect before, by the stream or an earlier run. */
  readonly read: number;
  readonly quarantined: number;
  /** Customers that nobody knew before. */
  readonly newCustomers: number;
  /** Customers that moved to another segment. */
  readonly moves: number;
  /** Customer writes that another writer came before, and that were done again. */
  readonly conflicts: number;
  /** Newest order that can be used, UTC milliseconds; undefined when there is none. */
  readonly lastAtMs: number | undefined;
  /** False when the backfill was stopped. */
  readonly finished: boolean;
}

const noTotals: ReadTotals = { lines: 0, anonymousLines: 0, malformedLines: 0, splitOrders: 0, bytesRead: 0 };
/** A new model shows here at most this much later, ms. */
const modelAgeMsMax = 5_000;

/**
 * Takes the orders of a CSV file into the customers, past the stream and beside it, by the same chain: what was applied
 * before changes nothing, and the customers end as if the orders had come by the stream. Only when all are in is each
 * customer of the file judged, once, as of the pipeline's clock (see `settleCustomer`). Interrupted, it goes on with the
 * batch that was in hand; finished, it reads the file and changes nothing.
 *
 * Its progress stands with the imports, not with the shards: the file is no part of the stream.
 * @throws ConfigurationError, TidemarkError as `readOrders`; what the stores throw that trying again can't mend
 */
export async function backfillFile(options: BackfillOptions): Promise<BackfillSummary> {
  const { path, settings, stores, log, signal } = options;
  const { reportingCurrency } = settings.currencies;
  const identity = { reportingCurrency, groupWindowLines: groupWindowLinesDefault };
  const { fingerprint, bytes } = await fingerprintFile(path, identity);
  const sent = (await stores.checkpoints.import(fingerprint))?.sent ?? 0;
  if (sent > 0) log.warn({ sent }, 'orders of this file went through the stream before: they are duplicates');
  const hash = fingerprint.replace(/^file:/, '');
  const point = await BackfillPoint.open(stores.checkpoints, `backfill:${hash}`);
  const taken = await takeOrders(options, { shardId: `file-${hash.slice(0, 16)}`, bytes, point });
  if (signal.aborted) return { ...taken, moves: 0, finished: false };
  const moves = await settleFile({
    ...options,
    point: await BackfillPoint.open(stores.checkpoints, `backfill-segments:${hash}`),
    newestMs: taken.lastAtMs,
    onProgress: (fileBytes, events) =>
      options.onProgress?.('segments', {
        bytesSent: fileBytes,
        bytesTotal: bytes,
        linesRead: taken.lines,
        events,
      }),
  });
  return { ...taken, moves: moves ?? 0, finished: moves !== undefined };
}

interface Taking {
  /** Under which customers remember how far they are. */
  readonly shardId: string;
  readonly bytes: number;
  readonly point: BackfillPoint;
}

async function takeOrders(
  { path, settings, stores, nowMs, signal, log, onProgress, onMalformed }: BackfillOptions,
  { shardId, bytes, point }: Taking,
): Promise<Omit<BackfillSummary, 'moves' | 'finished'>> {
  const resumedEvents = point.done;
  log.info({ file: path, after: resumedEvents }, 'taking orders in');
  const worker = createWorker({
    settings,
    stores: withoutSegments(stores),
    nowMs,
    modelAgeMsMax,
    noteProgress: (batch) => point.save(Number(batch.end?.sequenceNumber ?? point.done), false),
  });
  // Timers stay where they are until the customers are judged.
  const chain = consumptionChain({ ...worker.chain, sweptToMs: () => Number.NEGATIVE_INFINITY });
  let totals: ReadTotals | undefined;
  let lastAtMs: number | undefined;
  let read = 0;
  let quarantined = 0;
  const seen = (atMs: number) => {
    lastAtMs = Math.max(lastAtMs ?? atMs, atMs);
  };
  const batches = readFileBatches(path, {
    reportingCurrency: settings.currencies.reportingCurrency,
    skip: resumedEvents,
    recordsMax: settings.batchRecords,
    nowMs,
    ...(onMalformed ? { onMalformed } : {}),
    onSkipped: ({ document }) => {
      const decoded = decodeDocument(document, nowMs(), worker.chain.decode);
      if (decoded.kind === 'event') seen(decoded.event.occurredAtMs);
    },
  });
  for await (const { records, totals: soFar, fileBytes } of batches) {
    if (signal.aborted) break;
    totals = soFar;
    const batch = { shardId, records, behindMs: 0, atTip: false, shardEnded: false };
    if (records.length > 0) {
      const committed = await untilDone(() => lastValueFrom(of(batch).pipe(chain)), {
        signal,
        log,
        what: 'taking orders in',
      });
      if (committed === undefined) break;
      read += committed.events.length;
      quarantined += committed.quarantined.length;
      for (const { event } of committed.events) seen(event.occurredAtMs);
    }
    onProgress?.('orders', {
      bytesSent: fileBytes,
      bytesTotal: bytes,
      linesRead: soFar.lines,
      events: point.done,
    });
  }
  if (!signal.aborted) await point.save(point.done, true);
  const { bytesRead: _, ...counts } = totals ?? noTotals;
  return { ...counts, ...figuresOf(worker), events: point.done, resumedEvents, read, quarantined, lastAtMs };
}

/** Its counters hold what this run alone did. */
function figuresOf({ counters }: Worker) {
  return {
    applied: counters.eventsApplied,
    late: counters.lateEvents,
    newCustomers: counters.customers,
    conflicts: counters.conflicts,
  };
}

/** The chain then moves nobody: what an order of last year would have done last year is no news. */
function withoutSegments(stores: Stores): Stores {
  const active: Stores['models']['active'] = async <K extends ModelKind>(kind: K) =>
    kind === 'segments' ? undefined : stores.models.active(kind);
  return { ...stores, models: { ...stores.models, active } };
}
