import { describe, expect, test } from 'vitest';
import { checkFeedKey, FeedOrder, feedKeyDay, feedKeyMs } from '../../sinks/feed-order.ts';

const nowMs = Date.UTC(2026, 10, 22);

/** Keys of one publication, and a way to end it. */
function begin(order: FeedOrder, ids: readonly string[]) {
  let keys: readonly string[] = [];
  let end: () => void = () => {};
  const done = order.publish(ids, (given) => {
    keys = given;
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  });
  return {
    keys,
    end: async () => {
      end();
      await done;
    },
  };
}

describe('feed order', () => {
  test('keys rise within one millisecond and when the clock steps back, and tell their instant and day', async () => {
    let clockMs = nowMs;
    const order = new FeedOrder(() => clockMs, 0);
    const first = begin(order, ['b', 'a']);
    clockMs -= 5_000;
    const second = begin(order, ['c']);
    const keys = [...first.keys, ...second.keys];
    expect([...keys].sort()).toEqual(keys);
    expect(keys.map(feedKeyMs)).toEqual([nowMs, nowMs, nowMs]);
    expect(feedKeyDay(keys[0] ?? '')).toBe('2026-11-22');
    for (const key of keys) expect(checkFeedKey(key)).toBe(key);
    await Promise.all([first.end(), second.end()]);
  });

  test('100,001 keys in one millisecond still rise', () => {
    const order = new FeedOrder(() => nowMs, 0);
    const { keys } = begin(
      order,
      Array.from({ length: 100_001 }, () => 'x'),
    );
    expect((keys.at(-1) ?? '') > (keys.at(-2) ?? '')).toBe(true);
    expect(feedKeyMs(keys.at(-1) ?? '')).toBe(nowMs + 1);
  });

  test('a key is held back while an earlier publication is under way', async () => {
    const order = new FeedOrder(() => nowMs, 0);
    const first = begin(order, ['a']);
    const second = begin(order, ['b']);
    await second.end();
    expect(order.horizon()(second.keys[0] ?? '')).toBe(false);
    await first.end();
    expect(order.horizon()(second.keys[0] ?? '')).toBe(true);
  });

  test('a key begun after the horizon was taken is held back even if it has ended by then', async () => {
    const order = new FeedOrder(() => nowMs, 0);
    const before = begin(order, ['a']);
    await before.end();
    const complete = order.horizon();
    const after = begin(order, ['b']);
    await after.end();
    expect(complete(before.keys[0] ?? '')).toBe(true);
    expect(complete(after.keys[0] ?? '')).toBe(false);
  });

  test('a publication that failed holds nothing back any longer', async () => {
    const order = new FeedOrder(() => nowMs, 0);
    await expect(order.publish(['a'], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const next = begin(order, ['b']);
    await next.end();
    expect(order.horizon()(next.keys[0] ?? '')).toBe(true);
  });

  test('with a settling time the feed ends that far behind the clock', async () => {
    let clockMs = nowMs;
    const order = new FeedOrder(() => clockMs, 2_000);
    const published = begin(order, ['a']);
    await published.end();
    clockMs += 1_999;
    expect(order.horizon()(published.keys[0] ?? '')).toBe(false);
    clockMs += 1;
    expect(order.horizon()(published.keys[0] ?? '')).toBe(true);
  });
});
