import type { PopulationHistory, PopulationReader } from '../api/dependencies.ts';
import type { PopulationView } from '../operators/population/population-view.ts';
import type { SegmentForecast } from '../operators/population/segment-forecast.ts';
import {
  type MemberList,
  type MemberOrder,
  type SegmentMember,
  sortMembers,
} from '../operators/population/segment-members.ts';
import { type PopulationSummary, summarisePopulation } from '../operators/population/summarise-population.ts';
import type { ConsumptionModel } from '../operators/predict/consumption-model.ts';
import type { SegmentName } from '../operators/segments/segment-model.ts';
import { readMembers } from './read-members.ts';

export interface LivePopulationOptions {
  /** Clock instant that reads answer for, UTC milliseconds. */
  readonly nowMs: () => number;
  /** The active model of consumption; undefined before the first. */
  readonly consumption: () => Promise<ConsumptionModel | undefined>;
  /** Those stored, oldest first. */
  readonly forecasts: () => Promise<readonly SegmentForecast[]>;
  /** Monotonic clock, ms; default `performance.now`. */
  readonly monotonicMs?: () => number;
}

/** What is summed up or listed is kept for at least so long, ms, */
const ageMsMin = { summary: 250, members: 2_000, forecasts: 1_000 } as const;
/** and so that working it out takes at most this share of the time: 20 ms of work are kept for a second. */
const workShareMax = 0.02;

/** Something worked out at `fromMs`, good until `untilMs` of the monotonic clock. */
interface Kept<T> {
  readonly value: Promise<T>;
  untilMs: number;
}

/**
 * The population of this process, as it is kept while events come. Sums and lists over many customers are held for a
 * moment: with 5,000 customers a quarter of a second and two seconds. Memory: at most one list a segment, about 150 bytes
 * a customer.
 */
export class LivePopulation implements PopulationReader {
  readonly #view: PopulationView;
  readonly #options: LivePopulationOptions;
  readonly #kept = new Map<string, Kept<unknown>>();

  constructor(view: PopulationView, options: LivePopulationOptions) {
    this.#view = view;
    this.#options = options;
  }

  summary(): Promise<PopulationSummary> {
    return this.#keep('summary', ageMsMin.summary, async () =>
      summarisePopulation(this.#view, this.#options.nowMs()),
    );
  }

  async history(): Promise<PopulationHistory> {
    const { flows, sizes, ledger } = this.#view;
    const [week, month] = ledger.cells;
    return { asOfMs: this.#options.nowMs(), flows, sizes, cells: { week, month } };
  }

  forecasts(): Promise<readonly SegmentForecast[]> {
    return this.#keep('forecasts', ageMsMin.forecasts, this.#options.forecasts);
  }

  async members(segment: SegmentName, order: MemberOrder): Promise<MemberList> {
    const listed = await this.#keep(segment, ageMsMin.members, async () => {
      const model = await this.#options.consumption();
      const asOfMs = this.#options.nowMs();
      const members = await readMembers(this.#view, segment, model, asOfMs);
      return { asOfMs, members, orders: new Map<MemberOrder, SegmentMember[]>() };
    });
    let sorted = listed.orders.get(order);
    if (sorted === undefined) {
      sorted = sortMembers(listed.members, order);
      listed.orders.set(order, sorted);
    }
    return { asOfMs: listed.asOfMs, complete: true, sorted };
  }

  /** What was worked out lately, or is being worked out; else works it out. A failure is not kept. */
  #keep<T>(name: string, leastMs: number, work: () => Promise<T>): Promise<T> {
    const monotonicMs = this.#options.monotonicMs ?? (() => performance.now());
    const startMs = monotonicMs();
    const held = this.#kept.get(name);
    if (held && startMs < held.untilMs) return held.value as Promise<T>;
    const value = work();
    const kept: Kept<T> = { value, untilMs: Number.POSITIVE_INFINITY };
    this.#kept.set(name, kept);
    value.then(
      () => {
        const endMs = monotonicMs();
        kept.untilMs = endMs + Math.max(leastMs, (endMs - startMs) / workShareMax);
      },
      () => this.#kept.delete(name),
    );
    return value;
  }
}
