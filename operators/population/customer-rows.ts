import type { CustomerRecord } from '../customer-record.ts';
import { purchaseDays } from '../state/lifetime.ts';
import { segmentIndex, unassignedIndex } from './segment-index.ts';

const capacityMin = 128;
/** Stands for an instant or a day there is none of. */
export const none = Number.NaN;

/** One column a figure, one place a customer. All instants in UTC milliseconds. */
interface Columns {
  /** 0 for a customer of whom orders or moves are known, but no record yet. */
  version: Float64Array;
  /** Index of the present segment. */
  segment: Uint8Array;
  sinceMs: Float64Array;
  events: Uint32Array;
  purchaseDays: Uint32Array;
  spendMicros: Float64Array;
  firstEventAtMs: Float64Array;
  lastEventAtMs: Float64Array;
  /** `none` for who only returned. */
  firstPurchaseAtMs: Float64Array;
  lastPurchaseAtMs: Float64Array;
  /** Moves of the record. */
  moves: Uint32Array;
  /** The consecutive ordinals of moves that have been seen; both 0 for none. */
  movesFrom: Uint32Array;
  movesTo: Uint32Array;
  /** Segment left by the first of them. */
  movedFrom: Uint8Array;
  /** UTC day and segment of the first assignment as counted, and UTC day of arrival; `none` where not counted. */
  entryDay: Float64Array;
  entrySegment: Uint8Array;
  arrivalDay: Float64Array;
  /** Events of the record that no order is held of, as last looked for. */
  untold: Uint32Array;
}

const columnTypes = {
  version: Float64Array,
  segment: Uint8Array,
  sinceMs: Float64Array,
  events: Uint32Array,
  purchaseDays: Uint32Array,
  spendMicros: Float64Array,
  firstEventAtMs: Float64Array,
  lastEventAtMs: Float64Array,
  firstPurchaseAtMs: Float64Array,
  lastPurchaseAtMs: Float64Array,
  moves: Uint32Array,
  movesFrom: Uint32Array,
  movesTo: Uint32Array,
  movedFrom: Uint8Array,
  entryDay: Float64Array,
  entrySegment: Uint8Array,
  arrivalDay: Float64Array,
  untold: Uint32Array,
} as const;

/**
 * What the population keeps of each customer, in columns. Memory: 103 bytes a customer, and the id with its place in a map
 * (about 100 bytes more); columns grow by half when full. No customer is ever dropped.
 */
export class CustomerRows {
  readonly ids: string[] = [];
  columns: Columns = columnsOf(capacityMin);
  readonly #byId = new Map<string, number>();

  /** The customer's place, from 0; taken on first mention. */
  rowOf(customerId: string): number {
    const known = this.#byId.get(customerId);
    if (known !== undefined) return known;
    const row = this.ids.length;
    if (row >= this.columns.version.length) this.#grow();
    this.ids.push(customerId);
    this.#byId.set(customerId, row);
    this.columns.segment[row] = unassignedIndex;
    this.columns.entryDay[row] = none;
    this.columns.arrivalDay[row] = none;
    return row;
  }

  find(customerId: string): number | undefined {
    return this.#byId.get(customerId);
  }

  /** Writes what a record says over what was known. */
  write(row: number, { version, state, standing }: CustomerRecord): void {
    const { columns } = this;
    const { lifetime } = state;
    columns.version[row] = version;
    columns.segment[row] = segmentIndex(standing?.segment);
    columns.sinceMs[row] = standing?.sinceMs ?? none;
    columns.events[row] = lifetime.events;
    columns.purchaseDays[row] = purchaseDays(state);
    columns.spendMicros[row] = lifetime.spendMicros;
    columns.firstEventAtMs[row] = lifetime.firstEventAtMs;
    columns.lastEventAtMs[row] = lifetime.lastEventAtMs;
    columns.firstPurchaseAtMs[row] = lifetime.firstPurchaseAtMs ?? none;
    columns.lastPurchaseAtMs[row] = lifetime.lastPurchaseAtMs ?? none;
    columns.moves[row] = standing?.migrations ?? 0;
  }

  #grow(): void {
    const length = Math.ceil(this.columns.version.length * 1.5);
    const larger = columnsOf(length);
    for (const name of Object.keys(columnTypes) as (keyof Columns)[]) {
      larger[name].set(this.columns[name] as never);
    }
    this.columns = larger;
  }
}

function columnsOf(length: number): Columns {
  const columns = Object.entries(columnTypes).map(([name, Type]) => [name, new Type(length)]);
  return Object.fromEntries(columns) as Columns;
}
