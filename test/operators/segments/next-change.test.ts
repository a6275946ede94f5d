import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextMoveAt, rightSince } from '../../../operators/segments/advance-standing.ts';
import { reassign, segmentAfter } from '../../../operators/segments/assign-segment.ts';
import { defaultHorizonMs, nextChangeAt } from '../../../operators/segments/next-change.ts';
import {
  type SegmentHistory,
  segmentFeatures,
  segmentWindowMs,
  windowBreakpoints,
} from '../../../operators/segments/segment-features.ts';
import { segmentGeometry } from '../../../operators/segments/segment-geometry.ts';
import {
  type SegmentModel,
  type SegmentName,
  segmentNames,
} from '../../../operators/segments/segment-model.ts';
import { transformFeatures } from '../../../operators/segments/transform.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { anyHistory, anyModel, historyOf, modelOf, noon, order, standingOf } from './factories.ts';

function segmentAt(
  history: SegmentHistory,
  current: SegmentName | undefined,
  model: SegmentModel,
  atMs: number,
): SegmentName {
  return segmentAfter(current, transformFeatures(segmentFeatures(history, atMs), model.transforms), model);
}

/** The first change on a grid of steps, refined to the millisecond inside the step that holds it. */
function bruteForce(
  history: SegmentHistory,
  current: SegmentName,
  model: SegmentModel,
  span: { fromMs: number; toMs: number; stepMs: number },
) {
  for (let atMs = span.fromMs + span.stepMs; atMs <= span.toMs; atMs += span.stepMs) {
    if (segmentAt(history, current, model, atMs) === current) continue;
    let first = atMs;
    while (first - 1 > span.fromMs && segmentAt(history, current, model, first - 1) !== current) first--;
    return { atMs: first, segment: segmentAt(history, current, model, first) };
  }
  return undefined;
}

describe('nextMoveAt', () => {
  test('is the first instant from the end of the dwell on at which the move holds, trying every second', () => {
    let waits = 0;
    fc.assert(
      fc.property(
        anyModel,
        anyHistory(noon - 500 * msPerDay, noon),
        fc.integer({ min: 0, max: 10 * msPerDay }),
        fc.constantFrom(...segmentNames),
        (model, history, agoMs, current) => {
          const any = { ...model, dwellDays: (model.dwellDays ?? 0) + 2 };
          // A move somewhat before the newest order, which the order then did not undo within the dwell.
          const standing = standingOf({ segment: current, sinceMs: noon - agoMs, migrations: 1 });
          const restMs = Math.round((any.dwellDays ?? 0) * msPerDay);
          const knownMs = Math.max(rightSince(history, standing), standing.sinceMs + restMs - 1);
          const toMs = knownMs + msPerDay / 24;
          const expected = bruteForce(history, current, any, { fromMs: knownMs, toMs, stepMs: 1_000 });
          const found = nextMoveAt(history, standing, any, 0, toMs);
          if (expected?.atMs === standing.sinceMs + restMs) waits += 1;
          if (expected !== undefined && found?.atMs !== expected.atMs) {
            // A stay shorter than a second is seen only by the search.
            expect(found?.atMs).toBeLessThan(expected.atMs);
          } else if (expected !== undefined) expect(found).toEqual(expected);
          if (found) expect(found.atMs).toBeGreaterThanOrEqual(standing.sinceMs + restMs);
        },
      ),
      { seed: 24, numRuns: 100 },
    );
    expect(waits).toBeGreaterThan(20);
  });
});

describe('nextChangeAt', () => {
  test('finds the very millisecond at which a new customer stops being new', () => {
    const model = modelOf();
    const history = historyOf([order(noon, 280)]);
    const current = segmentAt(history, undefined, model, noon);
    const change = nextChangeAt(history, current, model, noon);
    expect(current).toBe('New');
    expect(change?.segment).toBe('Promising');
    const atMs = change?.atMs ?? 0;
    expect(segmentAt(history, current, model, atMs - 1)).toBe('New');
    expect(segmentAt(history, current, model, atMs)).toBe('Promising');
    const z = transformFeatures(segmentFeatures(history, atMs), model.transforms);
    expect(reassign(current, z, model).segment).toBe('Promising');
    expect((atMs - noon) / msPerDay).toBeGreaterThan(20);
    expect((atMs - noon) / msPerDay).toBeLessThan(50);
  });

  test('finds a change at the instant the last order leaves the window', () => {
    const model = modelOf({
      centroids: segmentNames.map((_, index) => [0, 0, index === 7 ? -1.714 : index - 0.7, 0]),
      margin: 0,
    });
    const history = historyOf([order(noon)]);
    const change = nextChangeAt(history, 'Champions', model, noon);
    expect(change).toEqual({ atMs: noon + segmentWindowMs, segment: 'Hibernating' });
  });

  test('looks no further than the horizon, and right up to it', () => {
    const model = modelOf();
    const history = historyOf([order(noon, 280)]);
    const atMs = nextChangeAt(history, 'New', model, noon)?.atMs ?? 0;
    expect(nextChangeAt(history, 'New', model, noon, atMs - noon)?.atMs).toBe(atMs);
    expect(nextChangeAt(history, 'New', model, noon, atMs - noon - 1)).toBeUndefined();
    expect(nextChangeAt(history, 'New', model, noon, 0)).toBeUndefined();
    expect(nextChangeAt(history, 'New', model, noon, -5)).toBeUndefined();
  });

  test('says never for a customer who will sleep for good', () => {
    const history = historyOf([order(noon - 2 * segmentWindowMs)]);
    expect(nextChangeAt(history, 'Hibernating', modelOf(), noon)).toBeUndefined();
    expect(nextChangeAt(history, 'Hibernating', modelOf(), noon, Number.POSITIVE_INFINITY)).toBeUndefined();
  });

  test('fires at once when the present segment already is wrong', () => {
    const history = historyOf([order(noon, 280)]);
    expect(nextChangeAt(history, 'Hibernating', modelOf(), noon)).toEqual({ atMs: noon + 1, segment: 'New' });
  });

  test('equals trying every minute, on any model and history', () => {
    let changes = 0;
    fc.assert(
      fc.property(
        anyModel,
        anyHistory(noon - 500 * msPerDay, noon + 3 * msPerDay),
        fc.integer({ min: 0, max: 2 * msPerDay }),
        (model, history, aheadMs) => {
          // Most changes lie months ahead: start a day or two before one, so that there is something to find.
          const current = segmentAt(history, undefined, model, noon);
          const ahead = nextChangeAt(history, current, model, noon)?.atMs ?? noon;
          const fromMs = Math.max(noon, ahead - aheadMs);
          const toMs = fromMs + 3 * msPerDay;
          const expected = bruteForce(history, current, model, { fromMs, toMs, stepMs: 60_000 });
          const found = nextChangeAt(history, current, model, fromMs, toMs - fromMs);
          if (expected !== undefined) changes++;
          // A stay shorter than a minute is seen only by the search: it then is a change all the same, and earlier.
          if (found?.atMs !== expected?.atMs && found !== undefined) {
            expect(found.atMs).toBeLessThan(expected?.atMs ?? toMs + 1);
            expect(segmentAt(history, current, model, found.atMs - 1)).toBe(current);
            expect(segmentAt(history, current, model, found.atMs)).toBe(found.segment);
            expect(found.segment).not.toBe(current);
          } else expect(found).toEqual(expected);
        },
      ),
      { seed: 21, numRuns: 30 },
    );
    expect(changes).toBeGreaterThan(15);
  });

  test('is first and right over ten years, checked at each order leaving, before and after it, and all over', () => {
    let changes = 0;
    fc.assert(
      fc.property(anyModel, anyHistory(noon - 400 * msPerDay, noon), fc.nat(), (model, history, seed) => {
        const current = segmentAt(history, undefined, model, noon);
        const found = nextChangeAt(history, current, model, noon);
        const endMs = found?.atMs ?? noon + defaultHorizonMs + 1;
        if (found !== undefined) {
          changes++;
          expect(found.segment).not.toBe(current);
          expect(segmentAt(history, current, model, found.atMs)).toBe(found.segment);
        }
        const probes = windowBreakpoints(history, noon).flatMap((atMs) => [atMs - 1, atMs, atMs + 1]);
        const strideMs = (endMs - noon) / 150;
        const offset = (seed % 1000) / 1000;
        for (let step = 0; step < 150; step++) probes.push(Math.floor(noon + (step + offset) * strideMs));
        for (const atMs of [...probes, endMs - 1]) {
          if (atMs <= noon || atMs >= endMs) continue;
          expect(segmentAt(history, current, model, atMs)).toBe(current);
        }
      }),
      { seed: 22, numRuns: 200 },
    );
    expect(changes).toBeGreaterThan(70);
  });

  test('equals trying every millisecond, where models are so sharp that milliseconds matter', () => {
    // The spread of the features is shrunk to what a few seconds make, so that boundaries lie within them.
    const span = 2000;
    const sharp = fc.record({
      model: anyModel,
      orders: fc.array(fc.integer({ min: 0, max: span }), { minLength: 1, maxLength: 5 }),
      leaving: fc.array(fc.integer({ min: 0, max: span }), { maxLength: 3 }),
      lastDays: fc.integer({ min: 1, max: 300 }),
      tenureDays: fc.integer({ min: 365, max: 900 }),
    });
    let changes = 0;
    fc.assert(
      fc.property(sharp, ({ model, orders, leaving, lastDays, tenureDays }) => {
        const bases = [lastDays, tenureDays];
        const transforms = model.transforms.map((transform, index) => {
          const base = bases[index];
          if (base === undefined) return transform;
          const mean = Math.log1p(base + span / 2 / msPerDay);
          return { ...transform, scale: 1, mean, deviation: span / 4 / msPerDay / (1 + base) };
        });
        const history = historyOf([
          order(noon - tenureDays * msPerDay),
          ...leaving.map((atMs) => order(noon + atMs - segmentWindowMs)),
          order(noon - lastDays * msPerDay, 10),
          ...(lastDays % 3 === 0 ? orders.map((atMs) => order(noon + atMs)) : []),
        ]);
        const scaled = { ...model, transforms };
        const current = segmentAt(history, undefined, scaled, noon);
        const expected = bruteForce(history, current, scaled, { fromMs: noon, toMs: noon + span, stepMs: 1 });
        expect(nextChangeAt(history, current, scaled, noon, span)).toEqual(expected);
        if (expected !== undefined) changes++;
      }),
      { seed: 23, numRuns: 120 },
    );
    expect(changes).toBeGreaterThan(30);
  });

  test('equals trying every millisecond where the customer only just touches a boundary', () => {
    // Recency pulls towards the other segment and tenure away from it, so the approach has a turning point.
    const history = historyOf([order(noon - 60 * msPerDay), order(noon)]);
    const away = segmentNames.map((_, index) => [0, 50, 50 * index, 50]);
    const centroids = [[0, 0, 0, 0], [0.325, -0.45, 0, 0], ...away.slice(2)];
    const base = modelOf({ centroids, margin: 0 });
    const boundary = segmentGeometry(base).boundaries[0]?.[1];
    const reach = (atMs: number) => {
      const z = transformFeatures(segmentFeatures(history, atMs), base.transforms);
      return (boundary?.normal ?? []).reduce((sum, n, index) => sum + n * (z[index] as number), 0);
    };
    let peakMs = noon;
    for (const stepMs of [60_000, 1]) {
      const [low, high] = [
        Math.max(noon, peakMs - 60_000),
        stepMs === 1 ? peakMs + 60_000 : noon + 90 * msPerDay,
      ];
      for (let atMs = low; atMs <= high; atMs += stepMs) if (reach(atMs) > reach(peakMs)) peakMs = atMs;
    }
    const peak = reach(peakMs) - (boundary?.offset ?? 0);
    for (const margin of [peak - 1e-13, peak - 2e-15, peak - 2e-16, peak, peak + 2e-16, peak + 1e-13]) {
      const model = { ...base, margin: Math.max(0, margin) };
      const expected = bruteForce(history, 'Champions', model, {
        fromMs: peakMs - 15_000,
        toMs: peakMs + 15_000,
        stepMs: 1,
      });
      expect(nextChangeAt(history, 'Champions', model, noon, peakMs + 15_000 - noon)).toEqual(expected);
    }
    expect(peakMs).toBeGreaterThan(noon + 60_000);
    expect(peak).toBeGreaterThan(0);
  });
});
