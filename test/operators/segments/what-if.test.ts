import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reassign, segmentAfter } from '../../../operators/segments/assign-segment.ts';
import { segmentFeatures } from '../../../operators/segments/segment-features.ts';
import type {
  FeatureTransform,
  SegmentFeatures,
  SegmentModel,
} from '../../../operators/segments/segment-model.ts';
import { segmentFeatureNames } from '../../../operators/segments/segment-model.ts';
import { invertTransform, transformFeatures, transformValue } from '../../../operators/segments/transform.ts';
import { whatIf } from '../../../operators/segments/what-if.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { anyHistory, anyModel, historyOf, modelOf, noon, order } from './factories.ts';

const zOf = (features: SegmentFeatures, model: SegmentModel) => transformFeatures(features, model.transforms);

describe('whatIf', () => {
  test('tells a newcomer how long a silence and how many orders make another segment', () => {
    const features = segmentFeatures(historyOf([order(noon - 5 * msPerDay, 280)]), noon);
    const model = modelOf();
    const changes = whatIf('New', features, model);
    expect(changes.orders365?.changeAt).toBeGreaterThan(1);
    expect(Number.isInteger(changes.orders365?.changeAt)).toBe(true);
    expect(changes.tenureDays?.changeAt).toBeGreaterThan(features.tenureDays);
    // Silent for as long as they have been customers at all: no more is possible by recency alone.
    expect(changes.recencyDays).toBeUndefined();
  });

  test('says nothing of a customer who is past a boundary already', () => {
    const features = { recencyDays: 5, tenureDays: 5, orders365: 1, spend365: 280 };
    expect(whatIf('Hibernating', features, modelOf())).toEqual({});
  });

  test('agrees with the assignment on both sides of each value it names, and names the nearest', () => {
    let named = 0;
    fc.assert(
      fc.property(anyModel, anyHistory(noon - 500 * msPerDay, noon), (model, history) => {
        const features = segmentFeatures(history, noon);
        const current = reassign(undefined, zOf(features, model), model).segment;
        const changes = whatIf(current, features, model);
        for (const feature of segmentFeatureNames) {
          const change = changes[feature];
          const at = (value: number) =>
            segmentAfter(current, zOf({ ...features, [feature]: value }, model), model);
          if (change === undefined) continue;
          named += 1;
          const { value, changeAt, to } = change;
          expect(value).toBe(features[feature]);
          expect(to).not.toBe(current);
          const up = changeAt > value ? 1 : -1;
          const transform = model.transforms[segmentFeatureNames.indexOf(feature)] as FeatureTransform;
          const near = (hairs: number) =>
            feature === 'orders365'
              ? changeAt + (hairs === up ? 0 : hairs)
              : invertTransform(transformValue(changeAt, transform) + hairs * 3e-7, transform);
          expect(at(near(up))).toBe(to);
          const before = near(-up);
          expect(at(before)).toBe(current);
          // All the way there, nothing changes.
          for (let step = 1; step < 20; step += 1) {
            const between = value + ((before - value) * step) / 20;
            expect(at(feature === 'orders365' ? Math.trunc(between) : between)).toBe(current);
          }
        }
      }),
      { seed: 41, numRuns: 400 },
    );
    expect(named).toBeGreaterThan(400);
  });

  test('leaves out only features that no possible value of changes anything', () => {
    fc.assert(
      fc.property(anyModel, anyHistory(noon - 500 * msPerDay, noon), (model, history) => {
        const features = segmentFeatures(history, noon);
        const current = reassign(undefined, zOf(features, model), model).segment;
        const changes = whatIf(current, features, model);
        for (const feature of segmentFeatureNames) {
          if (changes[feature] !== undefined) continue;
          const least = feature === 'tenureDays' ? features.recencyDays : 0;
          const most = {
            recencyDays: features.tenureDays,
            tenureDays: 36_500,
            orders365: 1e4,
            spend365: 1e9,
          }[feature];
          for (let step = 0; step <= 60; step += 1) {
            const tried = least + (most - least) * (step / 60) ** 6;
            const value = feature === 'orders365' ? Math.round(tried) : tried;
            expect(segmentAfter(current, zOf({ ...features, [feature]: value }, model), model)).toBe(current);
          }
        }
      }),
      { seed: 42, numRuns: 200 },
    );
  });
});
