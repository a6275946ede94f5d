import { describe, expect, test } from 'vitest';
import {
  segmentFeatures,
  segmentWindowMs,
  windowBreakpoints,
} from '../../../operators/segments/segment-features.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { historyOf, noon, order, returned } from './factories.ts';

const days = (count: number) => count * msPerDay;

describe('segmentFeatures', () => {
  test('measures recency and tenure in fractional days from purchases', () => {
    const history = historyOf([order(noon - days(10)), order(noon - days(2.5)), returned(noon - days(1))]);
    expect(segmentFeatures(history, noon)).toEqual({
      recencyDays: 2.5,
      tenureDays: 10,
      orders365: 2,
      spend365: 20,
    });
  });

  test('counts the window open at its old end and closed at the instant asked for', () => {
    const history = historyOf([
      order(noon, 5),
      order(noon - segmentWindowMs + 1, 7),
      order(noon - segmentWindowMs, 100),
    ]);
    expect(segmentFeatures(history, noon)).toMatchObject({ orders365: 2, spend365: 12 });
    expect(segmentFeatures(history, noon + 1)).toMatchObject({ orders365: 1, spend365: 5 });
    expect(segmentFeatures(history, noon - 1)).toMatchObject({ orders365: 2, spend365: 107 });
  });

  test('measures a customer who only returned by the returns', () => {
    const history = historyOf([returned(noon - days(9)), returned(noon - days(4), 30)]);
    expect(segmentFeatures(history, noon)).toEqual({
      recencyDays: 4,
      tenureDays: 9,
      orders365: 0,
      spend365: -50,
    });
  });

  test('leaves out what happens after the instant asked for', () => {
    const history = historyOf([order(noon - days(30)), order(noon - days(20)), order(noon + days(5))]);
    expect(segmentFeatures(history, noon)).toMatchObject({ recencyDays: 20, tenureDays: 30, orders365: 2 });
  });

  test('gives no recency below zero before the first purchase', () => {
    const history = historyOf([order(noon + days(5))]);
    expect(segmentFeatures(history, noon)).toEqual({
      recencyDays: 0,
      tenureDays: 0,
      orders365: 0,
      spend365: 0,
    });
  });

  test('counts a day tile as the last millisecond of its day', () => {
    const day = Math.floor(noon / msPerDay);
    const tile = { day, orders: 3, spendMicros: 9_000_000, boughtMilli: 3000, returnedMilli: 0 };
    const history = historyOf([order(noon)], [tile]);
    const endOfDayMs = (day + 1) * msPerDay - 1;
    expect(segmentFeatures(history, endOfDayMs - 1)).toMatchObject({ orders365: 1, spend365: 20 });
    expect(segmentFeatures(history, endOfDayMs)).toMatchObject({ orders365: 4, spend365: 29 });
    expect(segmentFeatures(history, endOfDayMs + segmentWindowMs)).toMatchObject({
      orders365: 0,
      spend365: 0,
    });
  });
});

describe('windowBreakpoints', () => {
  test('lists leavings a window after each order, and enterings of orders still ahead', () => {
    const old = noon - segmentWindowMs;
    const history = historyOf([order(old), order(old + 1), order(noon - 5), order(noon + 7)]);
    expect(windowBreakpoints(history, noon)).toEqual([
      noon + 1,
      noon + 7,
      noon - 5 + segmentWindowMs,
      noon + 7 + segmentWindowMs,
    ]);
  });

  test('are where, and only where, the window totals change', () => {
    const history = historyOf([
      order(noon - days(300), 4),
      order(noon - days(200), 5),
      order(noon - days(10), 6),
    ]);
    for (const atMs of windowBreakpoints(history, noon)) {
      expect(segmentFeatures(history, atMs).orders365).toBe(segmentFeatures(history, atMs - 1).orders365 - 1);
    }
    expect(windowBreakpoints(history, noon)).toHaveLength(3);
  });
});
