import { DependencyError } from '../operators/errors.ts';

export interface EventClockOptions {
  /** Where the clock stood when the last process ended; undefined for a fresh start. */
  readonly startMs: number | undefined;
  /** Runs before the clock is seen to move: fires timers and refits. Never called twice at once. */
  readonly onAdvance: (toMs: number) => Promise<void>;
  /** True while a producer in this process still sends: a quiet shard then may still get earlier events. */
  readonly producing: () => boolean;
}

interface ShardClock {
  /** No event at or before this follows on the shard. */
  passedMs: number;
  atTip: boolean;
  waiting: { upToMs: number; release: () => void; fail: (error: unknown) => void } | undefined;
}

/**
 * The clock of a replay: time is event time. A shard that meets a tick waits until every other shard has come as far;
 * then timers due by then fire, and all go on. So between two ticks no shard runs ahead of another, and what a replay
 * does depends on the events alone, not on how fast each shard was read.
 *
 * With no producer at work in this process, a shard read to its tip holds nothing back, and once all are, the clock
 * moves to the newest event.
 */
export class EventClock {
  readonly #options: EventClockOptions;
  readonly #shards = new Map<string, ShardClock>();
  /** Largest event time seen on any shard, those that have ended included. */
  #newestMs = Number.NEGATIVE_INFINITY;
  #nowMs: number | undefined;
  #advancing: Promise<void> | undefined;
  #retired = false;
  #abandoned = false;
  /** True when somebody asked while the clock was advancing. */
  #askedAgain = false;

  constructor(options: EventClockOptions) {
    this.#options = options;
    this.#nowMs = options.startMs;
  }

  /** Event time up to which everything, also what only time does, has taken effect; undefined before the first event. */
  nowMs(): number | undefined {
    return this.#nowMs;
  }

  /** Ends event time: whoever waits goes on, and ticks mean nothing any more. */
  retire(): void {
    this.#retired = true;
    this.#release(Number.POSITIVE_INFINITY);
    this.#shards.clear();
  }

  /** Ends the waiting without letting anybody pass: their batches are done again at the next start. */
  abandon(): void {
    this.#abandoned = true;
    for (const shard of this.#shards.values()) shard.waiting?.fail(stoppedAtTick());
    this.#shards.clear();
  }

  /** Shards count from when they are added, so all open shards are added before the first is read. */
  add(shardId: string): void {
    if (this.#retired || this.#abandoned) return;
    this.#shards.set(shardId, { passedMs: Number.NEGATIVE_INFINITY, atTip: false, waiting: undefined });
  }

  /** Tells of the largest event time seen on a shard, also on one that has ended: the clock goes no further. */
  seen(watermarkMs: number | undefined): void {
    this.#newestMs = Math.max(this.#newestMs, watermarkMs ?? Number.NEGATIVE_INFINITY);
  }

  /** Takes out a shard that has been read to its end, once its children are in. */
  remove(shardId: string): void {
    this.#shards.delete(shardId);
    // It may have been all that the others waited for.
    if ([...this.#shards.values()].some(({ waiting }) => waiting)) this.#advance().catch(() => {});
  }

  observe(shardId: string, seen: { watermarkMs: number | undefined; atTip: boolean }): void {
    const shard = this.#shards.get(shardId);
    if (!shard) return;
    this.seen(seen.watermarkMs);
    shard.atTip = seen.atTip;
  }

  /** Resolves when every shard has come to `upToMs`, or at once if the clock is already there. */
  async arrive(shardId: string, upToMs: number): Promise<void> {
    // A batch that was being written when the clock was abandoned must not be checkpointed past its tick.
    if (this.#abandoned) throw stoppedAtTick();
    const shard = this.#shards.get(shardId);
    if (!shard) return;
    if (this.#nowMs === undefined || upToMs > this.#nowMs) {
      const released = new Promise<void>((release, fail) => {
        shard.waiting = { upToMs, release, fail };
      });
      // Whoever waits is failed with the same error, and reads again from the checkpoint.
      this.#advance().catch(() => {});
      await released;
    }
    shard.passedMs = Math.max(shard.passedMs, upToMs);
  }

  /** A shard was read to its tip: that may be all the others wait for. */
  async idle(): Promise<void> {
    if (!this.#options.producing()) await this.#advance();
  }

  /** Moves the clock as far as every shard allows, and releases whoever waited for that. */
  #advance(): Promise<void> {
    this.#askedAgain = this.#advancing !== undefined;
    this.#advancing ??= this.#advanceOnce().finally(() => {
      this.#advancing = undefined;
      // Whoever asked between the last look and here would wait for ever.
      if (this.#askedAgain) this.#advance().catch(() => {});
    });
    return this.#advancing;
  }

  async #advanceOnce(): Promise<void> {
    try {
      for (let target = this.#target(); target !== undefined; target = this.#target()) {
        await this.#options.onAdvance(target);
        this.#nowMs = target;
        this.#release(target);
      }
    } catch (error) {
      for (const shard of this.#shards.values()) {
        shard.waiting?.fail(error);
        shard.waiting = undefined;
      }
      throw error;
    }
  }

  #release(nowMs: number): void {
    for (const shard of this.#shards.values()) {
      if (!shard.waiting || shard.waiting.upToMs > nowMs) continue;
      shard.waiting.release();
      shard.waiting = undefined;
    }
  }

  /** How far the clock may go now, or undefined when that is no further than it stands. */
  #target(): number | undefined {
    const producing = this.#options.producing();
    let target = Number.POSITIVE_INFINITY;
    for (const shard of this.#shards.values()) {
      if (shard.waiting) target = Math.min(target, shard.waiting.upToMs);
      else if (producing || !shard.atTip) target = Math.min(target, shard.passedMs);
    }
    if (target === Number.POSITIVE_INFINITY) target = this.#newestMs;
    if (!Number.isFinite(target) || (this.#nowMs !== undefined && target <= this.#nowMs)) return undefined;
    return target;
  }
}

function stoppedAtTick(): DependencyError {
  return new DependencyError('stopping', 'the clock was stopped before it came to the tick', {
    retryable: true,
  });
}
