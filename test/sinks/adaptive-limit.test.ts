import { describe, expect, test } from 'vitest';
import { DependencyError, ThrottledError } from '../../operators/errors.ts';
import { AdaptiveLimit } from '../../sinks/adaptive-limit.ts';

const throttle = async (limit: AdaptiveLimit, units = 1) =>
  limit.use(units, async (_, throttled) => throttled());

/** Work that ends when told. */
function held(limit: AdaptiveLimit, wanted: number) {
  let end: (throttled?: boolean) => void = () => {};
  let granted: number | undefined;
  const ended = new Promise<boolean | undefined>((resolve) => {
    end = resolve;
  });
  const done = limit.use(wanted, async (count, throttled) => {
    granted = count;
    if (await ended) throttled();
  });
  return {
    granted: () => granted,
    async end(throttled = false) {
      end(throttled);
      await done;
    },
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('AdaptiveLimit', () => {
  test('lets as much be under way as the limit says, and serves who waits in order of coming', async () => {
    const limit = new AdaptiveLimit({ max: 3 });
    const works = [held(limit, 2), held(limit, 1), held(limit, 3), held(limit, 1)];
    await settle();
    expect(works.map((work) => work.granted())).toEqual([2, 1, undefined, undefined]);
    await works[0]?.end();
    await settle();
    expect(works[2]?.granted()).toBeUndefined();
    await works[1]?.end();
    await settle();
    expect(works.map((work) => work.granted())).toEqual([2, 1, 3, undefined]);
    await works[2]?.end();
    await works[3]?.end();
  });

  test('grants the whole limit to who wants more, and no crumbs of it before that', async () => {
    const limit = new AdaptiveLimit({ max: 4 });
    const small = held(limit, 1);
    const large = held(limit, 25);
    await settle();
    expect(large.granted()).toBeUndefined();
    await small.end();
    await settle();
    expect(large.granted()).toBe(4);
    await large.end();
  });

  test('is halved by throttling, down to one and no further', async () => {
    const limit = new AdaptiveLimit({ max: 10 });
    const seen: number[] = [];
    for (let count = 0; count < 5; count += 1) {
      await throttle(limit);
      seen.push(limit.limit);
    }
    expect(seen).toEqual([5, 2, 1, 1, 1]);
  });

  test('is halved once by all that was begun before it was', async () => {
    const limit = new AdaptiveLimit({ max: 16 });
    const window = Array.from({ length: 4 }, () => held(limit, 4));
    await settle();
    for (const work of window) await work.end(true);
    expect(limit.limit).toBe(8);
    await throttle(limit);
    expect(limit.limit).toBe(4);
  });

  test('is halved by an error that says throttled, by no other, and passes both on', async () => {
    const limit = new AdaptiveLimit({ max: 8 });
    const fail = (error: Error) => limit.use(1, () => Promise.reject(error));
    await expect(fail(new DependencyError('unreachable', 'gone'))).rejects.toThrow('gone');
    expect(limit.limit).toBe(8);
    await expect(fail(new ThrottledError('throttled', 'slow down'))).rejects.toThrow('slow down');
    expect(limit.limit).toBe(4);
    const all = held(limit, 4);
    await settle();
    expect(all.granted()).toBe(4);
    await all.end();
  });

  test('grows by one with each full window of successes, up to its bound', async () => {
    const limit = new AdaptiveLimit({ max: 4, start: 2 });
    const one = async () => limit.use(2, async () => {});
    const seen: number[] = [];
    for (let count = 0; count < 7; count += 1) {
      await one();
      seen.push(limit.limit);
    }
    // Two succeed in each: a window of two, then of three (four counted), then four at the bound.
    expect(seen).toEqual([3, 3, 4, 4, 4, 4, 4]);
  });

  test('does not grow while most of it lies idle', async () => {
    const limit = new AdaptiveLimit({ max: 100, start: 3 });
    for (let count = 0; count < 50; count += 1) await limit.use(1, async () => {});
    expect(limit.limit).toBe(3);
    for (let count = 0; count < 2; count += 1) await limit.use(2, async () => {});
    expect(limit.limit).toBe(4);
  });

  test('comes to rest around what a service bears', async () => {
    const limit = new AdaptiveLimit({ max: 64 });
    let underWay = 0;
    const call = () =>
      limit.use(1, async (_, throttled) => {
        underWay += 1;
        if (underWay > 20) throttled();
        await settle();
        underWay -= 1;
      });
    const seen: number[] = [];
    const worker = async () => {
      for (let count = 0; count < 100; count += 1) {
        await call();
        seen.push(limit.limit);
      }
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    const settled = seen.slice(seen.length / 2);
    expect(Math.max(...settled)).toBeLessThanOrEqual(21);
    expect(Math.min(...settled)).toBeGreaterThanOrEqual(10);
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses a bound of %s', (max) => {
    expect(() => new AdaptiveLimit({ max })).toThrow(RangeError);
  });
});
