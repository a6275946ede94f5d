import { microsPerUnit } from '../event/money.ts';
import type { ConsumptionModel } from '../predict/consumption-model.ts';
import { prepareOutlook } from '../predict/purchase-outlook.ts';
import { msPerDay, utcDay } from '../state/customer-state.ts';
import { outlookState } from './outlook-state.ts';
import type { PopulationView } from './population-view.ts';
import { segmentKeys, unassignedIndex } from './segment-index.ts';

/** Days that a forecast looks ahead, and from one to the next. */
export const forecastDays = 28;
const forecastMs = forecastDays * msPerDay;

/** What was expected of the customers who stood in a segment, and what they did. */
export interface ForecastFigures {
  readonly customers: number;
  /** Purchase days. */
  readonly expectedPurchases: number;
  /** Undefined without a model of spend. */
  readonly expectedSpendMicros: number | undefined;
  /** Undefined until the horizon is over. */
  readonly actualPurchases: number | undefined;
  /** Net. */
  readonly actualSpendMicros: number | undefined;
}

/** A forecast made at `atMs` for the 28 days after it. */
export interface SegmentForecast {
  readonly atMs: number;
  readonly modelVersion: string;
  /** Undefined until the actual figures are in. */
  readonly closedAtMs: number | undefined;
  /** In the order of `segmentKeys`. */
  readonly segments: readonly ForecastFigures[];
}

/**
 * The newest instant at or before `toMs` that forecasts are made at: the last millisecond of every 28th UTC day since
 * 1970, so that a replay, whose clock stops at the end of each day, makes them at that very instant.
 */
export function forecastInstant(toMs: number): number {
  return Math.floor((toMs + 1) / forecastMs) * forecastMs - 1;
}

export function nextForecastInstant(atMs: number): number {
  return atMs + forecastMs;
}

/** One customer's part in a forecast; undefined for who was none yet. */
export interface MemberForecast {
  /** Index of the segment held at the instant. */
  readonly segment: number;
  readonly expectedPurchases: number;
  readonly expectedSpendMicros: number;
}

/**
 * What is expected of one customer in the 28 days after a watched instant, from what was known then: orders up to it
 * alone; some 10 microseconds.
 */
export function forecastMember(
  view: PopulationView,
  row: number,
  model: ConsumptionModel,
  atMs: number,
): MemberForecast | undefined {
  const segment = memberOf(view, row, atMs);
  if (segment === undefined) return undefined;
  const outlook = prepareOutlook(outlookState(view, row, atMs), model, atMs);
  if (outlook === undefined) return { segment, expectedPurchases: 0, expectedSpendMicros: 0 };
  const expectedPurchases = outlook.forecast.expected(forecastDays);
  const expectedSpendMicros = Math.round(expectedPurchases * (outlook.orderValue ?? 0) * microsPerUnit);
  return { segment, expectedPurchases, expectedSpendMicros };
}

/** What one customer did in the 28 days after a watched instant. */
export interface MemberActual {
  readonly segment: number;
  /** Purchase days. */
  readonly purchases: number;
  readonly spendMicros: number;
}

export function actualOfMember(view: PopulationView, row: number, atMs: number): MemberActual | undefined {
  const segment = memberOf(view, row, atMs);
  if (segment === undefined) return undefined;
  let spendMicros = 0;
  let purchases = 0;
  let newestDay = Number.POSITIVE_INFINITY;
  view.ledger.visit(row, atMs, (orderMs, spend, boughtMilli) => {
    if (orderMs > atMs + forecastMs) return;
    spendMicros += spend;
    const day = utcDay(orderMs);
    if (boughtMilli === 0 || day === newestDay) return;
    newestDay = day;
    purchases += 1;
  });
  return { segment, purchases, spendMicros };
}

/** Index of the segment a customer stood in at a watched instant; undefined for who came later. */
function memberOf({ rows, watch }: PopulationView, row: number, atMs: number): number | undefined {
  const { columns } = rows;
  if (columns.version[row] === 0 || (columns.firstEventAtMs[row] as number) > atMs) return undefined;
  const entryDay = columns.entryDay[row] as number;
  if (!(entryDay <= utcDay(atMs))) return unassignedIndex;
  return watch.segmentAt(row, atMs, columns.segment[row] as number);
}

/** Adds up the parts of a forecast. */
export function sumForecast(
  parts: Iterable<MemberForecast>,
  { atMs, model }: { readonly atMs: number; readonly model: ConsumptionModel },
): SegmentForecast {
  const sums = segmentKeys.map(() => ({ customers: 0, purchases: 0, spendMicros: 0 }));
  for (const { segment, expectedPurchases, expectedSpendMicros } of parts) {
    const sum = sums[segment];
    if (sum === undefined) continue;
    sum.customers += 1;
    sum.purchases += expectedPurchases;
    sum.spendMicros += expectedSpendMicros;
  }
  return {
    atMs,
    modelVersion: model.version,
    closedAtMs: undefined,
    segments: sums.map(({ customers, purchases, spendMicros }) => ({
      customers,
      expectedPurchases: purchases,
      expectedSpendMicros: model.gammaGamma === undefined ? undefined : spendMicros,
      actualPurchases: undefined,
      actualSpendMicros: undefined,
    })),
  };
}

/** The forecast with what came of it. */
export function closeForecast(
  forecast: SegmentForecast,
  parts: Iterable<MemberActual>,
  closedAtMs: number,
): SegmentForecast {
  const sums = segmentKeys.map(() => ({ purchases: 0, spendMicros: 0 }));
  for (const { segment, purchases, spendMicros } of parts) {
    const sum = sums[segment];
    if (sum === undefined) continue;
    sum.purchases += purchases;
    sum.spendMicros += spendMicros;
  }
  return {
    ...forecast,
    closedAtMs,
    segments: forecast.segments.map((figures, index) => ({
      ...figures,
      actualPurchases: sums[index]?.purchases,
      actualSpendMicros: sums[index]?.spendMicros,
    })),
  };
}
