import type { MigrationCause, SegmentName } from '../segments/segment-model.ts';
import type { CustomerFootprint } from './population-facts.ts';
import { segmentIndex, segmentKeys, type unassigned } from './segment-index.ts';

/**
 * How many customers there are and where they stand, by differences. The sum over segments and `unassigned` is the
 * number of customers at every moment, since each customer stands in exactly one place.
 */
export class PopulationTotals {
  customers = 0;
  /** Distinct events applied to customers. */
  eventsApplied = 0;
  /** Earliest event time over all customers, UTC milliseconds; undefined before the first event. */
  firstEventAtMs: number | undefined;
  readonly migrationsByCause: Record<MigrationCause, number> = { event: 0, time: 0, model: 0 };
  readonly #sizes = new Int32Array(segmentKeys.length);

  /** Customers of one segment; undefined asks for those in none. */
  sizeOf(segment: SegmentName | undefined): number {
    return this.#sizes[segmentIndex(segment)] as number;
  }

  /** Customers by segment; segments that nobody stands in are left out. */
  get segmentCounts(): Map<SegmentName | typeof unassigned, number> {
    const held = segmentKeys.map((key, index) => [key, this.#sizes[index] as number] as const);
    return new Map(held.filter(([, size]) => size !== 0));
  }

  /** Puts one customer's footprint in the place of the one before; undefined for a customer not counted yet. */
  replace(before: CustomerFootprint | undefined, after: CustomerFootprint): void {
    if (before === undefined) this.customers += 1;
    else this.#add(segmentIndex(before.segment), -1);
    this.#add(segmentIndex(after.segment), 1);
    this.eventsApplied += after.events - (before?.events ?? 0);
    this.firstEventAtMs = Math.min(this.firstEventAtMs ?? after.firstEventAtMs, after.firstEventAtMs);
  }

  #add(index: number, step: 1 | -1): void {
    this.#sizes[index] = (this.#sizes[index] as number) + step;
  }
}
