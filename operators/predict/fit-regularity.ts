import type { RegularityPrior } from './consumption-model.ts';
import { shapeMax, shapeMin, unevennessOfShape } from './gap-regularity.ts';
import { type LogLikelihood, maximiseLikelihood } from './maximise-likelihood.ts';
import { logGamma, trigamma } from './special-functions.ts';
import { withWeakPrior } from './weak-prior.ts';

/** Sequences of gaps (of one customer, or of one product of one customer) with the same statistics. */
export interface UnevennessCount {
  /** Gaps in the sequence, >= 2. */
  readonly gaps: number;
  /** ln of their mean less the mean of their ln. */
  readonly unevenness: number;
  readonly count: number;
}

export type FitRegularityResult =
  | { readonly ok: true; readonly prior: RegularityPrior }
  | { readonly ok: false; readonly reason: string };

/** Points of the shape, evenly spaced in its logarithm over the range that is told apart: 10 % steps. */
const gridPoints = 54;
const grid: readonly number[] = Array.from({ length: gridPoints }, (_, index) => {
  return shapeMin * (shapeMax / shapeMin) ** (index / (gridPoints - 1));
});
const gridLogGamma = grid.map(logGamma);

/**
 * Prior of the regularity of gaps over customers: empirical Bayes, that is the typical shape and its weight that make the
 * observed gaps most likely with each sequence's own shape integrated out (on a grid), under a weak prior around
 * shape 1 and a weight of 4 gaps, which decides only when there is next to no data.
 */
export function fitRegularity(rows: readonly UnevennessCount[]): FitRegularityResult {
  const likelihood = withWeakPrior(
    marginalLogLikelihood(rows.map(sequenceLogLikelihoods), rows),
    [1, 4],
    1.5,
  );
  const result = maximiseLikelihood(likelihood, [
    [1, 4],
    [3, 10],
    [0.7, 2],
  ]);
  if (!result.ok) return { ok: false, reason: `regularity: ${result.reason}` };
  const [shape = 0, weightGaps = 0] = result.maximum.parameters;
  return { ok: true, prior: { shape, weightGaps } };
}

/** ln of the Dirichlet density of the gaps' proportions at each shape of the grid; see `regularityShape`. */
function sequenceLogLikelihoods({ gaps, unevenness }: UnevennessCount): Float64Array {
  const logProportion = -(unevenness + Math.log(gaps));
  return Float64Array.from(grid, (shape, index) => {
    return (
      logGamma(gaps * shape) - gaps * (gridLogGamma[index] as number) + (shape - 1) * gaps * logProportion
    );
  });
}

function marginalLogLikelihood(
  sequences: readonly Float64Array[],
  rows: readonly UnevennessCount[],
): LogLikelihood {
  const none = new Float64Array(gridPoints);
  const fit = new Float64Array(gridPoints);
  return ([logTypical = 0, logWeight = 0], gradient) => {
    const typical = Math.exp(logTypical);
    const weight = Math.exp(logWeight);
    const unevenness = unevennessOfShape(typical);
    // Average ln density, at each shape, of gaps of mean 1 and the typical unevenness.
    for (let index = 0; index < gridPoints; index += 1) {
      const shape = grid[index] as number;
      fit[index] =
        shape * Math.log(shape) - (gridLogGamma[index] as number) - (shape - 1) * unevenness - shape;
    }
    const prior = weigh(fit, weight, none);
    let sum = 0;
    let byShape = 0;
    let byWeight = 0;
    for (let row = 0; row < sequences.length; row += 1) {
      const posterior = weigh(fit, weight, sequences[row] as Float64Array);
      const count = (rows[row] as UnevennessCount).count;
      sum += count * (posterior.logTotal - prior.logTotal);
      byShape += count * (posterior.meanShape - prior.meanShape);
      byWeight += count * (posterior.meanFit - prior.meanFit);
    }
    gradient[0] = weight * typical * (trigamma(typical) - 1 / typical) * byShape;
    gradient[1] = weight * byWeight;
    return sum;
  };
}

/** ln of the sum over the grid of e^(weight fit + extra), and the means of shape and `fit` under that density. */
function weigh(
  fit: Float64Array,
  weight: number,
  extra: Float64Array,
): { logTotal: number; meanShape: number; meanFit: number } {
  let highest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < gridPoints; index += 1) {
    highest = Math.max(highest, weight * (fit[index] as number) + (extra[index] as number));
  }
  let total = 0;
  let shapeSum = 0;
  let fitSum = 0;
  for (let index = 0; index < gridPoints; index += 1) {
    const density = Math.exp(weight * (fit[index] as number) + (extra[index] as number) - highest);
    total += density;
    shapeSum += density * (grid[index] as number);
    fitSum += density * (fit[index] as number);
  }
  return { logTotal: highest + Math.log(total), meanShape: shapeSum / total, meanFit: fitSum / total };
}
