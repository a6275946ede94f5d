import { createHash } from 'node:crypto';
import { utcDate } from './day-directory.ts';
import { invalidCursor } from './page-cursor.ts';

const feedKeyPattern = /^\d{13}-\d{5}-[0-9a-f]{12}$/;
const countPerMs = 100_000;

/**
 * Gives feed keys that rise within the process, and tells a reader up to which key the feed is complete: of several
 * writes under way a later key may land before an earlier one, and a reader that went past it would never see it.
 */
export class FeedOrder {
  readonly #nowMs: () => number;
  readonly #settleMs: number;
  #lastMs: number;
  #count = 0;
  /** Lowest key of each publication under way. */
  readonly #underWay = new Set<string>();

  /** @param settleMs how far behind the clock the feed is read, to wait for other writers and the index. */
  constructor(nowMs: () => number, settleMs: number) {
    this.#nowMs = nowMs;
    this.#settleMs = settleMs;
    this.#lastMs = nowMs();
  }

  /**
   * How long a publication may take, milliseconds: what lands later may lie behind a reader of another process. Half of
   * the settling time is for the clocks and the index.
   */
  get publishMsMax(): number {
    return this.#settleMs === 0 ? Number.POSITIVE_INFINITY : this.#settleMs / 2;
  }

  /** Runs one publication: `write` gets a feed key for each id, in order. */
  async publish<T>(ids: readonly string[], write: (feedKeys: readonly string[]) => Promise<T>): Promise<T> {
    const keys = ids.map((id) => this.#next(id));
    const lowest = keys[0];
    if (lowest === undefined) return write(keys);
    this.#underWay.add(lowest);
    try {
      return await write(keys);
    } finally {
      this.#underWay.delete(lowest);
    }
  }

  /** Take it before reading the feed; afterwards it says whether a key read may be given out yet. */
  horizon(): (feedKey: string) => boolean {
    const underWay = [...this.#underWay].sort()[0];
    const issued = this.#position();
    const settledMs = this.#nowMs() - this.#settleMs;
    return (feedKey) =>
      (underWay === undefined || feedKey < underWay) &&
      // What this process has begun since may have landed in part.
      (this.#position() === issued || feedKey < issued) &&
      (this.#settleMs === 0 || feedKeyMs(feedKey) <= settledMs);
  }

  /** Everything given out before this instant, UTC milliseconds, may be read. */
  completeToMs(): number {
    const underWay = [...this.#underWay].sort()[0];
    const settledMs = this.#nowMs() - this.#settleMs;
    return underWay === undefined ? settledMs : Math.min(settledMs, feedKeyMs(underWay));
  }

  #next(id: string): string {
    const nowMs = Math.max(this.#nowMs(), this.#lastMs);
    if (nowMs > this.#lastMs) {
      this.#lastMs = nowMs;
      this.#count = 0;
    } else if (this.#count === countPerMs) {
      this.#lastMs += 1;
      this.#count = 0;
    }
    const key = `${this.#position()}-${createHash('sha256').update(id).digest('hex').slice(0, 12)}`;
    this.#count += 1;
    return key;
  }

  /** Every key given out so far sorts before it, every later one behind. */
  #position(): string {
    return `${String(this.#lastMs).padStart(13, '0')}-${String(this.#count).padStart(5, '0')}`;
  }
}

/** A key that sorts before every one given out at an instant or later, and behind all earlier ones. */
export function feedKeyAt(atMs: number): string {
  return `${String(Math.max(0, Math.ceil(atMs))).padStart(13, '0')}-00000-${'0'.repeat(12)}`;
}

/** When a feed key was given out, UTC milliseconds. */
export function feedKeyMs(feedKey: string): number {
  return Number(feedKey.slice(0, 13));
}

/** The UTC day a feed key belongs to. */
export function feedKeyDay(feedKey: string): string {
  return utcDate(feedKeyMs(feedKey));
}

/** @throws TidemarkError `invalid-cursor` for what is no feed key. */
export function checkFeedKey(feedKey: string): string {
  if (!feedKeyPattern.test(feedKey)) throw invalidCursor('migrations');
  return feedKey;
}
