import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  digamma,
  digammaRising,
  incompleteBeta,
  incompleteBetaInverse,
  logGamma,
  logistic,
  logRising,
  softplus,
  trigamma,
} from '../../../operators/predict/special-functions.ts';

describe('special functions', () => {
  test('have the values of the tables', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13);
    expect(logGamma(100_000)).toBeCloseTo(1051287.7089736569, 6);
    expect(digamma(1)).toBeCloseTo(-0.5772156649015329, 13);
    expect(trigamma(1)).toBeCloseTo(Math.PI ** 2 / 6, 12);
    expect(trigamma(1.5)).toBeCloseTo(0.934802200544679, 12);
    expect(incompleteBeta(12.3, 30, 0.01) / 2.166970365762906e-15).toBeCloseTo(1, 10);
  });

  test('rising factorials keep their digits where a difference of ln gammas loses them', () => {
    expect(logRising(1e10, 3)).toBeCloseTo(3 * Math.log(1e10), 8);
    expect(digammaRising(1e10, 2) * 1e10).toBeCloseTo(2, 8);
    expect(logRising(0.3, 40)).toBeCloseTo(logGamma(40.3) - logGamma(0.3), 9);
    expect(logRising(0.3, 0)).toBe(0);
  });

  test('the incomplete beta function and its inverse agree, and end at the ends', () => {
    const shape = fc.double({ min: 0.3, max: 2_000, noNaN: true });
    fc.assert(
      fc.property(shape, shape, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (a, b, probability) => {
        expect(incompleteBeta(a, b, incompleteBetaInverse(a, b, probability))).toBeCloseTo(probability, 4);
      }),
    );
    expect(incompleteBeta(2, 3, -1)).toBe(0);
    expect(incompleteBeta(2, 3, 2)).toBe(1);
    expect(incompleteBetaInverse(2, 3, 0)).toBe(0);
    expect(incompleteBetaInverse(2, 3, 1)).toBe(1);
  });

  test('softplus and logistic do not overflow', () => {
    expect(softplus(1e4)).toBe(1e4);
    expect(softplus(-1e4)).toBe(0);
    expect(logistic(1e4)).toBe(1);
    expect(logistic(-700)).toBeGreaterThan(0);
    expect(logistic(0)).toBe(0.5);
  });
});
