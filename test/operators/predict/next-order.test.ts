import { describe, expect, test } from 'vitest';
import { predictNextOrder } from '../../../operators/predict/next-order.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { atDay, customer, draws, model } from './factories.ts';

const weekly = customer([0, 7, 14, 21, 28, 35, 42, 49, 56, 63, 70]);

function named(state: ReturnType<typeof customer>, asOfMs: number) {
  const result = predictNextOrder(state, model, asOfMs);
  if (!result.ok) throw new Error(result.reason);
  return result.nextOrder;
}

describe('next order', () => {
  test.each([
    { days: [3], reason: 'Bought on one day only; a date needs at least 3.' },
    { days: [3, 3.5], reason: 'Bought on one day only; a date needs at least 3.' },
    { days: [3, 9], reason: 'Bought on 2 days only; a date needs at least 3.' },
  ])('abstains below three purchase days and says why: $days', ({ days, reason }) => {
    expect(predictNextOrder(customer(days), model, atDay(20))).toEqual({ ok: false, reason });
  });

  test('names a date from three purchase days on', () => {
    expect(predictNextOrder(customer([0, 7, 14]), model, atDay(15)).ok).toBe(true);
  });

  test('a weekly buyer is expected about a week after the last purchase, inside the interval', () => {
    const { fromMs, atMs, toMs } = named(weekly, atDay(71));
    expect((atMs - atDay(70)) / msPerDay).toBeGreaterThan(5.5);
    expect((atMs - atDay(70)) / msPerDay).toBeLessThan(8.5);
    expect(fromMs).toBeLessThan(atMs);
    expect(toMs).toBeGreaterThan(atMs);
  });

  test('regular gaps narrow the interval', () => {
    const uneven = customer([0, 1, 2, 21, 22, 23, 44, 45, 68, 69, 70]);
    const width = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => toMs - fromMs;
    expect(width(named(weekly, atDay(71)))).toBeLessThan(0.6 * width(named(uneven, atDay(71))));
  });

  test('silence moves the date on: never in the past, and later the longer it lasts', () => {
    let before = 0;
    for (const day of [71, 73, 75, 80, 100, 200, 2_000]) {
      const { fromMs, atMs, toMs } = named(weekly, atDay(day));
      expect(fromMs).toBeGreaterThanOrEqual(atDay(day));
      expect(atMs).toBeGreaterThan(before);
      expect(toMs).toBeGreaterThan(atMs);
      before = atMs;
    }
  });

  test('on the day of a purchase the next purchase day is tomorrow at the earliest', () => {
    const { fromMs } = named(customer([0, 1, 2, 3, 4, 5, 6.2]), atDay(6.3));
    expect(fromMs).toBeGreaterThanOrEqual(atDay(7));
  });

  test('dates stay dates a calendar can show after centuries of silence', () => {
    const { toMs } = named(customer([0, 400, 800]), atDay(100_000));
    expect(Number.isNaN(new Date(toMs).getTime())).toBe(false);
  });

  test('80 % of the next purchases of simulated customers fall inside the interval', () => {
    const random = draws(41);
    let covered = 0;
    const customers = 1_500;
    for (let index = 0; index < customers; index += 1) {
      const rate = random.gamma(6, 90);
      const days = [1];
      for (let gap = 0; gap < 12; gap += 1) {
        days.push((days.at(-1) as number) + Math.max(1, Math.round(random.gamma(2, 2 * rate))));
      }
      const next = days.pop() as number;
      const result = predictNextOrder(
        customer(days),
        {
          ...model,
          bgNbd: { ...model.bgNbd, r: 6, alphaDays: 90 },
          regularity: { shape: 2, weightGaps: 40 },
        },
        atDay(days.at(-1) as number),
      );
      if (!result.ok) throw new Error(result.reason);
      // Whole days: a purchase on the day of a bound is inside.
      const nextDay = atDay(next);
      if (
        nextDay >= result.nextOrder.fromMs - msPerDay / 2 &&
        nextDay <= result.nextOrder.toMs + msPerDay / 2
      )
        covered += 1;
    }
    expect(covered / customers).toBeGreaterThan(0.77);
    expect(covered / customers).toBeLessThan(0.87);
  });
});

test('no date is named to who is all but certainly gone, and the usual gap is known all the same', () => {
  const [state, atMs] = [customer([0, 7, 14, 21]), atDay(300)];
  expect(predictNextOrder(state, model, atMs, 0.1)).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/^Probably gone/),
    gap: expect.anything(),
  });
  expect(predictNextOrder(state, model, atMs, 0.3).ok).toBe(true);
});
