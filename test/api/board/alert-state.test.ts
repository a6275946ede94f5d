import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Migration } from '../../../api/board/data/answers.ts';
import {
  alertsMax,
  initialAlerts,
  mergeAlerts,
  withArrived,
  withListed,
} from '../../../api/board/live/alert-state.ts';

function alert(place: number): Migration {
  const feedKey = String(place).padStart(6, '0');
  return {
    id: `id-${feedKey}`,
    feedKey,
    customerId: `c-${place % 7}`,
    ordinal: place,
    at: '2011-12-09T00:00:00Z',
    publishedAt: '2011-12-09T00:00:00Z',
    from: 'Loyal',
    to: 'At Risk',
    cause: 'time',
    reasons: [],
    spend365: 10,
    currency: 'GBP',
    modelVersion: 'm',
  };
}

const keys = (items: readonly Migration[]) => items.map(({ feedKey }) => Number(feedKey));

describe('the newest alerts', () => {
  it('stand newest first, each once, however they come', () => {
    const batches = fc.array(fc.array(fc.integer({ min: 0, max: 60 })));
    fc.assert(
      fc.property(batches, (deliveries) => {
        const merged = deliveries.reduce(
          (items, batch) => mergeAlerts(items, batch.map(alert)),
          [] as readonly Migration[],
        );
        const expected = [...new Set(deliveries.flat())].sort((a, b) => b - a);
        expect(keys(merged)).toEqual(expected);
      }),
    );
  });

  it('are at most so many, the oldest falling out', () => {
    const many = Array.from({ length: alertsMax + 20 }, (_, place) => alert(place));
    const merged = mergeAlerts([], many);
    expect(merged).toHaveLength(alertsMax);
    expect(keys(merged)[0]).toBe(alertsMax + 19);
  });

  it('count as arrived only when they were not known before', () => {
    const listed = withListed(initialAlerts, [alert(2), alert(1)]);
    const state = withArrived(listed, [alert(2), alert(3)], 5);
    expect(state.arrived).toBe(1);
    expect([...state.fresh]).toEqual([alert(3).feedKey]);
    expect(keys(state.items)).toEqual([3, 2, 1]);
    expect(listed.arrived).toBe(0);
  });
});
