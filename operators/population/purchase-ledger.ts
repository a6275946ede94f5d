import { utcDay } from '../state/customer-state.ts';
import { PeriodCells } from './period-cells.ts';
import type { PurchaseFact } from './population-facts.ts';
import { segmentIndex } from './segment-index.ts';

/** An order as held, handed to whoever walks over a customer's. */
export type OrderVisitor = (atMs: number, spendMicros: number, boughtMilli: number) => void;

const nobody = -1;
const capacityMin = 128;
const boughtMax = 2 ** 32 - 1;
const hashModulus = 2 ** 32;

/**
 * Every order of every customer with the segment it was taken in under, and their sums by week and month. A set: the same
 * order again changes nothing, and the order they come in never shows. Of one that comes again under another segment
 * (a crash came between its two writes) the last word counts.
 *
 * Memory: 29 bytes an order, in arrays that grow by half when full; 4 bytes a customer. Nothing is ever dropped.
 * Adding walks past the customer's later orders and those of three periods: usually a handful.
 */
export class PurchaseLedger {
  readonly cells = [new PeriodCells('week'), new PeriodCells('month')] as const;
  /** Orders held. */
  size = 0;
  #heads = new Int32Array(capacityMin).fill(nobody);
  #counts = new Uint32Array(capacityMin);
  #next = new Int32Array(capacityMin);
  #atMs = new Float64Array(capacityMin);
  #spendMicros = new Float64Array(capacityMin);
  #boughtMilli = new Uint32Array(capacityMin);
  #hash = new Uint32Array(capacityMin);
  #segment = new Uint8Array(capacityMin);

  /** Orders held of one customer. */
  countOf(row: number): number {
    return this.#counts[row] ?? 0;
  }

  /**
   * @param row the customer's number, from 0
   * @param isHearsay true where the segment is not known: an order already held then stays as it is
   */
  add(row: number, fact: Omit<PurchaseFact, 'customerId'>, isHearsay = false): void {
    this.#reserve(row);
    const hash = fact.hash % hashModulus;
    let before = nobody;
    let node = this.#heads[row] as number;
    // Newest first; ties by hash, so that every order of arrival ends in the same list.
    while (node !== nobody && this.#isLater(node, fact.atMs, hash)) {
      before = node;
      node = this.#next[node] as number;
    }
    const segment = segmentIndex(fact.segment);
    if (node !== nobody && this.#atMs[node] === fact.atMs && this.#hash[node] === hash) {
      if (isHearsay || this.#segment[node] === segment) return;
      this.#count(row, node, -1);
      this.#segment[node] = segment;
      this.#count(row, node, 1);
      return;
    }
    const added = this.size;
    this.size += 1;
    this.#atMs[added] = fact.atMs;
    this.#hash[added] = hash;
    this.#spendMicros[added] = fact.spendMicros;
    this.#boughtMilli[added] = Math.min(fact.boughtMilli, boughtMax);
    this.#segment[added] = segment;
    this.#next[added] = node;
    if (before === nobody) this.#heads[row] = added;
    else this.#next[before] = added;
    this.#counts[row] = (this.#counts[row] as number) + 1;
    this.#count(row, added, 1);
  }

  /** Calls with each order of a customer, newest first, back to `fromMs` (exclusive). */
  visit(row: number, fromMs: number, visitor: OrderVisitor): void {
    for (let node = this.#heads[row] ?? nobody; node !== nobody; node = this.#next[node] as number) {
      const atMs = this.#atMs[node] as number;
      if (atMs <= fromMs) return;
      visitor(atMs, this.#spendMicros[node] as number, this.#boughtMilli[node] as number);
    }
  }

  #isLater(node: number, atMs: number, hash: number): boolean {
    const held = this.#atMs[node] as number;
    return held > atMs || (held === atMs && (this.#hash[node] as number) > hash);
  }

  /** Adds a node to the sums, or takes it out again, all other nodes of the customer as they are. */
  #count(row: number, node: number, step: 1 | -1): void {
    const day = utcDay(this.#atMs[node] as number);
    const segment = this.#segment[node] as number;
    const isPurchase = (this.#boughtMilli[node] as number) > 0;
    for (const cells of this.cells) {
      const period = cells.periodOf(day);
      cells.add(period, segment, 'revenueMicros', step * (this.#spendMicros[node] as number));
      if (!isPurchase) continue;
      cells.add(period, segment, 'orders', step);
      this.#countBuyer(row, node, { cells, period, segment, step });
    }
  }

  /**
   * A buyer counts once a period in each segment bought under, and as retained there if the next period has any
   * purchase of theirs.
   */
  #countBuyer(
    row: number,
    node: number,
    { cells, period, segment, step }: { cells: PeriodCells; period: number; segment: number; step: 1 | -1 },
  ): void {
    const [before, own, after] = this.#segmentsBoughtUnder(row, node, cells, period);
    if ((own & (1 << segment)) === 0) {
      cells.add(period, segment, 'buyers', step);
      if (after !== 0) cells.add(period, segment, 'retained', step);
    }
    if (own !== 0) return;
    for (let bits = before; bits !== 0; bits &= bits - 1) {
      cells.add(period - 1, 31 - Math.clz32(bits & -bits), 'retained', step);
    }
  }

  /** As sets of bits: the segments of the customer's other purchases in the period before, the period, the next. */
  #segmentsBoughtUnder(
    row: number,
    except: number,
    cells: PeriodCells,
    period: number,
  ): readonly [number, number, number] {
    const [from, start, end, until] = cells.boundsOf(period);
    let before = 0;
    let own = 0;
    let after = 0;
    for (let node = this.#heads[row] ?? nobody; node !== nobody; node = this.#next[node] as number) {
      const atMs = this.#atMs[node] as number;
      if (atMs < from) break;
      if (atMs >= until || node === except || (this.#boughtMilli[node] as number) === 0) continue;
      const bit = 1 << (this.#segment[node] as number);
      if (atMs < start) before |= bit;
      else if (atMs < end) own |= bit;
      else after |= bit;
    }
    return [before, own, after];
  }

  #reserve(row: number): void {
    if (row >= this.#heads.length) {
      const length = Math.max(row + 1, Math.ceil(this.#heads.length * 1.5));
      const heads = new Int32Array(length).fill(nobody);
      heads.set(this.#heads);
      this.#heads = heads;
      this.#counts = grown(this.#counts, new Uint32Array(length));
    }
    if (this.size < this.#next.length) return;
    const length = Math.ceil(this.#next.length * 1.5);
    this.#next = grown(this.#next, new Int32Array(length));
    this.#atMs = grown(this.#atMs, new Float64Array(length));
    this.#spendMicros = grown(this.#spendMicros, new Float64Array(length));
    this.#boughtMilli = grown(this.#boughtMilli, new Uint32Array(length));
    this.#hash = grown(this.#hash, new Uint32Array(length));
    this.#segment = grown(this.#segment, new Uint8Array(length));
  }
}

function grown<T extends { set(array: T): void }>(from: T, into: T): T {
  into.set(from);
  return into;
}
