import { expect, test } from 'vitest';
import { EventClock } from '../../pipeline/event-clock.ts';

test('a shard that comes to its next tick at once is not forgotten', async () => {
  const clock = new EventClock({ startMs: undefined, producing: () => true, onAdvance: async () => {} });
  clock.add('a');
  clock.add('b');
  const later = clock.arrive('a', 20);
  await clock.arrive('b', 10);
  await Promise.all([later, clock.arrive('b', 20)]);
  expect(clock.nowMs()).toBe(20);
});
