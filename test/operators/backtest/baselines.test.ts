import { describe, expect, test } from 'vitest';
import { createBaselines } from '../../../operators/backtest/baselines.ts';
import { innerPeriod } from '../../../operators/backtest/inner-period.ts';
import { pastBehaviour } from '../../../operators/backtest/past-behaviour.ts';
import { recencyTable } from '../../../operators/backtest/recency-table.ts';
import { type CustomerState, msPerDay, utcDay } from '../../../operators/state/customer-state.ts';
import { emptyState, foldEvents } from '../../../operators/state/fold-events.ts';
import { baseMs, boughtOn } from '../../fixtures/purchases.ts';

/** Midnight of the day that many days after the first. */
const midnight = (day: number) => (utcDay(baseMs) + day) * msPerDay;

function customer(days: readonly number[], price = 10): CustomerState {
  const events = days.map((day) => boughtOn(day, { lines: [{ productId: 'tea', price }] }));
  return foldEvents(emptyState, events).state;
}

describe('past behaviour', () => {
  test('counts purchase days and spend of the last stretch, without the first day', () => {
    const state = customer([0, 10, 10.2, 95]);
    expect(pastBehaviour(state, midnight(100), 90)).toEqual({
      recencyDays: 5,
      ageDays: 100,
      repeats: 2,
      repeatsOfLate: 2,
      repeatSpend: 30,
      spendOfLate: 30,
    });
    expect(pastBehaviour(state, midnight(100), 30)).toMatchObject({ repeatsOfLate: 1, spendOfLate: 10 });
    expect(pastBehaviour(state, midnight(100), 200)).toMatchObject({ repeatsOfLate: 2, spendOfLate: 30 });
  });

  test('counts the days dropped at the bound of the state, the first of all not again', () => {
    const state = customer([0, 10, 20, 30]);
    const { repeats } = pastBehaviour(state, midnight(40), 90) ?? {};
    const dropped = { ...state, entries: state.entries.slice(2), oldDaysDropped: 2 };
    expect(pastBehaviour(dropped, midnight(40), 90)).toMatchObject({ repeats, ageDays: 40 });
  });

  test('as of an earlier instant knows nothing of what came later', () => {
    const state = customer([0, 10, 95]);
    expect(pastBehaviour(state, midnight(50), 30)).toMatchObject({
      recencyDays: 40,
      ageDays: 50,
      repeats: 1,
    });
    expect(pastBehaviour(state, midnight(0), 30)).toBeUndefined();
  });
});

describe('the inner period', () => {
  test('is as long as the horizon where history is long enough, and no customer of later is in it', () => {
    const states = [customer([0, 70, 170]), customer([120]), customer([185])];
    const inner = innerPeriod(states, midnight(200), 90);
    expect(inner.stretch).toBe(1);
    expect(inner.cases).toEqual([{ recencyDays: 40, purchases: 1, spend: 10 }]);
  });

  test('is not stretched by one order with a mistaken date', () => {
    const states = Array.from({ length: 40 }, (_, index) => customer([100 + index]));
    const usual = innerPeriod(states, midnight(160), 90);
    expect(usual.stretch).toBeCloseTo(90 / 30, 1);
    const mistaken = customer([0, 130]);
    const inner = innerPeriod([...states, mistaken], midnight(160), 90);
    // A history half as long again as that of the earliest customers is believed.
    expect(inner.stretch).toBeGreaterThan(usual.stretch / 1.5);
  });

  test('is half of a short history, and its outcomes are stretched', () => {
    const first = customer([0, 30, 60]);
    const inner = innerPeriod([first], first.lifetime.firstEventAtMs + 80 * msPerDay, 120);
    expect(inner.stretch).toBeCloseTo(3, 9);
    expect(inner.cases).toHaveLength(1);
  });
});

describe('the recency table', () => {
  const cases = Array.from({ length: 100 }, (_, index) => ({
    recencyDays: index,
    purchases: index < 50 ? 2 : 0,
    spend: index < 50 ? 20 : 0,
  }));
  const expected = recencyTable({ stretch: 1, cases });

  test('says what customers as recent did', () => {
    expect(expected(10)).toMatchObject({ purchases: 2, spend: 20 });
    expect(expected(10).probability).toBeCloseTo(1, 6);
    expect(expected(90)).toMatchObject({ purchases: 0, spend: 0 });
    expect(expected(49.5).purchases).toBeCloseTo(1, 9);
    expect(expected(1_000).purchases).toBe(0);
  });

  test('orders customers of one decile by recency too', () => {
    expect(expected(2).probability).toBeGreaterThan(expected(3).probability);
  });

  test('does not depend on the order of customers equally recent', () => {
    const tied = Array.from({ length: 40 }, (_, index) => ({
      recencyDays: Math.floor(index / 20),
      purchases: index % 3,
      spend: index % 7,
    }));
    const [one, other] = [tied, tied.toReversed()].map((list) => recencyTable({ stretch: 2, cases: list }));
    for (const day of [0, 0.5, 1, 9]) expect(other?.(day)).toEqual(one?.(day));
    expect(one?.(0).purchases).toBeCloseTo((2 * 19) / 20, 12);
  });

  test('of nobody expects nothing', () => {
    expect(recencyTable({ stretch: 1, cases: [] })(5)).toEqual({ purchases: 0, probability: 0, spend: 0 });
  });
});

describe('baselines', () => {
  const weekly = customer([0, 7, 14, 21, 28, 35, 42, 49, 56, 63]);
  const once = customer([0]);
  const gone = customer([0, 5, 10]);
  const of = createBaselines([weekly, once, gone], midnight(70), 14);

  test('say what their rule says', () => {
    const expectations = of(weekly);
    expect(expectations.zero).toEqual({ purchases: 0, probability: 0, spend: 0 });
    expect(expectations['personal-rate'].purchases).toBeCloseTo((9 / 70) * 14, 12);
    expect(expectations['personal-rate'].probability).toBeCloseTo(1 - Math.exp(-9 / 5), 12);
    expect(expectations['personal-rate'].spend).toBeCloseTo((90 / 70) * 14, 9);
    expect(expectations['past-count']).toMatchObject({ purchases: 2, spend: 20 });
    // Of three customers one bought, twice, in the last 14 days.
    expect(expectations['population-rate'].purchases).toBeCloseTo(2 / 3, 12);
    expect(expectations['population-rate'].probability).toBeCloseTo(1 / 3, 12);
  });

  test('expect of one who never came back no more than the rule gives', () => {
    expect(of(once)['personal-rate']).toMatchObject({ purchases: 0, spend: 0 });
    expect(of(once)['past-count']).toMatchObject({ purchases: 0, spend: 0 });
    expect(of(gone)['past-count']).toMatchObject({ purchases: 0 });
    expect(of(gone)['population-rate']).toEqual(of(weekly)['population-rate']);
  });

  test('of a population in its first instant expect nothing, and no division by zero', () => {
    const first = customer([0]);
    const expectations = createBaselines([first], midnight(0) + 1, 30)(first);
    for (const { purchases, probability, spend } of Object.values(expectations)) {
      expect([purchases, probability, spend].every(Number.isFinite)).toBe(true);
    }
  });
});
