import type { CustomerRecord } from '../customer-record.ts';
import type { SegmentName } from '../segments/segment-model.ts';
import { utcDay } from '../state/customer-state.ts';
import { CustomerRows } from './customer-rows.ts';
import { MigrationFlows } from './migration-flows.ts';
import { type CustomerFootprint, footprintOf, type MoveFact, type PurchaseFact } from './population-facts.ts';
import { PopulationTotals } from './population-totals.ts';
import { PurchaseLedger } from './purchase-ledger.ts';
import { segmentIndex, segmentKeys, unassignedIndex } from './segment-index.ts';
import { SegmentWatch } from './segment-watch.ts';
import { SizeHistory } from './size-history.ts';

/**
 * The population as its customers, orders and moves make it up: sizes, revenue, retention, flows, exact at every moment.
 *
 * A set of facts, each of which may come in any order and any number of times: records (the newest version speaks),
 * orders (by time and id), moves (by customer and ordinal). So what a process keeps while it writes, what another reads
 * from the tables, and what both see twice after a crash end in the same figures. Orders that only a record knows of
 * (written elsewhere, or no purchase history is kept) count under no segment, until somebody tells.
 *
 * Memory: some 200 bytes a customer and 29 an order, so half a gigabyte for a million customers of ten orders each.
 */
export class PopulationView {
  readonly totals = new PopulationTotals();
  readonly rows = new CustomerRows();
  readonly ledger = new PurchaseLedger();
  readonly flows = new MigrationFlows();
  readonly sizes = new SizeHistory();
  /** Where customers stood at the instants that forecasts were made at. */
  readonly watch = new SegmentWatch();
  /** Moves seen out of turn, by customer: they wait for those before them. */
  readonly #ahead = new Map<number, Set<number>>();
  /** Earliest fit of a segment model, UTC milliseconds. */
  #firstFitMs = Number.POSITIVE_INFINITY;

  /** Tells of a segment model: nobody was assigned before the earliest was fitted. */
  modelFitted(fittedAtMs: number): void {
    if (fittedAtMs >= this.#firstFitMs) return;
    this.#firstFitMs = fittedAtMs;
    for (let row = 0; row < this.rows.ids.length; row += 1) this.#placeEntry(row);
  }

  /** Tells of a customer as stored; an older version than the one known changes nothing. */
  recordSeen(record: CustomerRecord): void {
    const row = this.rows.rowOf(record.customerId);
    const { version } = this.rows.columns;
    if (record.version <= (version[row] as number)) return;
    const before = version[row] === 0 ? undefined : this.#footprint(row);
    this.totals.replace(before, footprintOf(record));
    this.rows.write(row, record);
    this.#placeEntry(row);
    this.#catchUp(row, record);
    // Committed with the record, and perhaps by a process that ended before it told.
    for (const move of record.outbox) this.moveSeen(move);
  }

  purchaseSeen(fact: PurchaseFact): void {
    this.ledger.add(this.rows.rowOf(fact.customerId), fact);
  }

  moveSeen(move: MoveFact): void {
    const row = this.rows.rowOf(move.customerId);
    if (!this.#isNewMove(row, move)) return;
    this.totals.migrationsByCause[move.cause] += 1;
    this.flows.add(move);
    const day = utcDay(move.atMs);
    this.sizes.add(day, segmentIndex(move.from), -1);
    this.sizes.add(day, segmentIndex(move.to), 1);
    this.watch.moveSeen(row, move, segmentIndex(move.from));
    this.#placeEntry(row);
  }

  /** Takes the orders that nobody told of from the record itself, as far as it has them: under no segment. */
  #catchUp(row: number, { state }: CustomerRecord): void {
    const { untold } = this.rows.columns;
    const missing = () => Math.max(0, state.lifetime.events - this.ledger.countOf(row));
    if (missing() <= (untold[row] as number)) return;
    for (const { atMs, hash, spendMicros, boughtMilli } of state.entries) {
      this.ledger.add(row, { atMs, hash, spendMicros, boughtMilli, segment: undefined }, true);
    }
    untold[row] = missing();
  }

  /** Notes the ordinal; false for one that was seen before. */
  #isNewMove(row: number, { ordinal, from }: MoveFact): boolean {
    const { movesFrom, movesTo, movedFrom } = this.rows.columns;
    const first = movesFrom[row] as number;
    const last = movesTo[row] as number;
    const ahead = this.#ahead.get(row);
    if ((first > 0 && ordinal >= first && ordinal <= last) || ahead?.has(ordinal)) return false;
    const lowest = Math.min(first === 0 ? Number.POSITIVE_INFINITY : first, ...(ahead ?? []));
    if (ordinal < lowest) movedFrom[row] = segmentIndex(from);
    if (first === 0) {
      movesFrom[row] = ordinal;
      movesTo[row] = ordinal;
      return true;
    }
    const waiting = ahead ?? new Set();
    waiting.add(ordinal);
    for (let next = last + 1; waiting.delete(next); next += 1) movesTo[row] = next;
    for (let next = first - 1; waiting.delete(next); next -= 1) movesFrom[row] = next;
    if (waiting.size > 0) this.#ahead.set(row, waiting);
    else this.#ahead.delete(row);
    return true;
  }

  #footprint(row: number): CustomerFootprint {
    const { segment, events, firstEventAtMs } = this.rows.columns;
    const key = segmentKeys[segment[row] as number];
    return {
      segment: segment[row] === unassignedIndex ? undefined : (key as SegmentName),
      events: events[row] as number,
      firstEventAtMs: firstEventAtMs[row] as number,
    };
  }

  /** Brings arrival and first assignment to what the facts now say; both may move to an earlier day by a late event. */
  #placeEntry(row: number): void {
    const { columns } = this.rows;
    if (columns.version[row] === 0) return;
    const firstEventAtMs = columns.firstEventAtMs[row] as number;
    const arrival = utcDay(firstEventAtMs);
    if (columns.arrivalDay[row] !== arrival) {
      const counted = columns.arrivalDay[row] as number;
      if (!Number.isNaN(counted)) this.sizes.add(counted, unassignedIndex, -1);
      this.sizes.add(arrival, unassignedIndex, 1);
      columns.arrivalDay[row] = arrival;
    }
    const hasMoved = columns.movesFrom[row] !== 0;
    const segment = (hasMoved ? columns.movedFrom[row] : columns.segment[row]) as number;
    if (segment === unassignedIndex) return;
    const day = Number.isFinite(this.#firstFitMs)
      ? utcDay(Math.max(firstEventAtMs, this.#firstFitMs))
      : arrival;
    const countedDay = columns.entryDay[row] as number;
    const countedSegment = columns.entrySegment[row] as number;
    if (countedDay === day && countedSegment === segment) return;
    if (!Number.isNaN(countedDay)) this.#assign(countedDay, countedSegment, -1);
    this.#assign(day, segment, 1);
    columns.entryDay[row] = day;
    columns.entrySegment[row] = segment;
  }

  #assign(day: number, segment: number, step: 1 | -1): void {
    this.sizes.add(day, unassignedIndex, -step);
    this.sizes.add(day, segment, step);
  }
}
