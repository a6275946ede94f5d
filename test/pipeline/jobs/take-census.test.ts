import { expect, test } from 'vitest';
import { PopulationView } from '../../../operators/population/population-view.ts';
import { memberOrders } from '../../../operators/population/segment-members.ts';
import { segmentNames } from '../../../operators/segments/segment-model.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { StoredPopulation } from '../../../pipeline/hosts/lambda/stored-population.ts';
import { rebuildPopulation } from '../../../pipeline/jobs/recount-tables.ts';
import { takeCensus } from '../../../pipeline/jobs/take-census.ts';
import { LivePopulation } from '../../../pipeline/live-population.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { consumptionModel } from '../../contracts/records.ts';
import { memoryStores } from '../../fixtures/memory-stores.ts';
import { resumeShard } from '../../fixtures/pipeline-bench.ts';
import { baseMs } from '../../fixtures/purchases.ts';
import { openStores, sizes, someRecords } from '../../fixtures/shard-records.ts';

const atMs = baseMs + 800 * msPerDay;

/** The population as a process keeps it that has read the tables. */
async function liveOn(stores: Stores): Promise<LivePopulation> {
  const view = new PopulationView();
  await rebuildPopulation(stores, view);
  return new LivePopulation(view, {
    nowMs: () => atMs,
    consumption: async () => consumptionModel(),
    forecasts: () => stores.checkpoints.forecasts(),
  });
}

test('what a census leaves says the same as a process that keeps the population', async () => {
  const stores = await openStores();
  await resumeShard(stores, someRecords(), sizes);
  // A first sweep has been: from then on the instants of forecasts are watched.
  await stores.checkpoints.putClock({ sweptToMs: atMs - 1, inHand: [] });
  await takeCensus(stores, atMs);
  const stored = new StoredPopulation(stores.checkpoints, () => atMs + msPerDay);
  const live = await liveOn(stores);
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
  expect(await stored.summary()).toEqual(plain(await live.summary()));
  for (const segment of segmentNames) {
    for (const order of memberOrders) {
      const members = await live.members(segment, order);
      expect(await stored.members(segment, order)).toEqual(plain(members));
    }
  }
  const [kept, own] = await Promise.all([stored.history(), live.history()]);
  expect(kept.asOfMs).toBe(atMs);
  expect(kept.flows.between(0, 1e6)).toEqual(own.flows.between(0, 1e6));
  const days = [19_000, 20_500, 22_000];
  expect(kept.sizes.sizesBefore(days)).toEqual(own.sizes.sizesBefore(days));
  for (const unit of ['week', 'month'] as const) {
    expect([...kept.cells[unit].entries()]).toEqual([...own.cells[unit].entries()]);
  }
  expect(await stored.forecasts()).toHaveLength(1);
});

test('before the first census there is nobody, and a census is seen within a minute', async () => {
  const stores = await openStores();
  let nowMs = atMs;
  const stored = new StoredPopulation(stores.checkpoints, () => nowMs);
  expect(await stored.summary()).toMatchObject({ customers: 0, asOfMs: atMs });
  await resumeShard(stores, someRecords(), sizes);
  await takeCensus(stores, atMs);
  nowMs += 59_999;
  expect((await stored.summary()).customers).toBe(0);
  nowMs += 1;
  expect((await stored.summary()).customers).toBe(3);
});

test('a read that fails is tried again by the next', async () => {
  const { checkpoints } = memoryStores();
  let fails = true;
  const failing = {
    ...checkpoints,
    async population() {
      if (fails) throw new Error('down');
      return undefined;
    },
  };
  const stored = new StoredPopulation(failing, () => atMs);
  await expect(stored.summary()).rejects.toThrow('down');
  fails = false;
  expect((await stored.summary()).customers).toBe(0);
});
