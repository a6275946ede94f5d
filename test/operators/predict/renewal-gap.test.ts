import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  logGapSurvival,
  type RenewalGap,
  renewalGap,
  residualProbability,
  residualQuantileDays,
} from '../../../operators/predict/renewal-gap.ts';
import { draws } from './factories.ts';

const log = (min: number, max: number) =>
  fc.double({ min: Math.log(min), max: Math.log(max), noNaN: true }).map(Math.exp);
const gaps = fc.record({
  shape: fc.oneof(fc.constant(1), log(0.3, 50)),
  rateShape: log(0.01, 1e5),
  rateDays: log(1e-2, 1e6),
});

describe('renewal gap', () => {
  test.each([
    { shape: 2.5, rateShape: 12.3, rateDays: 80, days: 10, survival: 0.214822507147245 },
    { shape: 8, rateShape: 40, rateDays: 300, days: 30, survival: 1.66727754495019e-5 },
    { shape: 0.6, rateShape: 3, rateDays: 20, days: 100, survival: 0.00706969628011346 },
    { shape: 3, rateShape: 500, rateDays: 2000, days: 60, survival: 1.73440703251803e-16 },
  ])(
    'survival equals an incomplete beta function computed elsewhere: $survival',
    ({ days, survival, ...gap }) => {
      expect(Math.exp(logGapSurvival(gap, days)) / survival).toBeCloseTo(1, 9);
    },
  );

  test('survival far beyond what a double can hold keeps its logarithm', () => {
    const gap = { shape: 2.5, rateShape: 60, rateDays: 100 };
    expect(logGapSurvival(gap, 1e8)).toBeCloseTo(-878.020359901422, 8);
  });

  test('with shape 1 it is the Pareto law of BG/NBD while alive', () => {
    const gap = renewalGap({ shape: 0.243, rateDays: 31 }, 1, 4, 60);
    const expected = ((31 + 60 + 10) / (31 + 60 + 10 + 30)) ** 4.243;
    expect(1 - residualProbability(gap, 10, 30)).toBeCloseTo(expected, 12);
    const nearly = { ...gap, shape: 1 + 1e-9 };
    expect(residualProbability(nearly, 10, 30)).toBeCloseTo(1 - expected, 6);
  });

  test('a quantile of the residual law is the instant at which that share of running gaps has ended', () => {
    const elapsed = fc.oneof(fc.constant(0), log(1e-3, 1e5));
    fc.assert(
      fc.property(gaps, elapsed, fc.constantFrom(0.1, 0.5, 0.9), (gap, elapsedDays, probability) => {
        const days = residualQuantileDays(gap, elapsedDays, probability);
        expect(days).toBeGreaterThanOrEqual(elapsedDays);
        // Where the remaining time is below the resolution of a double there is nothing to check.
        fc.pre(Number.isFinite(days) && days - elapsedDays > 1e-6 * days);
        expect(residualProbability(gap, elapsedDays, days - elapsedDays)).toBeCloseTo(probability, 3);
      }),
      {
        numRuns: 500,
        // A silence whose survival, 1e-13, the inverse of the incomplete beta function does not resolve.
        examples: [[{ shape: 0.9999999999999999, rateShape: 103.71, rateDays: 1 }, 0.3296, 0.1]],
      },
    );
  });

  test('probabilities are probabilities and rise with the horizon, for any law and silence', () => {
    fc.assert(
      fc.property(gaps, log(1e-3, 1e6), log(1e-2, 1e4), (gap, elapsedDays, horizonDays) => {
        const near = residualProbability(gap, elapsedDays, horizonDays);
        const far = residualProbability(gap, elapsedDays, horizonDays * 2);
        expect(near).toBeGreaterThanOrEqual(0);
        expect(far).toBeLessThanOrEqual(1);
        expect(far).toBeGreaterThanOrEqual(near - 1e-9);
      }),
      { numRuns: 500 },
    );
  });

  test('intervals cover the share they name, with the rate learnt from few gaps', () => {
    const random = draws(31);
    const regularity = 3;
    const prior = { shape: 2, rateDays: 40 };
    let covered = 0;
    let silent = 0;
    const customers = 4_000;
    for (let customer = 0; customer < customers; customer += 1) {
      const rate = random.gamma(prior.shape, prior.rateDays);
      const gapsSeen = Array.from({ length: 3 }, () => random.gamma(regularity, regularity * rate));
      const running = random.gamma(regularity, regularity * rate);
      const law: RenewalGap = renewalGap(
        prior,
        regularity,
        3,
        gapsSeen.reduce((sum, gap) => sum + gap, 0),
      );
      // Asked 12 days after the last purchase, of those who are still silent then.
      if (running <= 12) continue;
      silent += 1;
      const [from, to] = [residualQuantileDays(law, 12, 0.1), residualQuantileDays(law, 12, 0.9)];
      if (running >= from && running <= to) covered += 1;
    }
    expect(silent).toBeGreaterThan(1_000);
    expect(Math.abs(covered / silent - 0.8)).toBeLessThan(0.03);
  });
});
