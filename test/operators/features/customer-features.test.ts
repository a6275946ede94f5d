import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { customerFeatures } from '../../../operators/features/customer-features.ts';
import { defaultStateOptions, msPerDay } from '../../../operators/state/customer-state.ts';
import { emptyState, foldEvents } from '../../../operators/state/fold-events.ts';
import { windowDays, windowTotals } from '../../../operators/state/windows.ts';
import { anyPurchases, baseMs, bought, boughtOn } from '../../fixtures/purchases.ts';

const featuresOf = (events: readonly ReturnType<typeof boughtOn>[], day: number) =>
  customerFeatures(foldEvents(emptyState, events).state, baseMs + day * msPerDay);

describe('customerFeatures', () => {
  test('of a customer without events are all empty or unknown', () => {
    const { lifetime, windows, behaviour } = customerFeatures(emptyState, baseMs);
    expect(lifetime).toEqual({
      orders: 0,
      purchaseDays: 0,
      spendMicros: 0,
      unitsMilli: 0,
      firstPurchaseAtMs: undefined,
      lastPurchaseAtMs: undefined,
      returnRate: undefined,
    });
    expect(windows[365]).toEqual({ orders: 0, spendMicros: 0, unitsMilli: 0 });
    expect(behaviour).toMatchObject({
      recencyDays: undefined,
      tenureDays: undefined,
      averageOrderValueMicros: undefined,
      intervalMeanDays: undefined,
      intervalVariation: undefined,
      trend: undefined,
      productDiversity: undefined,
    });
  });

  test('count recency and tenure in fractions of days from purchases, not returns', () => {
    const returned = boughtOn(7, { lines: [{ productId: 'tea', quantity: -1 }] });
    const { behaviour } = featuresOf([boughtOn(0), boughtOn(4), returned], 9.5);
    expect(behaviour.recencyDays).toBe(5.5);
    expect(behaviour.tenureDays).toBe(9.5);
  });

  test('give rates of returns and order values', () => {
    const events = [
      boughtOn(0, { lines: [{ productId: 'tea', quantity: 3, price: 10 }] }),
      boughtOn(1, {
        lines: [
          { productId: 'mug', quantity: 1, price: 20 },
          { productId: 'tea', quantity: -1, price: 10 },
        ],
      }),
      boughtOn(2, { lines: [{ productId: 'tea', quantity: -1, price: 10 }] }),
    ];
    const { lifetime, behaviour } = featuresOf(events, 3);
    expect(lifetime).toMatchObject({ orders: 2, spendMicros: 30_000_000, unitsMilli: 2_000 });
    expect(lifetime.returnRate).toBe(0.5);
    expect(behaviour.averageOrderValueMicros).toBe(20_000_000);
  });

  test('give gaps between purchase days and how regular they are', () => {
    const clockwork = featuresOf(
      [0, 7, 14, 14.1, 21].map((day) => boughtOn(day)),
      22,
    ).behaviour;
    expect(clockwork).toMatchObject({ intervalMeanDays: 7, intervalVariation: 0 });
    const two = featuresOf([boughtOn(0), boughtOn(5)], 5).behaviour;
    expect(two).toMatchObject({ intervalMeanDays: 5, intervalVariation: undefined });
    const uneven = featuresOf(
      [0, 2, 8].map((day) => boughtOn(day)),
      8,
    ).behaviour;
    expect(uneven.intervalMeanDays).toBe(4);
    expect(uneven.intervalVariation).toBeCloseTo(Math.sqrt(8) / 4, 12);
  });

  test('leave out of gaps and profiles what is older than 365 days at the instant asked for', () => {
    const events = [0, 10, 30].map((day) => boughtOn(day));
    const sum = (profile: readonly number[]) => profile.reduce((total, count) => total + count, 0);
    const at = (day: number) => featuresOf(events, day).behaviour;
    expect([sum(at(364).hourProfile), at(364).intervalMeanDays]).toEqual([3, 15]);
    expect([sum(at(365).hourProfile), at(365).intervalMeanDays]).toEqual([2, 20]);
    expect([sum(at(375).weekdayProfile), at(375).intervalMeanDays]).toEqual([1, undefined]);
    expect(sum(at(400).hourProfile)).toBe(0);
  });

  test('give the trend of the last 90 days against the 90 before', () => {
    const priced = (day: number, price: number) => boughtOn(day, { lines: [{ productId: 'tea', price }] });
    expect(featuresOf([priced(0, 40), priced(100, 60)], 100).behaviour.trend).toBe(1.5);
    expect(featuresOf([priced(0, 40), priced(100, 60)], 190).behaviour.trend).toBe(0);
    expect(featuresOf([priced(100, 60)], 100).behaviour.trend).toBeUndefined();
  });

  test('give the share of distinct products among product purchases', () => {
    const twice = [boughtOn(0), boughtOn(1), boughtOn(2, { lines: [{ productId: 'mug' }] })];
    expect(featuresOf(twice, 3).behaviour.productDiversity).toBe(2 / 3);
  });

  test('count purchases by UTC hour and by weekday from Monday', () => {
    // A Tuesday at noon, a Thursday just before midnight, a Sunday at midnight.
    const events = ['2025-01-07T12:00:00Z', '2025-01-09T23:59:59.999Z', '2025-01-12T00:00:00Z'].map((text) =>
      bought({ atMs: Date.parse(text) }),
    );
    const { hourProfile, weekdayProfile } = featuresOf(events, 10).behaviour;
    expect(weekdayProfile).toEqual([0, 1, 0, 1, 0, 0, 1]);
    expect([hourProfile[12], hourProfile[23], hourProfile[0]]).toEqual([1, 1, 1]);
    expect(hourProfile).toHaveLength(24);
  });

  test('say when windows are no longer exact', () => {
    const options = { ...defaultStateOptions, entriesMax: 1 };
    const { state } = foldEvents(emptyState, [boughtOn(0), boughtOn(1)], options);
    expect(customerFeatures(state, boughtOn(1).occurredAtMs).windowsApproximate).toBe(true);
    expect(featuresOf([boughtOn(0), boughtOn(1)], 1).windowsApproximate).toBe(false);
  });

  test('give the windows of every length, and finite figures, for any customer at any later instant', () => {
    const cases = fc.record({
      events: anyPurchases({ days: 500, max: 30 }),
      waitDays: fc.integer({ min: 0, max: 700 }),
    });
    fc.assert(
      fc.property(cases, ({ events, waitDays }) => {
        const { state } = foldEvents(emptyState, events);
        const asOfMs = state.lifetime.lastEventAtMs + waitDays * msPerDay;
        const { windows, behaviour, lifetime } = customerFeatures(state, asOfMs);
        for (const days of windowDays) expect(windows[days]).toEqual(windowTotals(state, asOfMs, days));
        const { hourProfile, weekdayProfile, ...figures } = behaviour;
        const known = [...Object.values(figures), ...hourProfile, ...weekdayProfile].filter(
          (figure) => figure !== undefined,
        );
        expect(known.every(Number.isFinite)).toBe(true);
        const purchases = windowTotals(state, asOfMs, 365).orders;
        for (const profile of [hourProfile, weekdayProfile]) {
          expect(profile.reduce((sum, count) => sum + count, 0)).toBe(purchases);
        }
        expect(lifetime.purchaseDays).toBeLessThanOrEqual(lifetime.orders);
      }),
    );
  });
});
