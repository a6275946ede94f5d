import { describe, expect, test } from 'vitest';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { type AdvanceDependencies, advanceClock } from '../../../pipeline/jobs/advance-clock.ts';
import type { FitPolicy } from '../../../pipeline/jobs/fit-models.ts';
import { recountTables } from '../../../pipeline/jobs/recount-tables.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { storeCrowd } from '../../fixtures/crowd.ts';
import { faultyStores } from '../../fixtures/faulty-stores.ts';
import { memoryStores } from '../../fixtures/memory-stores.ts';
import { everythingStored, noFit, silentLog, startProcess } from '../../fixtures/pipeline-bench.ts';
import { baseMs } from '../../fixtures/purchases.ts';

const atMs = baseMs + 300 * msPerDay;

/** A process as it starts: it counts what is stored, and has tried no fit yet. */
async function startAdvance(stores: Stores, fit: Partial<FitPolicy> = {}): Promise<AdvanceDependencies> {
  let lastAttemptMs = Number.NEGATIVE_INFINITY;
  const running = startProcess(stores);
  await recountTables(stores, running.counters);
  return {
    ...running,
    log: silentLog,
    fit: {
      customersMin: 10,
      refitDays: 28,
      candidate: { halfLifeDays: 28, activates: false },
      attempted: (attemptMs) => {
        lastAttemptMs = attemptMs;
      },
      lastAttemptMs: () => lastAttemptMs,
      ...fit,
    },
  };
}

async function openStores(): Promise<Stores> {
  const stores = memoryStores();
  // Too few for a consumption model, which takes longest to fit.
  await storeCrowd(stores, { customers: 16 });
  return stores;
}

/** Three steps of the clock: a first fit, timers and a slice of the customers, and a refit. */
const steps = [atMs, atMs + 27 * msPerDay, atMs + 60 * msPerDay];

async function activeModels(stores: Stores) {
  return {
    segments: (await stores.models.active('segments'))?.version,
    consumption: (await stores.models.active('consumption'))?.version,
  };
}

describe('advanceClock', () => {
  test('fits the first models, rolls them out, fires timers, refits, and stores where the clock stands', async () => {
    const stores = await openStores();
    const advance = await startAdvance(stores);
    await advanceClock(steps[0] ?? 0, advance);
    expect((await activeModels(stores)).segments).toMatch(/^segments-0001/);
    expect((await stores.migrations.feedAfter(undefined, 1)).length).toBe(0);
    await advanceClock(steps[1] ?? 0, advance);
    expect((await stores.migrations.countByCause()).time).toBeGreaterThan(0);
    expect(await stores.checkpoints.clock()).toEqual({ sweptToMs: steps[1], inHand: [] });
    expect(await stores.checkpoints.candidate()).toMatchObject({ atMs: steps[1], slices: 1 });
    await advanceClock(steps[2] ?? 0, advance);
    expect((await activeModels(stores)).segments).toMatch(/^segments-0002/);
    expect(await stores.checkpoints.rollout()).toMatchObject({ finished: true });
    for (const { standing } of (await everythingStored(stores)).customers) expect(standing).toBeDefined();
  });

  test('without enough customers only stores where the clock stands', async () => {
    const stores = await openStores();
    await advanceClock(atMs, await startAdvance(stores, noFit));
    expect(await activeModels(stores)).toEqual({ segments: undefined, consumption: undefined });
    expect(await stores.checkpoints.clock()).toEqual({ sweptToMs: atMs, inHand: [] });
  });

  test('does not try again at once what it could not fit', async () => {
    const stores = memoryStores();
    await storeCrowd(stores, { customers: 5 });
    const { stores: watched, calls } = faultyStores(stores, () => undefined);
    const advance = await startAdvance(watched, { customersMin: 2 });
    await advanceClock(atMs, advance);
    calls.length = 0;
    await advanceClock(atMs + msPerDay / 2, advance);
    expect(calls).not.toContain('customers.scan');
    await advanceClock(atMs + msPerDay, advance);
    expect(calls).toContain('customers.scan');
  });

  test('does a fit again as a whole that was cut off between its two models, under the same versions', async () => {
    const open = async () => {
      const stores = memoryStores();
      await storeCrowd(stores, { customers: 60 });
      return stores;
    };
    const whole = await open();
    await advanceClock(atMs, await startAdvance(whole));
    const expected = await activeModels(whole);
    expect(expected.consumption).toBeDefined();
    for (const kind of ['lost', 'unanswered'] as const) {
      for (const failing of [1, 2]) {
        const stores = await open();
        let activations = 0;
        const cutOff = faultyStores(stores, ({ name }) =>
          name === 'models.activate' && ++activations === failing ? kind : undefined,
        );
        await expect(advanceClock(atMs, await startAdvance(cutOff.stores))).rejects.toMatchObject({
          code: 'outage',
        });
        await advanceClock(atMs, await startAdvance(stores));
        expect(await activeModels(stores)).toEqual(expected);
      }
    }
  });

  test('done twice changes nothing the second time', async () => {
    const stores = await openStores();
    for (const toMs of steps) await advanceClock(toMs, await startAdvance(stores));
    const everything = await everythingStored(stores);
    await advanceClock(steps.at(-1) ?? 0, await startAdvance(stores));
    expect(await everythingStored(stores)).toEqual(everything);
  });

  test.each(['lost', 'unanswered'] as const)(
    'cut off at any call (%s) and repeated in a new process ends in the same place',
    async (kind) => {
      const expected = await openStores();
      for (const toMs of steps) await advanceClock(toMs, await startAdvance(expected));
      const everything = { ...(await everythingStored(expected)), ...(await activeModels(expected)) };
      const counted = faultyStores(await openStores(), () => undefined);
      for (const toMs of steps) await advanceClock(toMs, await startAdvance(counted.stores));
      // Customers are many and alike: each seventh of their calls, and all others.
      const targets = counted.calls
        .map((name, index) => ({ name, number: index + 1 }))
        .filter(({ name, number }) => !name.startsWith('customers.') || number % 7 === 0);
      expect(targets.length).toBeGreaterThan(30);
      for (const { name, number: target } of targets) {
        const stores = await openStores();
        const faulty = faultyStores(stores, ({ number }) => (number === target ? kind : undefined));
        for (const toMs of steps) {
          try {
            await advanceClock(toMs, await startAdvance(faulty.stores));
          } catch (error) {
            expect(error).toMatchObject({ code: 'outage' });
            await advanceClock(toMs, await startAdvance(faulty.stores));
          }
        }
        const ended = { ...(await everythingStored(stores)), ...(await activeModels(stores)) };
        expect(ended, `cut off at call ${target}, ${name}`).toEqual(everything);
      }
    },
    120_000,
  );
});
