import { segmentKeys } from './segment-index.ts';

/** What one UTC day added to the size of each of `segmentKeys`. */
export type SizeChanges = ArrayLike<number>;

/**
 * Sizes of the segments over time, as daily changes: a customer comes (unassigned), is assigned for the first time, moves.
 * At the end of any day they sum to the customers that had come by then. Memory: 36 bytes and a map entry a day.
 */
export class SizeHistory {
  readonly #days = new Map<number, Int32Array>();

  constructor(days: Iterable<readonly [day: number, changes: SizeChanges]> = []) {
    for (const [day, changes] of days) this.#days.set(day, Int32Array.from(changes));
  }

  add(day: number, segment: number, step: number): void {
    let changes = this.#days.get(day);
    if (changes === undefined) {
      changes = new Int32Array(segmentKeys.length);
      this.#days.set(day, changes);
    }
    changes[segment] = (changes[segment] as number) + step;
  }

  /** Change of each size over the UTC days from `fromDay` to before `toDay`. */
  changesBetween(fromDay: number, toDay: number): number[] {
    const sums = segmentKeys.map(() => 0);
    for (const [day, changes] of this.#days) {
      if (day < fromDay || day >= toDay) continue;
      for (let index = 0; index < sums.length; index += 1) {
        sums[index] = (sums[index] as number) + (changes[index] as number);
      }
    }
    return sums;
  }

  /** Sizes before each of some days, which must ascend. */
  sizesBefore(days: readonly number[]): number[][] {
    const ascending = [...this.#days].sort(([a], [b]) => a - b);
    const sizes = segmentKeys.map(() => 0);
    let at = 0;
    return days.map((until) => {
      for (; at < ascending.length; at += 1) {
        const [day, changes] = ascending[at] as [number, Int32Array];
        if (day >= until) break;
        for (let index = 0; index < sizes.length; index += 1) {
          sizes[index] = (sizes[index] as number) + (changes[index] as number);
        }
      }
      return [...sizes];
    });
  }

  /** First day with a change; undefined when there was none. */
  firstDay(): number | undefined {
    let first: number | undefined;
    for (const day of this.#days.keys()) first = Math.min(first ?? day, day);
    return first;
  }

  entries(): Iterable<[number, Int32Array]> {
    return this.#days.entries();
  }
}
