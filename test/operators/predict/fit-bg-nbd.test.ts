import { describe, expect, test } from 'vitest';
import { type BgNbd, expectedTransactions } from '../../../operators/predict/bg-nbd.ts';
import { binHistories, fitBgNbd } from '../../../operators/predict/fit-bg-nbd.ts';
import { draws, simulateBgNbd } from './factories.ts';

function simulated(truth: BgNbd, customers: number, seed: number) {
  const random = draws(seed);
  // Whole days, as in use, and customers who came at different times.
  return Array.from({ length: customers }, (_, index) => {
    const { x, tx, T } = simulateBgNbd(truth, 200 + (index % 160), random);
    return { x, tx: Math.min(T, Math.round(tx)), T };
  });
}

describe('fitting BG/NBD', () => {
  test.each([
    { r: 0.8, alpha: 30, a: 0.7, b: 3 },
    { r: 2, alpha: 60, a: 1.5, b: 8 },
  ])('recovers the parameters that customers were simulated with: %o', (truth) => {
    const result = fitBgNbd(binHistories(simulated(truth, 8_000, 7)));
    if (!result.ok) throw new Error(result.reason);
    const { fit } = result;
    expect(fit.method).toBe('maximum-likelihood');
    expect(fit.startsConverged).toBe(4);
    const found = [fit.r, fit.alpha, fit.a, fit.b];
    const sought = [truth.r, truth.alpha, truth.a, truth.b];
    sought.forEach((value, index) => {
      const error = Math.abs(Math.log((found[index] as number) / value));
      expect(error).toBeLessThan(4 * (fit.standardErrors[index] as number));
      expect(error).toBeLessThan(0.3);
    });
  });

  test('merging equal histories changes nothing', () => {
    const histories = simulated({ r: 0.8, alpha: 30, a: 0.7, b: 3 }, 500, 8);
    const merged = binHistories(histories);
    const single = fitBgNbd(histories.map((history) => ({ ...history, count: 1 })));
    const binned = fitBgNbd(merged);
    if (!single.ok || !binned.ok) throw new Error('not fitted');
    expect(merged.length).toBeLessThan(500);
    expect(binned.fit.r).toBeCloseTo(single.fit.r, 6);
    expect(binned.fit.logLikelihood).toBeCloseTo(single.fit.logLikelihood, 6);
  });

  test('where nobody drops out the fit says penalised and stays finite', () => {
    const random = draws(9);
    const loyal = Array.from({ length: 400 }, () => {
      const rate = random.gamma(3, 30);
      const times: number[] = [];
      for (let t = random.exponential(rate); t <= 300; t += random.exponential(rate)) times.push(t);
      return { x: times.length, tx: times.at(-1) ?? 0, T: 300 };
    });
    const result = fitBgNbd(binHistories(loyal));
    if (!result.ok) throw new Error(result.reason);
    expect(result.fit.method).toBe('penalised');
    const expected = expectedTransactions(result.fit, { x: 30, tx: 298, T: 300 }, 30);
    expect(expected).toBeGreaterThan(2.5);
    expect(expected).toBeLessThan(3.2);
  });

  test.each([
    { rows: [{ x: 1, tx: 3, T: 9, count: 29 }], reason: /29 customers, 30 are needed/ },
    { rows: [{ x: 0, tx: 0, T: 9, count: 100 }], reason: /0 customers bought again/ },
    { rows: [{ x: 1, tx: 10, T: 9, count: 100 }], reason: /impossible history/ },
    { rows: [{ x: 1, tx: Number.NaN, T: 9, count: 100 }], reason: /impossible history/ },
  ])('says why it can not fit: $reason', ({ rows, reason }) => {
    const result = fitBgNbd(rows);
    expect(result.ok ? 'fitted' : result.reason).toMatch(reason);
  });

  test('reports that it did not converge instead of throwing', () => {
    const rows = binHistories(simulated({ r: 0.8, alpha: 30, a: 0.7, b: 3 }, 500, 10));
    const result = fitBgNbd(rows, { iterationsMax: 1, starts: [{ r: 9, alpha: 1, a: 5, b: 0.2 }] });
    expect(result.ok ? 'fitted' : result.reason).toMatch(/not converged within 1 iterations/);
  });
});
