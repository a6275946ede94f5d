import { describe, expect, it } from 'vitest';
import type { StandingReason } from '../../../api/board/data/customer-answers.ts';
import {
  nowAndThen,
  predictionReason,
  purchaseDays,
  segmentReason,
} from '../../../api/board/format/reasons.ts';

function reason(changes: Partial<StandingReason> = {}): StandingReason {
  return {
    feature: 'spend365',
    value: 35_068.56,
    before: 18_980.94,
    weight: 1,
    text: 'as the API says it',
    now: null,
    changeAt: null,
    changeTo: null,
    ...changes,
  };
}

describe('reasons of a segment', () => {
  it('say what changed, closer where roughly would not tell', () => {
    expect(segmentReason(reason(), 'GBP')).toBe('Spend of the last 365 days went from £18,981 to £35,069.');
    const days = reason({ feature: 'tenureDays', value: 15.4, before: 15.2 });
    expect(segmentReason(days, 'GBP')).toBe('Days since the first purchase went from 15.2 to 15.4.');
  });

  it('say what stayed, and what there was to begin with', () => {
    const orders = reason({ feature: 'orders365', value: 9, before: 9 });
    expect(segmentReason(orders, 'GBP')).toBe('Orders of the last 365 days stayed at 9.');
    expect(segmentReason({ ...orders, before: null }, 'GBP')).toBe('Orders of the last 365 days: 9.');
  });

  it('keep the words of the API for a feature that is new', () => {
    expect(segmentReason(reason({ feature: 'novel' }), 'GBP')).toBe('as the API says it');
  });

  it('say where another segment begins, if the answer does', () => {
    expect(nowAndThen(reason(), 'GBP')).toBe('');
    const known = reason({ feature: 'orders365', now: 192, changeAt: 5, changeTo: 'Loyal' });
    expect(nowAndThen(known, 'GBP')).toBe('Now 192; at 5 it would be Loyal.');
  });

  it('leave out a spend that nobody gets to', () => {
    const spend = reason({ now: 1_861, changeAt: 9_000, changeTo: 'Loyal' });
    expect(nowAndThen(spend, 'GBP')).toBe('Now £1,861; at £9,000 it would be Loyal.');
    expect(nowAndThen({ ...spend, changeAt: 1_505_726 }, 'GBP')).toBe('Now £1,861.');
  });
});

describe('reasons of a prediction', () => {
  it('write dates as everywhere on the page', () => {
    expect(predictionReason('history', 'Bought on 45 days since 2010-12-20, last 4 days ago.', 'GBP')).toBe(
      'Bought on 45 days since 20 Dec 2010, last 4 days ago.',
    );
  });

  it('write sums of money in the currency, and leave other figures', () => {
    const text =
      'Repeat purchase days brought 6366.71 on average (44); a purchase day is expected to bring 7.50.';
    expect(predictionReason('order-value', text, 'GBP')).toBe(
      'Repeat purchase days brought £6,367 on average (44); a purchase day is expected to bring £7.50.',
    );
    expect(predictionReason('overdue', 'Silent for 4 days, 4.00 times the usual gap.', 'GBP')).toBe(
      'Silent for 4 days, 4.00 times the usual gap.',
    );
  });
});

it('purchase days are one or many, as they read', () => {
  expect([1.04, 10.94, 0, null].map(purchaseDays)).toEqual([
    '1 purchase day',
    '10.9 purchase days',
    '0 purchase days',
    '– purchase days',
  ]);
});
