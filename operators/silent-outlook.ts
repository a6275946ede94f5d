import type { ActiveModels } from './batch.ts';
import type { CustomerRecord } from './customer-record.ts';
import { prepareOutlook } from './predict/purchase-outlook.ts';
import { letTimePass } from './reassign-segments.ts';
import { defaultHorizonMs } from './segments/next-change.ts';
import type { MigrationCause, SegmentName, SegmentStanding } from './segments/segment-model.ts';
import { msPerDay } from './state/customer-state.ts';

/** What is expected of a customer at one instant to come, if nothing is bought until then. */
export interface SilentPoint {
  readonly atMs: number;
  /** 0..1. */
  readonly probabilityAlive: number;
  /** Of a purchase in the 30 days from that instant, 0..1. */
  readonly purchaseProbability30: number;
}

/** A change of segment that comes about by silence. */
export interface SilentChange {
  readonly atMs: number;
  readonly from: SegmentName;
  readonly to: SegmentName;
  readonly cause: MigrationCause;
}

const horizonDays = 30;

/**
 * How the outlook fades while a customer buys nothing: at so many evenly spaced instants, from `asOfMs` to `days` later.
 * Empty without a model of consumption, and for a customer who never purchased.
 *
 * @param days > 0
 * @param points 2...
 */
export function silentPoints(
  { state }: CustomerRecord,
  { consumption }: ActiveModels,
  asOfMs: number,
  { days, points }: { readonly days: number; readonly points: number },
): SilentPoint[] {
  if (consumption === undefined) return [];
  const instants = Array.from({ length: points }, (_, index) =>
    Math.round(asOfMs + (days * msPerDay * index) / (points - 1)),
  );
  return instants.flatMap((atMs) => {
    const outlook = prepareOutlook(state, consumption, atMs);
    if (outlook === undefined) return [];
    return [
      {
        atMs,
        probabilityAlive: outlook.probabilityAlive,
        purchaseProbability30: outlook.forecast.probability(horizonDays),
      },
    ];
  });
}

/**
 * Every change of segment that silence brings about within ten years, in order of time, each at its exact instant.
 *
 * @param standing as of `asOfMs`
 */
export function silentChanges(
  { customerId, state }: CustomerRecord,
  standing: SegmentStanding | undefined,
  { segments }: ActiveModels,
  asOfMs: number,
): SilentChange[] {
  if (segments === undefined || standing === undefined) return [];
  const until = { toMs: asOfMs + defaultHorizonMs, inclusive: true };
  const { migrations } = letTimePass(customerId, state, standing, segments, until);
  return migrations.map(({ atMs, from, to, cause }) => ({ atMs, from, to, cause }));
}
