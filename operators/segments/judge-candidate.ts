import { adjustedRandIndex } from './adjusted-rand-index.ts';
import { measureClusters } from './cluster-quality.ts';
import { keepNames } from './name-segments.ts';
import { perFeature, stabilityIndex } from './population-drift.ts';
import type { PopulationTally, SegmentCandidate } from './segment-candidate.ts';
import type { SegmentFeatureName, SegmentFeatures, SegmentModel } from './segment-model.ts';
import { transformFeatures } from './transform.ts';

/** How far the customers have moved away from what the active model was fitted to. */
export interface SegmentDrift {
  /** Customers it rests on, older slices counting for less. */
  readonly customers: number;
  /** Mean squared distance to the nearest centroid over the model's inertia. */
  readonly inertiaRatio: number;
  /** Share farther from every centroid than all but 1 % of the sample were. */
  readonly farShare: number;
  /** Population stability index of each feature, what chance alone makes of it taken off. */
  readonly stabilityIndex: Readonly<Record<SegmentFeatureName, number>>;
  /** Why a refit is asked for, as a sentence; null while none is. */
  readonly alarm: string | null;
}

/** Limits of drift beyond which a refit is asked for. */
const limits = { inertiaRatio: 1.25, farShare: 0.05, stabilityIndex: 0.25 };
/** Recency and tenure shift by themselves as a population ages, and the inertia tells when that has gone far enough. */
const alarmingFeatures: readonly SegmentFeatureName[] = ['orders365', 'spend365'];
/** Fewer customers than this don't tell a drift from chance. */
const customersMin = 200;

/** Drift by the decayed tally of the slices; no alarm on fewer than 200 customers or without a profile of the sample. */
export function measureDrift(population: PopulationTally, model: SegmentModel): SegmentDrift {
  const profile = model.quality.population;
  const { customers, squaredSum, far, bins } = population;
  const mean = customers > 0 ? squaredSum / customers : model.quality.inertia;
  const drift = {
    customers,
    inertiaRatio: model.quality.inertia > 0 ? mean / model.quality.inertia : 1,
    farShare: customers > 0 ? far / customers : 0,
    stabilityIndex: perFeature((feature) =>
      profile ? stabilityIndex(bins[feature], profile.shares[feature], model.sampleSize) : 0,
    ),
  };
  const isKnown = profile !== undefined && customers >= customersMin;
  return { ...drift, alarm: isKnown ? alarmOf(drift) : null };
}

function alarmOf(drift: Omit<SegmentDrift, 'alarm'>): string | null {
  const { inertiaRatio, farShare } = drift;
  if (inertiaRatio > limits.inertiaRatio) {
    return `customers lie ${inertiaRatio.toFixed(2)} times as far from their segments (squared) as at the fit`;
  }
  if (farShare > limits.farShare) {
    return `${(100 * farShare).toFixed(1)} % of customers are near no segment; at the fit it was 1 %`;
  }
  const [shifted] = alarmingFeatures
    .map((feature) => ({ feature, index: drift.stabilityIndex[feature] }))
    .filter(({ index }) => index > limits.stabilityIndex)
    .sort((a, b) => b.index - a.index);
  return shifted
    ? `${shifted.feature} is distributed otherwise than at the fit (stability index ${shifted.index.toFixed(2)})`
    : null;
}

/** What speaks for and against putting a candidate in the place of its base. */
export interface CandidateVerdict {
  /** Inertia of the candidate over that of its base, both on the slice. */
  readonly inertiaRatio: number;
  /** Agreement of both models' labels on the slice. */
  readonly adjustedRandIndex: number;
  /** Whether matching its centroids to the base's gives each the name it has. */
  readonly keepsNames: boolean;
  /** Share of the slice in its smallest segment. */
  readonly smallestShare: number;
  /** Why it must not take the base's place, as sentences; empty when all gates hold. */
  readonly refused: readonly string[];
}

const gates = { inertiaRatioMax: 0.97, adjustedRandIndexMin: 0.8, smallestShareMin: 0.005 };

/** Judges a candidate on the newest slice: better by enough, the same segments under the same names, none deserted. */
export function judgeCandidate(
  candidate: SegmentCandidate,
  model: SegmentModel,
  slice: readonly SegmentFeatures[],
): CandidateVerdict {
  const points = slice.map((features) => transformFeatures(features, model.transforms));
  const active = measureClusters(points, model.centroids);
  const grown = measureClusters(points, candidate.centroids);
  const names = keepNames(candidate.centroids, model.transforms, model);
  const figures = {
    inertiaRatio: active.inertia > 0 ? grown.inertia / active.inertia : 1,
    adjustedRandIndex: adjustedRandIndex(grown.labels, active.labels),
    keepsNames: names.every((name, index) => name === model.names[index]),
    smallestShare: Math.min(...grown.sizes) / Math.max(1, slice.length),
  };
  return { ...figures, refused: refusals(figures) };
}

function refusals(figures: Omit<CandidateVerdict, 'refused'>): string[] {
  const refused: string[] = [];
  const { inertiaRatio, keepsNames, smallestShare } = figures;
  if (!(inertiaRatio <= gates.inertiaRatioMax)) {
    refused.push(`its inertia is ${inertiaRatio.toFixed(3)} of the active model's, too small a gain`);
  }
  if (figures.adjustedRandIndex < gates.adjustedRandIndexMin) {
    const index = figures.adjustedRandIndex.toFixed(2);
    refused.push(`it tells customers apart otherwise (adjusted Rand index ${index})`);
  }
  if (!keepsNames) refused.push('its segments no longer match their names');
  if (smallestShare < gates.smallestShareMin) refused.push('it leaves a segment with hardly any customers');
  return refused;
}
