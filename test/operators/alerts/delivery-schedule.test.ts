import { expect, test } from 'vitest';
import { defaultDeliverySchedule, retryDelayMs } from '../../../operators/alerts/delivery-schedule.ts';

const schedule = { attemptsMax: 4, firstDelayMs: 1_000, factor: 3, delayMsMax: 5_000 };

test('waits grow by the factor up to the longest, and after the last attempt there is none', () => {
  const longest = [1, 2, 3, 4, 5].map((attempts) => retryDelayMs(schedule, attempts, 0.9999999));
  expect(longest).toEqual([1_000, 3_000, 5_000, undefined, undefined]);
});

test('a wait lies between half of the longest and all of it, as chance has it', () => {
  expect([0, 0.5].map((random) => retryDelayMs(schedule, 2, random))).toEqual([1_500, 2_250]);
});

test('what the receiver asks for is heeded where it is longer, up to the longest wait', () => {
  expect(retryDelayMs(schedule, 1, 0, 4_000)).toBe(4_000);
  expect(retryDelayMs(schedule, 1, 0, 100)).toBe(500);
  expect(retryDelayMs(schedule, 1, 0, 3_600_000)).toBe(5_000);
  expect(retryDelayMs(schedule, 4, 0, 100)).toBeUndefined();
});

test('the usual schedule tries for more than a day', () => {
  let totalMs = 0;
  for (let attempts = 1; attempts < defaultDeliverySchedule.attemptsMax; attempts += 1) {
    totalMs += retryDelayMs(defaultDeliverySchedule, attempts, 0) ?? 0;
  }
  expect(totalMs / 3_600_000).toBeGreaterThan(14);
  expect((2 * totalMs) / 3_600_000).toBeGreaterThan(24);
});
