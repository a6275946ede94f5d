import { randomBeta, randomExponential, randomGamma, randomNormal, randomPoisson } from 'd3-random';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Random variates of one seeded stream: the same seed and calls give the same numbers. */
export interface Random {
  /** [0, 1). */
  uniform(): number;
  /** Gamma with this shape and mean, both above 0. */
  gamma(shape: number, mean: number): number;
  /** Beta, (0, 1). */
  beta(alpha: number, beta: number): number;
  exponential(mean: number): number;
  normal(mean: number, deviation: number): number;
  poisson(mean: number): number;
  /** One of them, with probability proportional to its weight; `items` not empty, weights above 0. */
  pick<T>(items: readonly T[], weightOf?: (item: T) => number): T;
}

/** @param streamId streams of one seed with different ids are unrelated. */
export function createRandom(seed: number, streamId: number): Random {
  // The odd constant spreads neighbouring ids over all 32 bits.
  const generator = xoroshiro128plus(seed ^ Math.imul(streamId + 1, 0x9e3779b1));
  const uniform = () => uniformFloat64(generator);
  const gamma = randomGamma.source(uniform);
  const beta = randomBeta.source(uniform);
  const exponential = randomExponential.source(uniform);
  const normal = randomNormal.source(uniform);
  const poisson = randomPoisson.source(uniform);
  return {
    uniform,
    gamma: (shape, mean) => gamma(shape, mean / shape)(),
    beta: (alpha, betaShape) => beta(alpha, betaShape)(),
    exponential: (mean) => exponential(1 / mean)(),
    normal: (mean, deviation) => normal(mean, deviation)(),
    poisson: (mean) => poisson(mean)(),
    pick(items, weightOf = () => 1) {
      const total = items.reduce((sum, item) => sum + weightOf(item), 0);
      let left = uniform() * total;
      for (const item of items) {
        left -= weightOf(item);
        if (left < 0) return item;
      }
      return items[items.length - 1] as (typeof items)[number];
    },
  };
}
