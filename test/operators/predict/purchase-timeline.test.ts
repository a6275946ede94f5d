import { describe, expect, test } from 'vitest';
import { covariateValues } from '../../../operators/predict/purchase-covariates.ts';
import {
  purchaseDaysWithin,
  purchaseTimeline,
  repeatsOf,
  spendWithin,
  timelineAsOf,
  timelineBefore,
  withMoneyOfAll,
} from '../../../operators/predict/purchase-timeline.ts';
import { emptyState } from '../../../operators/state/fold-events.ts';
import { atDay, customer, dayZeroMs, draws } from './factories.ts';

const dayZero = dayZeroMs / 86_400_000;

function timelineOf(...bought: Parameters<typeof customer>[0]) {
  const timeline = purchaseTimeline(customer(bought));
  if (timeline === undefined) throw new Error('no timeline');
  return timeline;
}

describe('purchase timeline', () => {
  test('of a customer who never purchased there is none', () => {
    expect(purchaseTimeline(emptyState)).toBeUndefined();
    expect(purchaseTimeline(customer([{ day: 3, quantity: -1 }]))).toBeUndefined();
  });

  test('has each purchase day once, oldest first, with the spend of the day', () => {
    const timeline = timelineOf({ day: 5.2, spend: 10 }, { day: 5.7, spend: 7 }, { day: 1, spend: 20 });
    expect(timeline.days).toEqual([dayZero + 1, dayZero + 5]);
    expect(timeline.firstDay).toBe(dayZero + 1);
    expect(timeline.amounts.map(({ spend }) => spend)).toEqual([20, 17]);
  });

  test('returns count as spend, not as purchase days', () => {
    const timeline = timelineOf({ day: 1, spend: 20 }, { day: 4, spend: -15, quantity: -1 });
    expect(timeline.days).toEqual([dayZero + 1]);
    expect(spendWithin(timeline, dayZero, dayZero + 10)).toBeCloseTo(5, 9);
    expect(timeline.amounts[1]?.units).toBe(0);
  });

  test('a view before an instant knows what the state of that instant knew', () => {
    const random = draws(71);
    for (let run = 0; run < 50; run += 1) {
      const days = Array.from(
        { length: 1 + Math.floor(random.uniform() * 30) },
        () => random.uniform() * 900,
      );
      const cut = Math.floor(random.uniform() * 900) + 1;
      const view = timelineBefore(timelineOf(...days), dayZero + cut);
      const then = days.filter((day) => day < cut);
      if (then.length === 0) {
        expect(view).toBeUndefined();
        continue;
      }
      const whole = timelineAsOf(timelineOf(...then), dayZero + cut);
      expect(view && repeatsOf(view)).toEqual(repeatsOf(whole));
      expect(view?.timeline.days.slice(0, view.known)).toEqual(whole.timeline.days);
    }
  });

  test('a purchase on the day of the cut is after it', () => {
    const timeline = timelineOf(1, 8, 15);
    const view = timelineBefore(timeline, dayZero + 8);
    expect(view && repeatsOf(view)).toEqual({ x: 0, tx: 0, T: 7 });
    expect(purchaseDaysWithin(timeline, dayZero + 8, dayZero + 15)).toBe(1);
  });

  test('of more than 400 purchase days the oldest are only counted, and every repeat still counts', () => {
    const daily = timelineOf(...Array.from({ length: 700 }, (_, day) => day));
    expect(daily.days).toHaveLength(400);
    expect(daily.daysDropped).toBe(300);
    expect(repeatsOf(timelineAsOf(daily, atDay(700) / 86_400_000))).toEqual({ x: 699, tx: 699, T: 700 });
  });

  test('what an inner view knows of money does not tell who came back after it', () => {
    const random = draws(72);
    const asOf = 900;
    let known = 0;
    for (let run = 0; run < 200; run += 1) {
      const cut = asOf - 1 - Math.floor(random.uniform() * 182);
      const before = Array.from({ length: 1 + Math.floor(random.uniform() * 4) }, () => ({
        day: random.uniform() * cut,
        spend: 5 + 90 * random.uniform(),
      }));
      const after = { day: cut + random.uniform() * (asOf - cut), spend: 7 };
      const viewOf = (...bought: typeof before) => {
        const timeline = withMoneyOfAll(timelineOf(...bought), dayZero + asOf);
        const view = timelineBefore(timeline, dayZero + cut);
        if (view === undefined) throw new Error('nothing bought before the cut');
        return covariateValues(view);
      };
      const values = viewOf(...before);
      expect(viewOf(...before, after)).toEqual(values);
      if (values.basketSpend !== undefined) known += 1;
    }
    expect(known).toBeGreaterThan(20);
    expect(known).toBeLessThan(180);
  });
});
