import type { MoveFact } from './population-facts.ts';

/** The first move after an instant, of each customer: where they stood until then. */
interface Watched {
  /** Lowest ordinal after the instant; 0 for none. */
  ordinals: Uint32Array;
  segments: Uint8Array;
}

/**
 * Remembers where customers stood at a few instants, however they move after them: the segment left by the first later
 * move. Only moves told after `keep` count, so watch an instant before it comes. Memory: 5 bytes a customer and instant.
 */
export class SegmentWatch {
  readonly #instants = new Map<number, Watched>();

  /** Watches these instants, UTC milliseconds, and forgets all others. */
  keep(instants: readonly number[]): void {
    for (const atMs of this.#instants.keys()) if (!instants.includes(atMs)) this.#instants.delete(atMs);
    for (const atMs of instants) {
      if (!this.has(atMs)) {
        this.#instants.set(atMs, { ordinals: new Uint32Array(0), segments: new Uint8Array(0) });
      }
    }
  }

  has(atMs: number): boolean {
    return this.#instants.has(atMs);
  }

  /** @param from index of the segment left */
  moveSeen(row: number, { atMs, ordinal }: Pick<MoveFact, 'atMs' | 'ordinal'>, from: number): void {
    for (const [instantMs, watched] of this.#instants) {
      if (atMs <= instantMs) continue;
      if (row >= watched.ordinals.length) grow(watched, row + 1);
      const known = watched.ordinals[row] as number;
      if (known !== 0 && known <= ordinal) continue;
      watched.ordinals[row] = ordinal;
      watched.segments[row] = from;
    }
  }

  /** Index of the segment held at a watched instant, by a customer who now stands in `present`. */
  segmentAt(row: number, atMs: number, present: number): number {
    const watched = this.#instants.get(atMs);
    const hasMoved = (watched?.ordinals[row] ?? 0) !== 0;
    return hasMoved ? (watched?.segments[row] as number) : present;
  }
}

function grow(watched: Watched, least: number): void {
  const length = Math.max(least, Math.ceil(watched.ordinals.length * 1.5));
  const ordinals = new Uint32Array(length);
  const segments = new Uint8Array(length);
  ordinals.set(watched.ordinals);
  segments.set(watched.segments);
  watched.ordinals = ordinals;
  watched.segments = segments;
}
