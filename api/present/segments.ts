import type { z } from '@hono/zod-openapi';
import type { MigrationFlow } from '../../operators/population/migration-flows.ts';
import { forecastDays, type SegmentForecast } from '../../operators/population/segment-forecast.ts';
import { segmentIndex, segmentKeys } from '../../operators/population/segment-index.ts';
import type { PeriodPerformance, SegmentPeriod } from '../../operators/population/segment-performance.ts';
import {
  type PopulationSummary,
  type SegmentMedians,
  unassignedCustomers,
} from '../../operators/population/summarise-population.ts';
import { type RankPromise, segmentPromises } from '../../operators/segments/segment-meanings.ts';
import {
  type SegmentModel,
  type SegmentName,
  segmentFeatureNames,
  segmentNames,
} from '../../operators/segments/segment-model.ts';
import { invertTransform } from '../../operators/segments/transform.ts';
import type { FlowsAnswer, PerformanceAnswer, SegmentAnswer, SegmentsAnswer } from '../schemas/segments.ts';
import { slugOf } from '../segment-slug.ts';
import { figure, instant, instantOrNull, money, moneyOrNull } from './amounts.ts';

type Body = z.infer<typeof SegmentsAnswer>;
type SegmentBody = Body['segments'][number];

/** What each name says, as one plain sentence: no more than its promises, which a fit keeps to. */
const segmentMeanings: Readonly<Record<SegmentName, string>> = {
  Champions: 'They bought lately, buy the most often and spend the most.',
  Loyal: 'They have bought regularly for a long time, up to the present.',
  'Potential Loyalists': 'They began not long ago and have already come back several times.',
  New: 'They made their first purchase not long ago.',
  Promising: 'They are fairly new and have bought little so far.',
  'Needs Attention': 'They used to buy fairly often and have been quiet for a while.',
  'At Risk': 'They have not been seen for a long time, but were worth more than those who hibernate.',
  Hibernating: 'They bought little, and that long ago.',
};

/** The active model in plain units. */
export function presentSegmentModel(
  model: SegmentModel | undefined,
): Pick<Body, 'version' | 'fittedAt' | 'sampleSize' | 'quality' | 'abstained'> {
  return {
    version: model?.version ?? null,
    fittedAt: instantOrNull(model?.fittedAtMs),
    sampleSize: model?.sampleSize ?? null,
    quality:
      model === undefined
        ? null
        : { silhouette: figure(model.quality.silhouette), inertia: figure(model.quality.inertia) },
    abstained: model === undefined ? 'No segment model is active yet.' : null,
  };
}

/** How many customers there are, as of when. */
export function presentPopulation(
  summary: PopulationSummary,
): Pick<Body, 'asOf' | 'customers' | 'unassigned'> {
  return {
    asOf: instant(summary.asOfMs),
    customers: summary.customers,
    unassigned: unassignedCustomers(summary),
  };
}

/** One segment: what it means, who stands there, where its middle is. */
export function presentSegmentSummary(
  name: SegmentName,
  model: SegmentModel | undefined,
  { customers, segments }: PopulationSummary,
): SegmentBody {
  const summary = segments[segmentIndex(name)];
  const size = summary?.size ?? 0;
  return {
    name,
    slug: slugOf(name),
    meaning: segmentMeanings[name],
    size,
    share: customers === 0 ? 0 : Number((size / customers).toFixed(6)),
    revenue: {
      lifetime: money(summary?.lifetimeSpendMicros ?? 0),
      last28Days: money(summary?.spend28Micros ?? 0),
    },
    medians: summary?.medians === undefined ? null : presentMedians(summary.medians),
    netChange28: summary?.netChange28 ?? 0,
    centroid: model === undefined ? null : plainCentroid(model, name),
  };
}

function presentMedians(medians: SegmentMedians): SegmentBody['medians'] {
  const twoDecimals = (value: number) => Number(value.toFixed(2));
  return {
    recencyDays: twoDecimals(medians.recencyDays),
    tenureDays: twoDecimals(medians.tenureDays),
    purchaseDays: medians.purchaseDays,
    spend: twoDecimals(medians.spend),
    spend365: twoDecimals(medians.spend365),
  };
}

function plainCentroid(model: SegmentModel, name: SegmentName): SegmentBody['centroid'] {
  const centroid = model.centroids[model.names.indexOf(name)];
  if (centroid === undefined) return null;
  const plain = { recencyDays: 0, tenureDays: 0, orders365: 0, spend365: 0 };
  for (const feature of segmentFeatureNames) {
    const index = model.transforms.findIndex((transform) => transform.feature === feature);
    const transform = model.transforms[index];
    const z = centroid[index];
    if (transform !== undefined && z !== undefined) {
      plain[feature] = Number(invertTransform(z, transform).toFixed(2));
    }
  }
  return plain;
}

const promised: Readonly<Record<(typeof segmentFeatureNames)[number], string>> = {
  recencyDays: 'days since the last order',
  tenureDays: 'days since the first order',
  orders365: 'orders of the last 365 days',
  spend365: 'spend of the last 365 days',
};

/** What the name promises, and whether the fit found it kept; null where that was not checked. */
export function presentPromise(
  name: SegmentName,
  model: SegmentModel | undefined,
): z.infer<typeof SegmentAnswer>['promise'] {
  const check = model?.quality.validation?.meanings.find((meaning) => meaning.name === name);
  if (check === undefined) return null;
  return {
    holds: check.holds,
    conditions: segmentPromises[name].map(condition),
    unmet: [...check.unmet],
  };
}

/** A promise that most segments keep is told by those that don't. */
function condition({ feature, among, count }: RankPromise): string {
  const others = segmentNames.length - count;
  const opposite = among === 'lowest' ? 'highest' : 'lowest';
  if (others === 1) return `${promised[feature]} not the ${opposite} of the eight`;
  return others < count
    ? `${promised[feature]} not among the ${others} ${opposite} of the eight`
    : `${promised[feature]} among the ${count} ${among} of the eight`;
}

/** Flows into and out of one segment, largest first, whatever their cause. */
export function presentSegmentFlows(
  name: SegmentName,
  flows: readonly MigrationFlow[],
): z.infer<typeof SegmentAnswer>['flows28'] {
  const sums = (near: 'from' | 'to', far: 'from' | 'to') =>
    segmentNames
      .map((other) => {
        const between = flows.filter((flow) => flow[near] === name && flow[far] === other);
        return { other, ...sumOf(between) };
      })
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count);
  return {
    in: sums('to', 'from').map(({ other, ...sum }) => ({ from: other, ...sum })),
    out: sums('from', 'to').map(({ other, ...sum }) => ({ to: other, ...sum })),
  };
}

function sumOf(flows: readonly MigrationFlow[]) {
  return {
    count: flows.reduce((sum, flow) => sum + flow.count, 0),
    value: money(flows.reduce((sum, flow) => sum + flow.valueMicros, 0)),
  };
}

/** Flows one by one. */
export function presentFlows(flows: readonly MigrationFlow[]): z.infer<typeof FlowsAnswer>['flows'] {
  return flows.map(({ from, to, cause, count, valueMicros }) => ({
    from,
    to,
    cause,
    count,
    value: money(valueMicros),
  }));
}

/** A forecast and, once its days are over, what came of it; of one segment only where one is asked for. */
export function presentForecast(
  { atMs, closedAtMs, segments }: SegmentForecast,
  only: SegmentName | undefined,
): z.infer<typeof PerformanceAnswer>['forecasts'][number] {
  const shown = segmentKeys.flatMap((key, index) => {
    const figures = segments[index];
    if (figures === undefined || (only !== undefined && key !== only)) return [];
    const presented = {
      customers: figures.customers,
      expectedPurchases: Number(figures.expectedPurchases.toFixed(2)),
      actualPurchases: figures.actualPurchases ?? null,
      expectedSpend: moneyOrNull(figures.expectedSpendMicros),
      actualSpend: moneyOrNull(figures.actualSpendMicros),
    };
    return [[key, presented] as const];
  });
  return {
    at: instant(atMs),
    horizonDays: forecastDays,
    closedAt: instantOrNull(closedAtMs),
    segments: Object.fromEntries(shown),
  };
}

/** One period; of one segment only where one is asked for. */
export function presentPeriod(
  { startMs, endMs, complete, segments }: SegmentPeriod,
  only: SegmentName | undefined,
): z.infer<typeof PerformanceAnswer>['periods'][number] {
  const shown = segmentKeys.flatMap((key, index) => {
    const figures = segments[index];
    return figures && (only === undefined || key === only) ? [[key, presentFigures(figures)] as const] : [];
  });
  return { start: instant(startMs), end: instant(endMs), complete, segments: Object.fromEntries(shown) };
}

function presentFigures({ customers, orders, revenueMicros, buyers, retained }: PeriodPerformance) {
  return { customers, orders, revenue: money(revenueMicros), buyers, retained: figure(retained) };
}
