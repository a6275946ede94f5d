import { ConfigurationError } from '../../operators/errors.ts';
import type { PurchaseDocument } from '../../operators/event/event-document.ts';
import type { CheckpointStore } from '../../sinks/checkpoint-store.ts';
import type { EventProducer } from '../../sinks/event-producer.ts';
import { groupWindowLinesDefault, type MalformedLine, type ReadTotals, readOrders } from './csv-orders.ts';
import { fingerprintFile } from './file-fingerprint.ts';
import type { CsvOrder } from './order-window.ts';
import { ResumePoint } from './resume-point.ts';
import { type SendClock, wallClock } from './send-clock.ts';
import { TimelineSender } from './timeline-sender.ts';

export interface ImportFileOptions {
  readonly path: string;
  readonly producer: EventProducer;
  readonly checkpoints: Pick<CheckpointStore, 'import' | 'putImport'>;
  /** `max`, or how many times as fast as event time passes, above 0. */
  readonly speed: 'max' | number;
  /** ISO 4217; the currency of lines that name none. */
  readonly reportingCurrency: string;
  /** Stops the import after the batch in hand; the next run goes on from there. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Told of the first 20 lines that no order can be formed of. */
  readonly onMalformed?: (line: MalformedLine) => void;
  /** Event time between clock ticks, milliseconds, 1... Default one day. */
  readonly tickEveryMs?: number;
  /** See `ReadOrdersOptions`. */
  readonly groupWindowLines?: number;
  readonly clock?: SendClock;
  /** Says whether the pipeline will take a document. One that goes to quarantine must not move the clock. Default: all. */
  readonly accepts?: (document: PurchaseDocument) => boolean;
}

export interface ImportProgress {
  /** Of the file, compressed if it is; the events up to there are on the stream or under way. */
  readonly bytesSent: number;
  readonly bytesTotal: number;
  readonly linesRead: number;
  /** On the stream, those of earlier runs included. */
  readonly events: number;
}

export interface ImportSummary extends Omit<ReadTotals, 'bytesRead'> {
  /** Events of the file that are on the stream, those of earlier runs included. */
  readonly events: number;
  /** Of these, sent by earlier runs. */
  readonly resumedEvents: number;
  /** Earliest and latest order, UTC milliseconds; undefined when none has a valid time. */
  readonly firstAtMs: number | undefined;
  readonly lastAtMs: number | undefined;
  /** The first 20 of the malformed lines. */
  readonly malformed: readonly MalformedLine[];
  /** False when the import was stopped. */
  readonly finished: boolean;
}

const dayMs = 86_400_000;
const noTotals: ReadTotals = { lines: 0, anonymousLines: 0, malformedLines: 0, splitOrders: 0, bytesRead: 0 };
/** The decoder takes no event from further in the future, so none may move the clock there. */
const futureMsMax = 3_600_000;

/**
 * Puts the orders of a CSV file on the stream, in the order of the file, with a clock tick whenever event time passes
 * into another day and one at the end. An import that was stopped or killed reads the file again and goes on after what
 * was acknowledged; one that was finished sends only its last tick.
 *
 * A tick is true for a file in order of time, and for one whose lines are displaced by no more than the group window:
 * it stays before every order read and not yet sent. In a file that is more disordered some events come behind a tick;
 * they are late, which changes no feature.
 * @throws ConfigurationError, TidemarkError of `readOrders`; DependencyError when the stream or the store fails. What was
 *   acknowledged by then is kept.
 */
export async function importFile(options: ImportFileOptions): Promise<ImportSummary> {
  checkOptions(options);
  const { path, reportingCurrency, signal, clock = wallClock, accepts = () => true } = options;
  const groupWindowLines = options.groupWindowLines ?? groupWindowLinesDefault;
  const { fingerprint, bytes } = await fingerprintFile(path, { reportingCurrency, groupWindowLines });
  const found = await options.checkpoints.import(fingerprint);
  const resume = new ResumePoint(fingerprint, found, options.checkpoints, clock);
  const resumedEvents = resume.saved.sent;
  let totals = noTotals;
  let bytesSent = 0;
  const report = () =>
    options.onProgress?.({
      bytesSent,
      bytesTotal: bytes,
      linesRead: totals.lines,
      events: sender.acknowledged,
    });
  const sender: TimelineSender = new TimelineSender({
    producer: options.producer,
    clock,
    signal,
    skip: resumedEvents,
    dueAtMs: paceOf(options.speed, clock),
    tickEveryMs: () => options.tickEveryMs ?? dayMs,
    onAcknowledged: (sent) => {
      report();
      return resume.advance(sent);
    },
  });
  const malformed: MalformedLine[] = [];
  const onMalformed = (line: MalformedLine) => {
    malformed.push(line);
    options.onMalformed?.(line);
  };
  const latestMs = clock.nowMs() + futureMsMax;
  const range = { firstAtMs: undefined as number | undefined, lastAtMs: undefined as number | undefined };
  try {
    for await (const batch of readOrders(path, { reportingCurrency, groupWindowLines, onMalformed })) {
      totals = batch.totals;
      for (const order of batch.orders) {
        const event = clockable(order, latestMs, accepts);
        if (event.atMs !== undefined) widen(range, event.atMs);
        await sender.send(event);
        if (signal.aborted) break;
        bytesSent = order.fileBytes;
      }
      report();
      if (signal.aborted) break;
    }
    if (!signal.aborted) await sender.finish(range.lastAtMs);
  } finally {
    await sender.stop();
    await resume.save(sender.acknowledged, resume.saved.finished);
  }
  const finished = !signal.aborted;
  if (finished) {
    await resume.save(sender.acknowledged, true);
    bytesSent = bytes;
    report();
  }
  const { bytesRead: _, ...counts } = totals;
  return { ...counts, ...range, events: sender.acknowledged, resumedEvents, malformed, finished };
}

function checkOptions({ speed, tickEveryMs = dayMs }: ImportFileOptions): void {
  const problems: string[] = [];
  if (speed !== 'max' && !(speed > 0 && Number.isFinite(speed))) {
    problems.push(`speed is ${speed}, expected "max" or a number above 0`);
  }
  if (!Number.isInteger(tickEveryMs) || tickEveryMs < 1) {
    problems.push(`tickEveryMs is ${tickEveryMs}, expected a whole number from 1`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** The first event this run sends is due at once, the others as long after it as event time says. */
function paceOf(speed: 'max' | number, clock: SendClock): (eventTimeMs: number) => number {
  if (speed === 'max') return () => Number.NEGATIVE_INFINITY;
  let origin: { readonly eventMs: number; readonly wallMs: number } | undefined;
  return (eventTimeMs) => {
    origin ??= { eventMs: eventTimeMs, wallMs: clock.nowMs() };
    return origin.wallMs + (eventTimeMs - origin.eventMs) / speed;
  };
}

/** Times before 1970 and in the future are refused by the decoder: they must not hold the clock back or push it on. */
function clockable(
  { document, atMs, floorMs }: CsvOrder,
  latestMs: number,
  accepts: (document: PurchaseDocument) => boolean,
) {
  const valid = atMs !== undefined && atMs >= 0 && atMs <= latestMs && accepts(document);
  return {
    document,
    atMs: valid ? atMs : undefined,
    floorMs: floorMs > latestMs ? Number.POSITIVE_INFINITY : floorMs,
  };
}

function widen(range: { firstAtMs: number | undefined; lastAtMs: number | undefined }, atMs: number): void {
  range.firstAtMs = Math.min(range.firstAtMs ?? atMs, atMs);
  range.lastAtMs = Math.max(range.lastAtMs ?? atMs, atMs);
}
