import { expect, test } from 'vitest';
import { newCustomer } from '../../../operators/customer-record.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { rearmTimers } from '../../../pipeline/jobs/rearm-timers.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { memoryStores } from '../../fixtures/memory-stores.ts';

/** Two minutes past midnight. */
const sweptToMs = Date.UTC(2026, 5, 10, 0, 2);

async function storesWith(timers: Readonly<Record<string, number>>): Promise<Stores> {
  const stores = memoryStores();
  await stores.checkpoints.putClock({ sweptToMs, inHand: [] });
  for (const [customerId, timerAtMs] of Object.entries(timers)) {
    await stores.customers.put({ ...newCustomer(customerId), version: 1, timerAtMs });
  }
  return stores;
}

const timerOf = async (stores: Stores, customerId: string) =>
  (await stores.customers.get(customerId))?.timerAtMs;

test('sets timers of days that no sweep looks at again to the clock, and leaves all others', async () => {
  const timers = {
    'long past': sweptToMs - 90 * msPerDay,
    yesterday: Date.UTC(2026, 5, 10) - 1,
    'last midnight': Date.UTC(2026, 5, 10),
    'to come': sweptToMs + msPerDay,
  };
  const stores = await storesWith(timers);
  expect(await rearmTimers(stores)).toBe(2);
  expect(await timerOf(stores, 'long past')).toBe(sweptToMs);
  expect(await timerOf(stores, 'yesterday')).toBe(sweptToMs);
  expect(await timerOf(stores, 'last midnight')).toBe(timers['last midnight']);
  expect(await timerOf(stores, 'to come')).toBe(timers['to come']);
  expect(await rearmTimers(stores)).toBe(0);
});

test('leaves yesterday alone while the clock is within a minute of it', async () => {
  const stores = await storesWith({ yesterday: Date.UTC(2026, 5, 10) - 1 });
  await stores.checkpoints.putClock({ sweptToMs: Date.UTC(2026, 5, 10, 0, 0, 59), inHand: [] });
  expect(await rearmTimers(stores)).toBe(0);
});

test('gets through hundreds, though the index goes on showing those that are done', async () => {
  const timers = Object.fromEntries(
    Array.from({ length: 250 }, (_, index) => [`c-${index}`, sweptToMs - 5 * msPerDay - index]),
  );
  const stores = await storesWith(timers);
  const frozen = await stores.customers.due({ fromMs: 0, untilMs: sweptToMs }, 1_000);
  const lagging: Stores = {
    ...stores,
    customers: { ...stores.customers, due: async (_, limit) => frozen.slice(0, limit) },
  };
  expect(await rearmTimers(lagging)).toBe(250);
});

test('does nothing where no clock has started', async () => {
  const stores = memoryStores();
  await stores.customers.put({ ...newCustomer('c-1'), version: 1, timerAtMs: 5 });
  expect(await rearmTimers(stores)).toBe(0);
});
