import { describe, expect, test } from 'vitest';
import { ConsumptionSample } from '../../../operators/predict/consumption-sample.ts';
import { binHistories } from '../../../operators/predict/fit-bg-nbd.ts';
import { purchaseStatistics, repeatHistory } from '../../../operators/predict/purchase-statistics.ts';
import { TimelineSample } from '../../../operators/predict/timeline-sample.ts';
import { emptyState } from '../../../operators/state/fold-events.ts';
import { atDay, customer, draws } from './factories.ts';

describe('sample of timelines', () => {
  const random = draws(95);
  const states = Array.from({ length: 300 }, () => {
    const days = Array.from({ length: 1 + Math.floor(random.uniform() * 8) }, () => random.uniform() * 200);
    const state = customer(days);
    // The factory numbers orders from 1; orders of different customers have different hashes in life.
    return {
      ...state,
      entries: state.entries.map((entry) => ({ ...entry, hash: Math.floor(random.uniform() * 2 ** 48) })),
    };
  });

  test('keeps all up to its bound, and the same ones beyond it whatever their order', () => {
    const kept = (list: typeof states, max: number) => {
      const sample = new TimelineSample(max);
      for (const state of list) sample.add(state);
      return sample.timelines();
    };
    expect(kept(states, 300)).toHaveLength(300);
    expect(kept(states, 50)).toHaveLength(50);
    expect(kept([...states].reverse(), 50)).toEqual(kept(states, 50));
  });

  test('a customer who never purchased is not in it', () => {
    const sample = new TimelineSample();
    sample.add(emptyState);
    expect(sample.timelines()).toEqual([]);
  });

  test('the streamed tables of repeats equal the table of the whole batch exactly', () => {
    const asOfMs = atDay(200);
    const sample = new ConsumptionSample();
    for (const state of states) sample.add(state, asOfMs);
    const batch = states.flatMap((state) => {
      const statistics = purchaseStatistics(state, asOfMs);
      return statistics === undefined ? [] : [repeatHistory(statistics)];
    });
    const sorted = binHistories(batch).sort((a, b) => a.x - b.x || a.tx - b.tx || a.T - b.T);
    expect(sample.repeatHistories()).toEqual(sorted);
  });
});
