import type { GapStatistics } from '../state/customer-state.ts';
import type { RegularityPrior } from './consumption-model.ts';
import { newestPurchaseDays, type PurchaseDayHistory } from './purchase-days.ts';
import { digamma } from './special-functions.ts';

/** Shapes outside are not told apart: below, purchases come in bursts; above, like clockwork. */
export const shapeMin = 0.3;
export const shapeMax = 50;

/** Gaps looked at, the newest. Bounds the cost of a read. */
const gapsMax = 64;

/** Gaps between consecutive purchase days, whole days, newest first, at most 64. */
export function purchaseGapDays(state: PurchaseDayHistory): number[] {
  const days = newestPurchaseDays(state, gapsMax + 1);
  const gaps: number[] = [];
  for (let index = 1; index < days.length; index += 1) {
    gaps.push((days[index - 1] as number) - (days[index] as number));
  }
  return gaps;
}

export function gapStatistics(gapsDays: readonly number[]): GapStatistics {
  let sumDays = 0;
  let sumLogDays = 0;
  for (const gap of gapsDays) {
    sumDays += gap;
    sumLogDays += Math.log(gap);
  }
  return { count: gapsDays.length, sumDays, sumLogDays };
}

/**
 * Unevenness of gaps: ln of their mean less the mean of their ln. 0 when all are equal, larger the less even; the
 * sufficient statistic of the shape of a gamma law. 0 without gaps.
 */
export function gapUnevenness({ count, sumDays, sumLogDays }: GapStatistics): number {
  if (count === 0) return 0;
  return Math.max(0, Math.log(sumDays / count) - sumLogDays / count);
}

/** ln k - digamma(k): the unevenness that very many gaps of shape k would show. */
export function unevennessOfShape(shape: number): number {
  return Math.log(shape) - digamma(shape);
}

/**
 * Shape of the gamma law of one customer's gaps, drawn towards the population's: 1 = as irregular as chance, 4 = a
 * spread of half the mean, 50 = like clockwork.
 *
 * The mode of the posterior of shape k. The data speak through the proportions of the n gaps to their sum, which are
 * Dirichlet(k, ..., k) whatever the customer's rate, so few gaps do not look more regular than they are, and a single
 * gap says nothing. The prior speaks as `weightGaps` gaps of known mean and the unevenness of the prior's shape.
 *
 * @returns 0.3..50
 */
export function regularityShape(gaps: GapStatistics, prior: RegularityPrior): number {
  const n = gaps.count;
  const logCount = n > 1 ? Math.log(n) + gapUnevenness(gaps) : 0;
  const priorUnevenness = unevennessOfShape(prior.shape);
  // The derivative of the log-posterior by k: it falls as k grows, so there is one root.
  const slope = (logShape: number): number => {
    const shape = Math.exp(logShape);
    const own = digamma(shape);
    const data = n > 1 ? n * (digamma(n * shape) - own - logCount) : 0;
    return data + prior.weightGaps * (logShape - own - priorUnevenness);
  };
  return Math.exp(rootOfFalling(slope, Math.log(shapeMin), Math.log(shapeMax), 1e-6));
}

/** Root of a falling function by false position with halved weights (Illinois); an end when the root lies beyond it. */
function rootOfFalling(f: (u: number) => number, low: number, high: number, tolerance: number): number {
  let [a, b] = [low, high];
  let atA = f(a);
  let atB = f(b);
  if (!(atA > 0)) return a;
  if (!(atB < 0)) return b;
  for (let step = 0; step < 60 && b - a > tolerance; step += 1) {
    const u = (a * atB - b * atA) / (atB - atA);
    const atU = f(u);
    if (Math.abs(atU) < 1e-12) return u;
    if (atU > 0) {
      if (u - a < tolerance && step > 2 && f(u + tolerance) <= 0) return u;
      a = u;
      atA = atU;
      atB /= 2;
    } else {
      if (b - u < tolerance && step > 2 && f(u - tolerance) >= 0) return u;
      b = u;
      atB = atU;
      atA /= 2;
    }
  }
  return (a + b) / 2;
}
