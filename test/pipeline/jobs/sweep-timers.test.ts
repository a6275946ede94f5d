import { describe, expect, test } from 'vitest';
import { applyEvents } from '../../../operators/apply-events.ts';
import { newCustomer } from '../../../operators/customer-record.ts';
import { defaultStateOptions, msPerDay } from '../../../operators/state/customer-state.ts';
import { sweepTimers } from '../../../pipeline/jobs/sweep-timers.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { faultyStores } from '../../fixtures/faulty-stores.ts';
import { memoryStores } from '../../fixtures/memory-stores.ts';
import { activate, everythingStored, startProcess } from '../../fixtures/pipeline-bench.ts';
import { baseMs, boughtOn, positioned } from '../../fixtures/purchases.ts';
import { modelOf } from '../../operators/segments/factories.ts';

const model = modelOf({ fittedAtMs: baseMs });
const models = { segments: model, consumption: undefined };

/** Customers c-000, c-001, ..., each with one purchase, an hour after the other: their timers come in that order. */
async function openStores(count: number): Promise<Stores> {
  const stores = memoryStores();
  await activate(stores, model);
  for (let index = 0; index < count; index += 1) {
    const customerId = `c-${String(index).padStart(3, '0')}`;
    const event = boughtOn(index / 24, {
      customerId,
      id: customerId,
      lines: [{ productId: 'tea', price: 280 }],
    });
    const { after } = applyEvents(
      newCustomer(customerId),
      positioned([event]),
      'shard-a',
      models,
      defaultStateOptions,
    );
    await stores.customers.put(after);
  }
  return stores;
}

const firstTimer = async (stores: Stores, customerId = 'c-000') =>
  (await stores.customers.get(customerId))?.timerAtMs ?? 0;
const feedOf = (stores: Stores) => stores.migrations.feedAfter(undefined, 10_000);

describe('sweepTimers', () => {
  test('fires a timer at exactly its instant, and not a millisecond before', async () => {
    const stores = await openStores(1);
    const bench = startProcess(stores);
    const timerAtMs = await firstTimer(stores);
    expect(await sweepTimers(timerAtMs - 1, bench)).toBe(0);
    expect(await sweepTimers(timerAtMs, bench)).toBe(1);
    expect(await feedOf(stores)).toMatchObject([{ customerId: 'c-000', atMs: timerAtMs, cause: 'time' }]);
    expect(await firstTimer(stores)).toBeGreaterThan(timerAtMs);
    expect(bench.counters.migrationsByCause.time).toBe(1);
  });

  test('makes every move due since, each once, however often it runs', async () => {
    const once = await openStores(3);
    const endMs = baseMs + 500 * msPerDay;
    await sweepTimers(endMs, startProcess(once));
    const often = await openStores(3);
    const bench = startProcess(often);
    for (let atMs = baseMs; atMs < endMs; atMs += 9 * msPerDay) {
      await sweepTimers(atMs, bench);
      await often.checkpoints.putClock({ sweptToMs: atMs, inHand: [] });
    }
    await sweepTimers(endMs, bench);
    await sweepTimers(endMs, startProcess(often));
    expect(await everythingStored(often)).toEqual(await everythingStored(once));
    expect((await feedOf(once)).length).toBe(9);
  });

  test('takes customers in hand in pages of at most a hundred, and says whom before it touches them', async () => {
    const memory = await openStores(250);
    const { stores, calls } = faultyStores(memory, () => undefined);
    const inHand: number[] = [];
    const noted: Stores = {
      ...stores,
      checkpoints: {
        ...memory.checkpoints,
        putClock: async (clock) => {
          inHand.push(clock.inHand.length);
          calls.push('in hand');
          await memory.checkpoints.putClock(clock);
        },
      },
    };
    expect(await sweepTimers(baseMs + 60 * msPerDay, startProcess(noted))).toBe(250);
    expect(inHand).toEqual([100, 100, 50]);
    const writes = calls.filter((name) => name === 'in hand' || name === 'customers.putMany');
    expect(writes[0]).toBe('in hand');
    // Behind each page come its groups of eight, which the bench lets be written at once.
    expect(writes.lastIndexOf('in hand')).toBe(2 + 2 * Math.ceil(100 / 8));
  });

  test('publishes the moves of a page in order of time', async () => {
    const stores = await openStores(40);
    await sweepTimers(baseMs + 200 * msPerDay, startProcess(stores));
    const times = (await feedOf(stores)).map(({ atMs }) => atMs);
    expect(times.length).toBeGreaterThan(40);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('ends although the index goes on showing timers that have just fired', async () => {
    const memory = await openStores(150);
    const stale = await memory.customers.due({ fromMs: 0, untilMs: baseMs + 300 * msPerDay }, 1_000);
    const asked: number[] = [];
    const stores: Stores = {
      ...memory,
      customers: {
        ...memory.customers,
        due: async (_range, limit) => {
          asked.push(limit);
          return stale.slice(0, limit);
        },
      },
    };
    expect(await sweepTimers(baseMs + 300 * msPerDay, startProcess(stores))).toBe(150);
    expect(asked.length).toBeLessThan(4);
  });

  test('finds a timer the index showed late, up to a minute behind the last sweep', async () => {
    const stores = await openStores(1);
    const timerAtMs = await firstTimer(stores);
    await stores.checkpoints.putClock({ sweptToMs: timerAtMs + 30_000, inHand: [] });
    expect(await sweepTimers(timerAtMs + 40_000, startProcess(stores))).toBe(1);
  });

  test('arms a timer again that fired too early, without a move', async () => {
    const stores = await openStores(1);
    const stored = await stores.customers.get('c-000');
    if (!stored) throw new Error('the customer was stored');
    await stores.customers.put({ ...stored, version: 2, timerAtMs: baseMs + msPerDay });
    expect(await sweepTimers(baseMs + 2 * msPerDay, startProcess(stores))).toBe(1);
    expect(await feedOf(stores)).toEqual([]);
    expect(await firstTimer(stores)).toBe(stored.timerAtMs);
  });

  test('without a model fires nothing', async () => {
    const stores = memoryStores();
    expect(await sweepTimers(baseMs, startProcess(stores))).toBe(0);
  });

  test.each(['lost', 'unanswered'] as const)(
    'cut off at any call (%s) and run again makes every move once',
    async (kind) => {
      const toMs = baseMs + 500 * msPerDay;
      const expected = await openStores(5);
      await sweepTimers(toMs, startProcess(expected));
      const everything = await everythingStored(expected);
      let failures = 0;
      for (let target = 1; ; target += 1) {
        const stores = await openStores(5);
        const faulty = faultyStores(stores, ({ number }) => (number === target ? kind : undefined));
        await sweepTimers(toMs, startProcess(faulty.stores, { writesInFlightMax: 2 })).catch(
          (error: unknown) => {
            expect(error).toMatchObject({ code: 'outage' });
          },
        );
        if (faulty.calls.length < target) break;
        failures += 1;
        await sweepTimers(toMs, startProcess(stores));
        expect(await everythingStored(stores), `cut off at ${faulty.calls[target - 1]}`).toEqual(everything);
      }
      expect(failures).toBeGreaterThan(8);
    },
  );
});
