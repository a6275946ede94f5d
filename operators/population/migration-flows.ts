import { type MigrationCause, type SegmentName, segmentNames } from '../segments/segment-model.ts';
import { utcDay } from '../state/customer-state.ts';
import type { MoveFact } from './population-facts.ts';
import { segmentIndex } from './segment-index.ts';

/** Moves from one segment to another by one cause. */
export interface MigrationFlow {
  readonly from: SegmentName;
  readonly to: SegmentName;
  readonly cause: MigrationCause;
  readonly count: number;
  /** Net spend of the last 365 days at the move, summed over the moves; micros. */
  readonly valueMicros: number;
}

interface Sum {
  count: number;
  valueMicros: number;
}

const causes: readonly MigrationCause[] = ['event', 'time', 'model'];
const size = segmentNames.length;

/** A flow of one day, compact: day, key of from, to and cause, count, value in micros. */
export type PackedFlow = readonly [day: number, key: number, count: number, valueMicros: number];

/**
 * Moves by the UTC day they took effect on, from, to and cause. Memory: at most 168 cells a day, usually some ten, about
 * 100 bytes each.
 */
export class MigrationFlows {
  readonly #days = new Map<number, Map<number, Sum>>();

  static unpack(packed: Iterable<PackedFlow>): MigrationFlows {
    const flows = new MigrationFlows();
    for (const [day, key, count, valueMicros] of packed) flows.#add(day, key, { count, valueMicros });
    return flows;
  }

  add(move: MoveFact): void {
    const key =
      (segmentIndex(move.from) * size + segmentIndex(move.to)) * causes.length + causes.indexOf(move.cause);
    this.#add(utcDay(move.atMs), key, { count: 1, valueMicros: move.spend365Micros });
  }

  /** Sums over the UTC days from `fromDay` to before `toDay`; those of `cause` only where one is given. */
  between(fromDay: number, toDay: number, cause?: MigrationCause): MigrationFlow[] {
    const sums = new Map<number, Sum>();
    for (const [day, keys] of this.#days) {
      if (day < fromDay || day >= toDay) continue;
      for (const [key, sum] of keys) addTo(sums, key, sum);
    }
    return [...sums]
      .sort(([a], [b]) => a - b)
      .map(([key, sum]) => ({ ...flowKey(key), ...sum }))
      .filter((flow) => cause === undefined || flow.cause === cause);
  }

  /** Every cell, in no order. */
  *packed(): Generator<PackedFlow> {
    for (const [day, keys] of this.#days) {
      for (const [key, { count, valueMicros }] of keys) yield [day, key, count, valueMicros];
    }
  }

  #add(day: number, key: number, sum: Sum): void {
    let keys = this.#days.get(day);
    if (keys === undefined) {
      keys = new Map();
      this.#days.set(day, keys);
    }
    addTo(keys, key, sum);
  }
}

function addTo(sums: Map<number, Sum>, key: number, { count, valueMicros }: Sum): void {
  const sum = sums.get(key);
  if (sum === undefined) {
    sums.set(key, { count, valueMicros });
    return;
  }
  sum.count += count;
  sum.valueMicros += valueMicros;
}

function flowKey(key: number): Pick<MigrationFlow, 'from' | 'to' | 'cause'> {
  const pair = Math.floor(key / causes.length);
  return {
    from: segmentNames[Math.floor(pair / size)] as SegmentName,
    to: segmentNames[pair % size] as SegmentName,
    cause: causes[key % causes.length] as MigrationCause,
  };
}

/** True for a move to a segment that stands further down the list, which is best first. */
export function isToWorse({ from, to }: Pick<MigrationFlow, 'from' | 'to'>): boolean {
  return segmentIndex(to) > segmentIndex(from);
}
