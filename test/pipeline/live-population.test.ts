import { expect, test } from 'vitest';
import { PopulationView } from '../../operators/population/population-view.ts';
import { EventRate } from '../../pipeline/event-rate.ts';
import { LivePopulation } from '../../pipeline/live-population.ts';
import { customer } from '../contracts/records.ts';
import { standingOf } from '../operators/segments/factories.ts';

function openLive() {
  const view = new PopulationView();
  let monotonicMs = 0;
  let reads = 0;
  const live = new LivePopulation(view, {
    nowMs: () => 1_800_000_000_000,
    consumption: async () => {
      reads += 1;
      if (reads === 1) throw new Error('down');
      return undefined;
    },
    forecasts: async () => [],
    monotonicMs: () => monotonicMs,
  });
  const add = (customerId: string) =>
    view.recordSeen(customer({ customerId, standing: standingOf({ segment: 'Loyal' }), outbox: [] }));
  return { live, add, pass: (ms: number) => (monotonicMs += ms) };
}

test('sums are held for a quarter of a second and then made anew', async () => {
  const { live, add, pass } = openLive();
  add('a');
  expect((await live.summary()).customers).toBe(1);
  add('b');
  pass(249);
  expect((await live.summary()).customers).toBe(1);
  pass(1);
  expect((await live.summary()).customers).toBe(2);
});

test('lists are held for two seconds, failures not at all', async () => {
  const { live, add, pass } = openLive();
  add('a');
  await expect(live.members('Loyal', 'value')).rejects.toThrow('down');
  expect((await live.members('Loyal', 'value')).sorted).toHaveLength(1);
  add('b');
  expect((await live.members('Loyal', 'recent')).sorted).toHaveLength(1);
  pass(2_000);
  expect((await live.members('Loyal', 'recent')).sorted).toHaveLength(2);
  expect(await live.members('Champions', 'risk')).toMatchObject({ complete: true, sorted: [] });
});

test('the rate is over the last seconds, and falls to nothing in silence', () => {
  const rate = new EventRate();
  for (let second = 0; second < 10; second += 1) rate.note(100, second * 1_000);
  expect(rate.perSecond(9_999)).toBeCloseTo(100, 0);
  expect(rate.perSecond(12_000)).toBe(50);
  expect(rate.perSecond(20_000)).toBe(0);
});
