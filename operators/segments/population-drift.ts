import {
  type PopulationProfile,
  type SegmentFeatureName,
  type SegmentFeatures,
  segmentFeatureNames,
} from './segment-model.ts';

const binsMax = 10;
/** Share of a sample that lies farther from every centroid than `farSquared`. */
const farShareThen = 0.01;

/**
 * The distribution of a sample: deciles of each feature (fewer bins where values repeat) and how far from its centroid
 * hardly anybody lies.
 *
 * @param squared of each customer, the squared distance to the nearest centroid
 */
export function profilePopulation(
  sample: readonly SegmentFeatures[],
  squared: readonly number[],
): PopulationProfile {
  const edges = perFeature((feature) => decileEdges(sample.map((one) => one[feature])));
  const shares = perFeature((feature) => {
    const counts = countBins(
      sample.map((one) => one[feature]),
      edges[feature],
    );
    return counts.map((count) => count / sample.length);
  });
  const far = [...squared].sort((a, b) => a - b);
  const farSquared = far[Math.min(far.length - 1, Math.floor(far.length * (1 - farShareThen)))] ?? 0;
  return { edges, shares, farSquared };
}

/** How many values lie in each of the bins between ascending edges; a value on an edge lies below it. */
export function countBins(values: readonly number[], edges: readonly number[]): number[] {
  const counts = Array.from({ length: edges.length + 1 }, () => 0);
  for (const value of values) {
    const bin = edges.findIndex((edge) => value <= edge);
    const index = bin === -1 ? edges.length : bin;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

/**
 * The population stability index of counts against shares: the symmetric divergence `sum (p - q) ln(p / q)`, less what
 * chance alone makes of it for so few customers, and at least 0. Empty bins count half a customer.
 *
 * @param customersThen how many the shares were counted over
 * @see Yurdakul, Naranjo 2020, "Statistical properties of the population stability index", for what chance makes of it
 */
export function stabilityIndex(
  counts: readonly number[],
  shares: readonly number[],
  customersThen: number,
): number {
  const customersNow = counts.reduce((sum, count) => sum + count, 0);
  if (customersNow === 0) return 0;
  let divergence = 0;
  counts.forEach((count, index) => {
    const now = Math.max(count, 0.5) / customersNow;
    const then = Math.max(shares[index] ?? 0, 0.5 / customersThen);
    divergence += (now - then) * Math.log(now / then);
  });
  const byChance = (counts.length - 1) * (1 / customersNow + 1 / customersThen);
  return Math.max(0, divergence - byChance);
}

function decileEdges(values: number[]): number[] {
  values.sort((a, b) => a - b);
  const edges: number[] = [];
  for (let decile = 1; decile < binsMax; decile += 1) {
    const edge = values[Math.floor((values.length * decile) / binsMax)] ?? 0;
    const above = values.at(-1) ?? 0;
    if (edge < above && edge !== edges.at(-1)) edges.push(edge);
  }
  return edges;
}

export function perFeature<T>(of: (feature: SegmentFeatureName) => T): Record<SegmentFeatureName, T> {
  const entries = segmentFeatureNames.map((feature) => [feature, of(feature)]);
  return Object.fromEntries(entries) as Record<SegmentFeatureName, T>;
}
