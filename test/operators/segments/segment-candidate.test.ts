import { describe, expect, test } from 'vitest';
import { fitSegments } from '../../../operators/segments/fit-segments.ts';
import { growModel } from '../../../operators/segments/grow-model.ts';
import { judgeCandidate, measureDrift } from '../../../operators/segments/judge-candidate.ts';
import { type SegmentCandidate, takeSlice } from '../../../operators/segments/segment-candidate.ts';
import { segmentGeometry } from '../../../operators/segments/segment-geometry.ts';
import type { SegmentFeatures, SegmentModel } from '../../../operators/segments/segment-model.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { noon, sampleOf } from './factories.ts';

function fitTo(sample: readonly SegmentFeatures[]): SegmentModel {
  const fitted = fitSegments(sample, { version: 'base', fittedAtMs: noon, seeds: [1, 2, 3], margin: 0.1 });
  if (!fitted.ok) throw new Error(fitted.reason.detail);
  return fitted.model;
}

const model = fitTo(sampleOf(1_600, 5));

/** Slices a week apart. */
function follow(slices: readonly (readonly SegmentFeatures[])[], base = model): SegmentCandidate {
  let candidate: SegmentCandidate | undefined;
  slices.forEach((slice, week) => {
    const atMs = base.fittedAtMs + (week + 1) * 7 * msPerDay;
    candidate = takeSlice(candidate, base, slice, { atMs, halfLifeDays: 28, everyDays: 7 });
  });
  if (candidate === undefined) throw new Error('no slices');
  return candidate;
}

/** Customers who spend four times as much on twice as many orders. */
const inSeason = (sample: readonly SegmentFeatures[]) =>
  sample.map((one) => ({ ...one, orders365: 2 * one.orders365 + 1, spend365: 4 * one.spend365 }));

describe('takeSlice', () => {
  const slice = sampleOf(400, 6);

  test('gives the same candidate for the same customers in any order', () => {
    expect(follow([[...slice].reverse()])).toEqual(follow([slice]));
  });

  test('does not change what it is given, and survives JSON', () => {
    const before = follow([slice]);
    const copy = structuredClone(before);
    const options = { atMs: noon + 14 * msPerDay, halfLifeDays: 28, everyDays: 7 };
    const next = takeSlice(before, model, slice, options);
    expect(before).toEqual(copy);
    expect(takeSlice(JSON.parse(JSON.stringify(before)), model, slice, options)).toEqual(next);
  });

  test('keeps the centroids and halves their weights when a half-life passes with no customers', () => {
    const before = follow([slice]);
    const idle = takeSlice(before, model, [], {
      atMs: before.atMs + 28 * msPerDay,
      halfLifeDays: 28,
      everyDays: 7,
    });
    expect(idle.centroids).toEqual(before.centroids);
    expect(idle.weights).toEqual(before.weights.map((weight) => expect.closeTo(weight / 2, 9)));
    expect(idle.population.customers).toBeCloseTo(before.population.customers / 2, 9);
  });

  test('weighs the base as slices at the same pace would have', () => {
    const { weights } = follow([slice]);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    expect(total).toBeCloseTo(400 / (1 - 2 ** (-7 / 28)), 6);
  });

  test('starts again under another base', () => {
    const other = { ...model, version: 'other' };
    const options = { atMs: noon + 7 * msPerDay, halfLifeDays: 28, everyDays: 7 };
    expect(takeSlice(follow([slice]), other, slice, options)).toMatchObject({
      baseVersion: 'other',
      slices: 1,
    });
  });

  test('comes to where the customers are when they have moved for good', () => {
    const slices = Array.from({ length: 30 }, (_, week) => inSeason(sampleOf(400, 100 + week)));
    const candidate = follow(slices);
    const verdict = judgeCandidate(candidate, model, inSeason(sampleOf(400, 999)));
    expect(verdict.inertiaRatio).toBeLessThan(0.7);
  });
});

describe('measureDrift', () => {
  test('gives no alarm on other customers of the same population', () => {
    for (const seed of [11, 12, 13, 14, 15]) {
      const drift = measureDrift(follow([sampleOf(400, seed)]).population, model);
      expect(drift.alarm, `seed ${seed}`).toBeNull();
      expect(drift.inertiaRatio).toBeGreaterThan(0.8);
      expect(drift.inertiaRatio).toBeLessThan(1.2);
      expect(Math.max(...Object.values(drift.stabilityIndex))).toBeLessThan(0.1);
    }
  });

  test('asks for a refit when a season changes what customers do', () => {
    const drift = measureDrift(follow([inSeason(sampleOf(400, 11))]).population, model);
    expect(drift.alarm).not.toBeNull();
    expect(drift.stabilityIndex.orders365).toBeGreaterThan(0.25);
    expect(drift.stabilityIndex.recencyDays).toBeLessThan(0.1);
  });

  test('says nothing on fewer than 200 customers', () => {
    expect(measureDrift(follow([inSeason(sampleOf(199, 11))]).population, model).alarm).toBeNull();
    expect(measureDrift(follow([inSeason(sampleOf(200, 11))]).population, model).alarm).not.toBeNull();
  });

  test('says nothing of a model that kept no profile of its sample', () => {
    const { population: _, ...quality } = model.quality;
    const bare = { ...model, quality };
    expect(measureDrift(follow([inSeason(sampleOf(400, 11))], bare).population, bare).alarm).toBeNull();
  });
});

describe('judgeCandidate', () => {
  test('refuses a candidate that gains next to nothing', () => {
    const slice = sampleOf(400, 21);
    const verdict = judgeCandidate(follow([slice]), model, slice);
    expect(verdict.refused).toEqual([expect.stringContaining('too small a gain')]);
    expect(verdict.adjustedRandIndex).toBeGreaterThan(0.9);
  });

  test('refuses one whose segments have exchanged their names, or lost their customers', () => {
    const slice = sampleOf(400, 21);
    const candidate = follow([slice]);
    const exchanged = { ...candidate, centroids: [...candidate.centroids].reverse() };
    expect(judgeCandidate(exchanged, model, slice).keepsNames).toBe(false);
    const deserted = {
      ...candidate,
      centroids: candidate.centroids.map((c, i) => (i === 0 ? [9, 9, 9, 9] : c)),
    };
    expect(judgeCandidate(deserted, model, slice).refused.join()).toContain('hardly any customers');
  });

  test('lets one pass that fits clearly better and tells the same segments apart', () => {
    // A base that is a little off everywhere.
    const off = {
      ...model,
      centroids: model.centroids.map((centroid) => centroid.map((value) => value + 0.25)),
    };
    const slices = Array.from({ length: 12 }, (_, week) => sampleOf(400, 200 + week));
    const slice = sampleOf(400, 300);
    const verdict = judgeCandidate(follow(slices, off), off, slice);
    expect(verdict.refused).toEqual([]);
    const grown = growModel(follow(slices, off), off, slice, { version: 'grown', seeds: [1, 2] });
    expect(grown.grownFrom).toEqual({ version: 'base', fittedAtMs: noon });
    expect(grown.quality.validation?.inertiaRatio).toBeLessThan(1.3);
    expect(grown.quality.sizes.reduce((sum, size) => sum + size, 0)).toBe(400);
    expect(() => segmentGeometry(grown)).not.toThrow();
  });
});
