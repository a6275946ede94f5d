import { describe, expect, test } from 'vitest';
import { firstBelow } from '../../../operators/predict/first-below.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { createRandom } from '../../../pipeline/ingest/random.ts';

const startMs = Date.UTC(2026, 0, 1);
const endMs = startMs + 730 * msPerDay;

/** Days since the start. */
const days = (atMs: number) => (atMs - startMs) / msPerDay;

const curves: Readonly<Record<string, (scale: number) => (atMs: number) => number>> = {
  exponential: (scale) => (atMs) => Math.exp(-days(atMs) / scale),
  'long tail': (scale) => (atMs) => (1 + days(atMs) / scale) ** -0.8,
  logistic: (scale) => (atMs) => 1 / (1 + Math.exp((days(atMs) - scale) / 3)),
  step: (scale) => (atMs) => (days(atMs) < scale ? 0.9 : 0.1),
  'nearly flat': (scale) => (atMs) => 0.5 + 1e-9 * (scale - days(atMs)),
};

describe('the instant from which a value lies below a threshold', () => {
  test.each(Object.keys(curves))('is found to the minute, in few steps: %s', (name) => {
    const random = createRandom(17, 0);
    let calls = 0;
    let found = 0;
    for (let run = 0; run < 200; run += 1) {
      const curve = (curves[name] as (typeof curves)[string])(5 + 300 * random.uniform());
      const atMs = firstBelow(
        (at) => {
          calls += 1;
          return curve(at);
        },
        0.5,
        startMs,
        endMs,
      );
      if (atMs === undefined) {
        expect(curve(startMs) < 0.5 || curve(endMs) >= 0.5).toBe(true);
        continue;
      }
      found += 1;
      expect(curve(atMs)).toBeLessThan(0.5);
      expect(curve(atMs - 60_000)).toBeGreaterThanOrEqual(0.5);
    }
    expect(found).toBeGreaterThan(100);
    // Looking ahead takes up to ten, halving a step of 256 days nineteen more.
    expect(calls / 200).toBeLessThan(name === 'step' ? 28 : 17);
  });

  test('is none when the value lies below from the start, or is above to the end, or is no number', () => {
    expect(firstBelow(() => 0.4, 0.5, startMs, endMs)).toBeUndefined();
    expect(firstBelow(() => 0.5, 0.5, startMs, endMs)).toBeUndefined();
    expect(firstBelow(() => Number.NaN, 0.5, startMs, endMs)).toBeUndefined();
    expect(firstBelow(() => 0.6, 0.5, startMs, startMs)).toBeUndefined();
  });

  test('may be the very next moment', () => {
    const atMs = firstBelow((at) => (at > startMs ? 0 : 1), 0.5, startMs, endMs) as number;
    expect(atMs).toBeGreaterThan(startMs);
    expect(atMs - startMs).toBeLessThanOrEqual(60_000);
  });
});
