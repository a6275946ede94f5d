import { DependencyError } from '../../operators/errors.ts';
import { encodeDocument, type PurchaseDocument } from '../../operators/event/event-document.ts';
import type { EventProducer } from '../../sinks/event-producer.ts';
import type { UserRecord } from '../../sinks/kinesis-aggregation.ts';
import type { PutResult } from '../../sinks/put-lanes.ts';
import type { SendClock } from './send-clock.ts';

/** One event of a replay. */
export interface TimelineEvent {
  readonly document: PurchaseDocument;
  /** Event time, UTC milliseconds; undefined when it has no valid one. */
  readonly atMs: number | undefined;
  /** No event that follows is known to be earlier, UTC milliseconds; Infinity after the last. */
  readonly floorMs: number;
}

export interface TimelineSenderOptions {
  readonly producer: EventProducer;
  readonly clock: SendClock;
  readonly signal: AbortSignal;
  /** Events at the beginning that are on the stream already, from an earlier run. */
  readonly skip: number;
  /** Wall-clock instant at which an instant of event time is due, UTC milliseconds; -Infinity: at once. */
  readonly dueAtMs: (eventTimeMs: number) => number;
  /** Event time between two ticks at that instant, milliseconds; ticks stand at multiples of it. */
  readonly tickEveryMs: (eventTimeMs: number) => number;
  /** Told how many events of the timeline are on the stream, counted from its beginning without a gap. */
  readonly onAcknowledged: (sent: number) => Promise<void>;
}

const recordsPerPut = 500;
/** Puts under way at once: enough to hide a round trip, few enough to bound what a crash sends twice. */
const putsInFlightMax = 4;

/**
 * Sends events in their order, at their pace, with clock ticks between them. A tick says what is true: its instant lies
 * before every event known to follow, and it goes out after all events sent before it are acknowledged.
 * Memory: at most 4 puts of 500 events and one that fills.
 */
export class TimelineSender {
  readonly #options: TimelineSenderOptions;
  #chunk: UserRecord[] = [];
  /** Settle one after the other, in the order of their puts. */
  #inFlight: Promise<void>[] = [];
  #failure: unknown;
  #seen = 0;
  #acknowledged: number;
  /** Ticks up to just before this instant have gone out, or need not. */
  #tickedMs: number | undefined;
  /** Ticks up to just before this instant may go out. */
  #tickableMs = Number.NEGATIVE_INFINITY;

  constructor(options: TimelineSenderOptions) {
    this.#options = options;
    this.#acknowledged = options.skip;
  }

  /** Events on the stream, counted from the beginning of the timeline. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /**
   * Sends one event once it is due; returns early when the signal aborts.
   * @throws DependencyError when the stream did not take an earlier event; `acknowledged` stands before that one.
   */
  async send(event: TimelineEvent): Promise<void> {
    const { skip, dueAtMs, signal } = this.#options;
    this.#throwFailure();
    const startsAtMs = Math.min(event.atMs ?? event.floorMs, event.floorMs);
    if (this.#tickedMs === undefined && Number.isFinite(startsAtMs))
      this.#tickedMs = this.#boundary(startsAtMs);
    if (this.#seen >= skip) {
      await this.#sendTicks();
      await this.#waitUntil(event.atMs === undefined ? Number.NEGATIVE_INFINITY : dueAtMs(event.atMs));
      if (signal.aborted) return;
      this.#chunk.push({ partitionKey: event.document.customerId, data: encodeDocument(event.document) });
      if (this.#chunk.length >= recordsPerPut) await this.#dispatch();
    }
    this.#seen += 1;
    if (Number.isFinite(event.floorMs)) this.#tickableMs = event.floorMs;
  }

  /** Waits until everything given is on the stream; throws as `send` does. */
  async drain(): Promise<void> {
    await this.#dispatch();
    await Promise.all(this.#inFlight);
    this.#inFlight = [];
    this.#throwFailure();
  }

  /** Waits for what is under way, leaves the rest unsent, and throws nothing. */
  async stop(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  /** Waits as `drain` does, then says that nothing at or before `upToMs` follows. */
  async finish(upToMs: number | undefined): Promise<void> {
    await this.drain();
    if (upToMs !== undefined) await this.#options.producer.putTick(upToMs);
  }

  /** The tick boundaries between the last event and the next, each at its own time; those overdue as one. */
  async #sendTicks(): Promise<void> {
    const { clock, dueAtMs, tickEveryMs, signal, producer } = this.#options;
    if (this.#tickedMs === undefined) return;
    const last = this.#boundary(this.#tickableMs);
    while (this.#tickedMs < last && !signal.aborted) {
      let next = last;
      if (dueAtMs(last) > clock.nowMs()) {
        next = Math.min(last, this.#boundary(this.#tickedMs) + tickEveryMs(this.#tickedMs));
      }
      await this.#waitUntil(dueAtMs(next));
      if (signal.aborted) return;
      await this.drain();
      await producer.putTick(next - 1);
      this.#tickedMs = next;
    }
  }

  #boundary(atMs: number): number {
    if (!Number.isFinite(atMs)) return atMs;
    const stepMs = this.#options.tickEveryMs(atMs);
    return Math.floor(atMs / stepMs) * stepMs;
  }

  async #waitUntil(dueMs: number): Promise<void> {
    const { clock, signal } = this.#options;
    if (dueMs <= clock.nowMs()) return;
    // What is due already must not wait for what is not.
    await this.#dispatch();
    await clock.sleepUntil(dueMs, signal);
  }

  async #dispatch(): Promise<void> {
    if (this.#chunk.length > 0) {
      const records = this.#chunk;
      this.#chunk = [];
      const put = this.#options.producer.put(records);
      const before = this.#inFlight.at(-1) ?? Promise.resolve();
      this.#inFlight.push(before.then(() => this.#settle(put)));
    }
    while (this.#inFlight.length > putsInFlightMax) await this.#inFlight.shift();
  }

  /** Never rejects: a failure is thrown where the caller waits. */
  async #settle(put: Promise<readonly PutResult[]>): Promise<void> {
    const results = await put;
    if (this.#failure !== undefined) return;
    const failedAt = results.findIndex((result) => !result.ok);
    this.#acknowledged += failedAt < 0 ? results.length : failedAt;
    const failed = results[failedAt];
    if (failed && !failed.ok) {
      this.#failure = new DependencyError(
        'stream-refused',
        `event ${this.#acknowledged + 1} is not on the stream: ${failed.error}`,
        { retryable: failed.retryable, context: { sent: this.#acknowledged } },
      );
    }
    try {
      await this.#options.onAcknowledged(this.#acknowledged);
    } catch (error) {
      this.#failure ??= error;
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
