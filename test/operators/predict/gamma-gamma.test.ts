import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitGammaGamma } from '../../../operators/predict/fit-gamma-gamma.ts';
import { expectedTransactionValue, gammaGammaLogLikelihood } from '../../../operators/predict/gamma-gamma.ts';
import { draws } from './factories.ts';

const published = { p: 6.25, q: 3.74, v: 15.44 };

describe('Gamma-Gamma', () => {
  test('without transactions the expected value is the population mean p v / (q - 1)', () => {
    const value = expectedTransactionValue(published, { x: 0, meanSpend: 0 });
    expect(value).toBeCloseTo((6.25 * 15.44) / 2.74, 10);
  });

  test('the expected value lies between the own mean and the population mean, nearer to the own with more transactions', () => {
    const few = expectedTransactionValue(published, { x: 1, meanSpend: 100 }) as number;
    const many = expectedTransactionValue(published, { x: 50, meanSpend: 100 }) as number;
    expect(few).toBeGreaterThan(35.2);
    expect(few).toBeLessThan(many);
    expect(many).toBeLessThan(100);
    expect(many).toBeGreaterThan(98);
  });

  test('zero and negative net spend count as zero and stay a positive number', () => {
    const zero = expectedTransactionValue(published, { x: 4, meanSpend: 0 });
    expect(zero).toBeCloseTo((6.25 * 15.44) / (25 + 2.74), 10);
    expect(expectedTransactionValue(published, { x: 4, meanSpend: -80 })).toBe(zero);
  });

  test('an infinite expectation is undefined, not Infinity', () => {
    expect(expectedTransactionValue({ p: 0.5, q: 0.9, v: 10 }, { x: 0, meanSpend: 0 })).toBeUndefined();
  });

  test('the gradient is the derivative of the log-likelihood', () => {
    const log = (min: number, max: number) =>
      fc.double({ min: Math.log(min), max: Math.log(max), noNaN: true }).map(Math.exp);
    const models = fc.record({ p: log(0.1, 30), q: log(0.1, 30), v: log(0.1, 1e3) });
    fc.assert(
      fc.property(models, fc.integer({ min: 1, max: 200 }), log(0.01, 1e4), (m, x, meanSpend) => {
        const gradient = [0, 0, 0];
        gammaGammaLogLikelihood(m, { x, meanSpend }, gradient);
        (['p', 'q', 'v'] as const).forEach((key, index) => {
          const width = 1e-5 * m[key];
          const above = gammaGammaLogLikelihood({ ...m, [key]: m[key] + width }, { x, meanSpend });
          const below = gammaGammaLogLikelihood({ ...m, [key]: m[key] - width }, { x, meanSpend });
          const slope = gradient[index] as number;
          const scale = Math.max(1, Math.abs(slope), (1e-9 * Math.abs(above)) / width);
          expect(Math.abs((above - below) / (2 * width) - slope) / scale).toBeLessThan(1e-4);
        });
      }),
    );
  });

  test('the fit recovers the parameters that spend was simulated with', () => {
    const random = draws(11);
    const rows = Array.from({ length: 8_000 }, (_, index) => {
      const x = 1 + (index % 6);
      const nu = random.gamma(published.q, published.v);
      return { x, meanSpend: random.gamma(published.p * x, nu) / x, count: 1 };
    });
    const result = fitGammaGamma(rows);
    if (!result.ok) throw new Error(result.reason);
    expect(result.fit.p / published.p).toBeCloseTo(1, 0);
    expect(result.fit.q / published.q).toBeCloseTo(1, 0);
    const mean = (result.fit.p * result.fit.v) / (result.fit.q - 1);
    expect(Math.abs(mean / ((6.25 * 15.44) / 2.74) - 1)).toBeLessThan(0.05);
  });

  test('customers without positive spend are left out, and too few of the others are refused with the reason', () => {
    const result = fitGammaGamma([
      { x: 2, meanSpend: 5, count: 10 },
      { x: 2, meanSpend: -5, count: 1000 },
      { x: 0, meanSpend: 0, count: 1000 },
    ]);
    expect(result).toEqual({ ok: false, reason: '10 customers with repeat spend, 30 are needed' });
  });

  test('customers who do not differ leave q open: the fit says penalised and expects what they all spend', () => {
    const random = draws(16);
    const rows = Array.from({ length: 60 }, () => ({ x: 3, meanSpend: random.gamma(18, 18 / 20), count: 1 }));
    const result = fitGammaGamma(rows);
    if (!result.ok) throw new Error(result.reason);
    expect(result.fit.method).toBe('penalised');
    const mean = rows.reduce((sum, { meanSpend }) => sum + meanSpend, 0) / rows.length;
    expect(
      Math.abs((expectedTransactionValue(result.fit, { x: 3, meanSpend: mean }) as number) / mean - 1),
    ).toBeLessThan(0.03);
  });

  test('spend exactly equal everywhere fixes nothing, and the reason names the parameter', () => {
    const result = fitGammaGamma([{ x: 3, meanSpend: 20, count: 500 }]);
    expect(result.ok ? 'fitted' : result.reason).toMatch(/[pqv] grows without bound: the data do not fix it/);
  });

  test('spend so uneven that its mean is infinite is refused with the reason', () => {
    const random = draws(14);
    const rows = Array.from({ length: 2_000 }, () => {
      return { x: 2, meanSpend: random.gamma(4, random.gamma(0.6, 10)) / 2, count: 1 };
    });
    const result = fitGammaGamma(rows);
    expect(result.ok ? 'fitted' : result.reason).toMatch(/no finite mean/);
  });
});
