import { ThrottledError } from '../operators/errors.ts';

export interface AdaptiveLimitOptions {
  /** Most units under way at once, 1... The limit never grows beyond it. */
  readonly max: number;
  /** Where the limit begins, 1..max. Default `max`: nothing is held back before the service has asked for it. */
  readonly start?: number;
}

/**
 * Bounds how much is under way at once, by what the service bears: halved when it throttles, one more after each full
 * window of successes (additive increase, multiplicative decrease). Calls that were begun before a decrease don't make
 * another, and successes count only while at least half of the limit is used, or an idle process would talk itself up to
 * `max`. Who waits is served in order of coming; how many may wait is bounded by the callers.
 *
 * @see Chiu & Jain (1989), "Analysis of the increase and decrease algorithms for congestion avoidance in computer networks"
 * @see Jacobson (1988), "Congestion avoidance and control": one decrease for all losses of one window
 */
export class AdaptiveLimit {
  readonly #max: number;
  #limit: number;
  #used = 0;
  #successes = 0;
  #decreases = 0;
  readonly #waiting: { readonly wanted: number; readonly enter: (granted: number) => void }[] = [];

  constructor({ max, start = max }: AdaptiveLimitOptions) {
    if (!Number.isInteger(max) || max < 1) throw new RangeError(`max must be 1 or more, not ${max}`);
    this.#max = max;
    this.#limit = Math.min(max, Math.max(1, start));
  }

  /** Units that may be under way at present, 1..max. */
  get limit(): number {
    return this.#limit;
  }

  /**
   * Runs `work` once there is room for all it wants, or for the whole limit if that is less: so calls get smaller only
   * when the limit is lower than a call, never because room comes back in crumbs.
   *
   * @param wanted units, 1...
   * @param work told how many it was granted; calls `throttled` when the service left some of them undone
   * @throws what `work` throws; a ThrottledError lowers the limit
   */
  async use<T>(wanted: number, work: (granted: number, throttled: () => void) => Promise<T>): Promise<T> {
    const granted = await this.#enter(wanted);
    const decreasesBefore = this.#decreases;
    let slowDown = false;
    try {
      const result = await work(granted, () => {
        slowDown = true;
      });
      if (!slowDown) this.#grow(granted);
      return result;
    } catch (error) {
      slowDown ||= error instanceof ThrottledError;
      throw error;
    } finally {
      if (slowDown && decreasesBefore === this.#decreases) this.#shrink();
      this.#used -= granted;
      this.#admit();
    }
  }

  #enter(wanted: number): Promise<number> {
    return new Promise((enter) => {
      this.#waiting.push({ wanted, enter });
      this.#admit();
    });
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const granted = Math.min(next.wanted, this.#limit);
      if (this.#used + granted > this.#limit) return;
      this.#waiting.shift();
      this.#used += granted;
      next.enter(granted);
    }
  }

  #grow(done: number): void {
    if (this.#used * 2 < this.#limit) return;
    this.#successes += done;
    if (this.#successes < this.#limit) return;
    this.#successes = 0;
    this.#limit = Math.min(this.#max, this.#limit + 1);
  }

  #shrink(): void {
    this.#decreases += 1;
    this.#successes = 0;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
  }
}
