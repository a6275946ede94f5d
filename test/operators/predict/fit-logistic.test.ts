import { describe, expect, test } from 'vitest';
import { fitLogistic, LogisticExamples } from '../../../operators/predict/fit-logistic.ts';
import { draws } from './factories.ts';

function sample(rows: number, weights: readonly number[], intercept: number, seed: number): LogisticExamples {
  const random = draws(seed);
  const examples = new LogisticExamples(weights.length);
  for (let row = 0; row < rows; row += 1) {
    const features = weights.map((_, index) => (random.uniform() - 0.5) * 10 ** index + 3);
    const score = features.reduce((sum, value, index) => sum + value * (weights[index] as number), intercept);
    examples.add(features, random.uniform() < 1 / (1 + Math.exp(-score)));
  }
  return examples;
}

describe('logistic regression', () => {
  test('recovers known weights of features of very different units', () => {
    const fit = fitLogistic(sample(20_000, [2, -0.3], -5, 1), { weights: [0, 0], precision: 1e-3 });
    expect(fit?.weights[0]).toBeCloseTo(2, 0.7);
    expect(fit?.weights[1]).toBeCloseTo(-0.3, 1);
    expect(fit?.intercept).toBeGreaterThan(-5.6);
    expect(fit?.intercept).toBeLessThan(-4.4);
  });

  test('a strong prior holds the weights, and the intercept still fits the share of hits', () => {
    const examples = sample(2_000, [2], -6, 2);
    const fit = fitLogistic(examples, { weights: [0], precision: 1e9 });
    expect(Math.abs(fit?.weights[0] ?? 1)).toBeLessThan(1e-3);
    expect(1 / (1 + Math.exp(-(fit?.intercept ?? 0)))).toBeCloseTo(examples.hits / examples.rows, 2);
  });

  test('a weight says how many examples a row stands for', () => {
    const once = new LogisticExamples(1);
    const heavy = new LogisticExamples(1);
    for (const [feature, outcome] of [
      [0, true],
      [0, false],
      [1, true],
      [1, false],
    ] as const) {
      for (let copy = 0; copy < (outcome ? 1 : 5); copy += 1) once.add([feature], outcome);
      heavy.add([feature], outcome, outcome ? 1 : 5);
    }
    const prior = { weights: [0], precision: 1 };
    expect(fitLogistic(heavy, prior)?.intercept).toBeCloseTo(fitLogistic(once, prior)?.intercept ?? 0, 9);
  });

  test('separable examples have finite weights; equal outcomes give nothing', () => {
    const examples = new LogisticExamples(1);
    for (let row = 0; row < 100; row += 1) examples.add([row], row >= 50);
    const fit = fitLogistic(examples, { weights: [0], precision: 1 });
    expect(fit?.weights[0]).toBeGreaterThan(0);
    expect(Number.isFinite(fit?.weights[0])).toBe(true);
    const same = new LogisticExamples(1);
    same.add([1], true);
    expect(fitLogistic(same, { weights: [0], precision: 1 })).toBeUndefined();
  });
});
