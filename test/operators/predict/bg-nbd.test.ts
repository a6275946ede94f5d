import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BgNbd,
  bgNbdLogLikelihood,
  expectedTransactions,
  expectedTransactionsOfNewCustomer,
  probabilityAlive,
} from '../../../operators/predict/bg-nbd.ts';
import { dropoutIntegral, dropoutSeries } from '../../../operators/predict/dropout-expectation.ts';
import { draws, simulateBgNbd } from './factories.ts';

const cdnow: BgNbd = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };

const positive = (min: number, max: number) =>
  fc.double({ min: Math.log(min), max: Math.log(max), noNaN: true }).map(Math.exp);
const models = fc.record({
  r: positive(1e-3, 100),
  alpha: positive(1e-2, 1e4),
  a: positive(1e-3, 100),
  b: positive(1e-3, 100),
});
const histories = fc
  .record({
    x: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(0, 1_000, 10_000)),
    T: positive(0.1, 1e5),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ x, T, share }) => ({ x, tx: x === 0 ? 0 : T * share, T }));

/** Equation 10 as printed and P(alive), computed with 60 digits by another program (mpmath). */
const reference = [
  { m: cdnow, h: { x: 2, tx: 30.43, T: 38.86 }, t: 39, expected: 1.22602817476714, alive: 0.726578570080673 },
  { m: cdnow, h: { x: 0, tx: 0, T: 38.86 }, t: 39, expected: 0.195098052011263, alive: 1 },
  {
    m: { r: 0.5, alpha: 10, a: 2.5, b: 1.5 },
    h: { x: 5, tx: 20, T: 30 },
    t: 10,
    expected: 0.348853325717508,
    alive: 0.311354596978019,
  },
  {
    m: { r: 0.5, alpha: 10, a: 0.3, b: 0.2 },
    h: { x: 0, tx: 0, T: 30 },
    t: 1000,
    expected: 3.13321108367653,
    alive: 1,
  },
  {
    m: { r: 0.8, alpha: 60, a: 0.03, b: 27 },
    h: { x: 300, tx: 360, T: 365 },
    t: 365,
    expected: 255.043752839749,
    alive: 0.996775187409747,
  },
  {
    m: { r: 0.3, alpha: 5, a: 0.8, b: 2.4 },
    h: { x: 3, tx: 10, T: 12 },
    t: 1e6,
    expected: 145.536871495218,
    alive: 0.784436436518235,
  },
  {
    m: { r: 1, alpha: 100, a: 1.0000001, b: 3 },
    h: { x: 4, tx: 50, T: 60 },
    t: 1e-3,
    expected: 2.54035497493732e-5,
    alive: 0.81291549724463,
  },
  {
    m: { r: 0.2, alpha: 1, a: 0.001, b: 0.01 },
    h: { x: 7, tx: 2, T: 9 },
    t: 50,
    expected: 18.2701608491766,
    alive: 0.508143238984697,
  },
  {
    m: { r: 2, alpha: 20, a: 1.5, b: 4 },
    h: { x: 10_000, tx: 3600, T: 3650 },
    t: 30,
    expected: 1.40306208785271e-54,
    alive: 1.72658050554347e-56,
  },
];

describe('BG/NBD', () => {
  test.each(reference)(
    'expected purchases and P(alive) have 9 digits of the reference ($h, t = $t)',
    ({ m, h, t, expected, alive }) => {
      expect(expectedTransactions(m, h, t) / expected).toBeCloseTo(1, 9);
      expect(probabilityAlive(m, h) / alive).toBeCloseTo(1, 10);
    },
  );

  test('a = 1, where the printed formula divides by zero, lies between its neighbours', () => {
    const history = { x: 3, tx: 20, T: 30 };
    const at = (a: number) => expectedTransactions({ ...cdnow, a }, history, 39);
    expect(at(1)).toBeLessThan(at(1 - 1e-6));
    expect(at(1)).toBeGreaterThan(at(1 + 1e-6));
    expect(at(1)).toBeCloseTo((at(1 - 1e-6) + at(1 + 1e-6)) / 2, 9);
  });

  test('the series and the integral agree', () => {
    const inputs = fc.tuple(positive(0.05, 200), positive(1e-4, 20), positive(0.05, 50), positive(0.05, 200));
    fc.assert(
      fc.property(inputs, ([shape, y, a, b]) => {
        const series = dropoutSeries(shape, y, a, b);
        fc.pre(series !== undefined);
        expect(dropoutIntegral(shape, y, a, b) / (series as number)).toBeCloseTo(1, 7);
      }),
      { numRuns: 200 },
    );
  });

  test('the gradient is the derivative of the log-likelihood', () => {
    const moderate = fc.record({
      r: positive(0.05, 20),
      alpha: positive(0.5, 200),
      a: positive(0.05, 20),
      b: positive(0.05, 20),
    });
    const keys = ['r', 'alpha', 'a', 'b'] as const;
    const history = fc
      .record({
        x: fc.integer({ min: 0, max: 60 }),
        T: positive(1, 1e3),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      })
      .map(({ x, T, share }) => ({ x, tx: x === 0 ? 0 : T * share, T }));
    fc.assert(
      fc.property(moderate, history, (m, h) => {
        const gradient = [0, 0, 0, 0];
        bgNbdLogLikelihood(m, h, gradient);
        keys.forEach((key, index) => {
          const width = 1e-5 * m[key];
          const above = bgNbdLogLikelihood({ ...m, [key]: m[key] + width }, h);
          const below = bgNbdLogLikelihood({ ...m, [key]: m[key] - width }, h);
          const slope = gradient[index] as number;
          const scale = Math.max(1, Math.abs(slope), (1e-9 * Math.abs(above)) / width);
          expect(Math.abs((above - below) / (2 * width) - slope) / scale).toBeLessThan(1e-4);
        });
      }),
      { numRuns: 200 },
    );
  });

  test('P(alive) is a probability that falls with silence, and is 1 without a repeat', () => {
    fc.assert(
      fc.property(models, histories, positive(0.1, 1e4), (m, h, more) => {
        const now = probabilityAlive(m, h);
        const later = probabilityAlive(m, { ...h, T: h.T + more });
        expect(now).toBeGreaterThanOrEqual(0);
        expect(now).toBeLessThanOrEqual(1);
        expect(later).toBeLessThanOrEqual(now);
        if (h.x === 0) expect(later).toBe(1);
      }),
    );
    expect(probabilityAlive(cdnow, { x: 2, tx: 10, T: 30 })).toBeLessThan(
      probabilityAlive(cdnow, { x: 2, tx: 10, T: 20 }),
    );
  });

  test('expected purchases are finite, rise with the horizon and never exceed those of a customer for life', () => {
    fc.assert(
      fc.property(models, histories, positive(1e-3, 1e4), (m, h, t) => {
        const near = expectedTransactions(m, h, t);
        const far = expectedTransactions(m, h, t * 1.5);
        const rate = ((m.r + h.x) / (m.alpha + h.T)) * probabilityAlive(m, h);
        expect(near).toBeGreaterThanOrEqual(0);
        expect(far).toBeGreaterThanOrEqual(near * (1 - 1e-9));
        expect(near).toBeLessThanOrEqual(rate * t * (1 + 1e-9));
      }),
    );
    expect(expectedTransactions(cdnow, { x: 2, tx: 10, T: 30 }, 0)).toBe(0);
  });

  test('over a very short horizon the expectation is the rate times its length', () => {
    const h = { x: 4, tx: 20, T: 30 };
    const rate = ((cdnow.r + h.x) / (cdnow.alpha + h.T)) * probabilityAlive(cdnow, h);
    expect(expectedTransactions(cdnow, h, 1e-6) / (rate * 1e-6)).toBeCloseTo(1, 6);
  });

  test.each([
    { x: 0, tx: 0, T: 0 },
    { x: 0, tx: 0, T: 1e7 },
    { x: 10_000, tx: 1e4, T: 1e4 },
    { x: 10_000, tx: 1, T: 1e7 },
    { x: 1, tx: 0, T: 0 },
    { x: 3, tx: 50, T: 50 },
  ])('extreme histories give numbers: %o', (h) => {
    expect(bgNbdLogLikelihood(cdnow, h)).not.toBeNaN();
    expect(Number.isFinite(bgNbdLogLikelihood(cdnow, h))).toBe(true);
    expect(probabilityAlive(cdnow, h)).toBeGreaterThanOrEqual(0);
    for (const t of [0, 1e-9, 90, 1e7]) expect(Number.isFinite(expectedTransactions(cdnow, h, t))).toBe(true);
  });

  test('simulated customers buy as often, and are alive as often, as expected', () => {
    const random = draws(20260101);
    const customers = Array.from({ length: 20_000 }, () => simulateBgNbd(cdnow, 39, random));
    const repeats = customers.reduce((sum, { x }) => sum + x, 0) / customers.length;
    const alive = customers.filter((one) => one.alive).length / customers.length;
    const judged = customers.reduce((sum, one) => sum + probabilityAlive(cdnow, one), 0) / customers.length;
    expect(Math.abs(repeats - expectedTransactionsOfNewCustomer(cdnow, 39))).toBeLessThan(0.06);
    expect(Math.abs(alive - judged)).toBeLessThan(0.01);
  });
});
