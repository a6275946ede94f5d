import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TidemarkError } from '../../operators/errors.ts';
import { PopulationView } from '../../operators/population/population-view.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import { rebuildPopulation } from '../../pipeline/jobs/recount-tables.ts';
import { rollOutModel } from '../../pipeline/jobs/roll-out-model.ts';
import { sweepTimers } from '../../pipeline/jobs/sweep-timers.ts';
import type { Stores } from '../../sinks/stores.ts';
import { faultyStores, type StoreFault } from '../fixtures/faulty-stores.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import { activate, readOn, resumeShard, startProcess } from '../fixtures/pipeline-bench.ts';
import { figuresOf } from '../fixtures/population-figures.ts';
import { baseMs } from '../fixtures/purchases.ts';
import { model, openStores, sizes, someEvents, someRecords } from '../fixtures/shard-records.ts';

const asOfMs = baseMs + 900 * msPerDay;

type Process = ReturnType<typeof startProcess>;

/** What the process keeps, and what somebody would make of the tables now. */
async function bothViews(running: Process, stores: Stores) {
  const rebuilt = new PopulationView();
  await rebuildPopulation(stores, rebuilt);
  const live = running.counters.population;
  if (live === undefined) throw new Error('the process keeps no population');
  return { live: figuresOf(live, asOfMs), rebuilt: figuresOf(rebuilt, asOfMs) };
}

/** Tries again for as long as the stores fail, in the same process. */
async function untilDone(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof TidemarkError)) throw error;
      expect(error.code).toBe('outage');
    }
  }
  throw new Error('never done');
}

/** All that moves customers: orders, then timers, then a new model. */
async function liveOn(running: Process): Promise<void> {
  await untilDone(() => readOn(running, someRecords(), sizes));
  const models = await running.models.current();
  await untilDone(() => sweepTimers(baseMs + 800 * msPerDay, running));
  await untilDone(() => rollOutModel(models, baseMs + 800 * msPerDay, running));
}

async function activateAnother(stores: Stores): Promise<void> {
  const names = [...model.names].reverse();
  await activate(stores, { ...model, version: 'test-2', fittedAtMs: baseMs + 790 * msPerDay, names });
}

describe('the population that a process keeps', () => {
  test('is what the tables say, after orders, timers and a new model', async () => {
    const stores = await openStores();
    const running = await resumeShard(stores, someRecords(), sizes);
    await liveOn(running);
    await activateAnother(stores);
    await liveOn(running);
    const { live, rebuilt } = await bothViews(running, stores);
    expect(live).toEqual(rebuilt);
    expect(live.customers).toBe(3);
    expect(live.eventsApplied).toBe(new Set(someEvents().map(({ eventId }) => eventId)).size);
    expect(Math.min(...Object.values(live.migrationsByCause))).toBeGreaterThan(0);
  });

  test('is what the tables say before any model, and when the first one comes', async () => {
    const stores = memoryStores();
    const running = await resumeShard(stores, someRecords(), sizes);
    expect((await bothViews(running, stores)).live.segmentCounts).toEqual({ unassigned: 3 });
    await activateAnother(stores);
    await liveOn(running);
    const { live, rebuilt } = await bothViews(running, stores);
    expect(live).toEqual(rebuilt);
    expect(live.segmentCounts.unassigned).toBeUndefined();
  });

  test('is what the tables say after calls that were lost or left unanswered, restarted or not', async () => {
    const faults = fc.array(
      fc.record({
        gap: fc.integer({ min: 1, max: 40 }),
        kind: fc.constantFrom<StoreFault>('lost', 'unanswered'),
        restart: fc.boolean(),
      }),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(faults, async (plan) => {
        const stores = await openStores();
        let calls = 0;
        let next = 0;
        const faulty = faultyStores(stores, () => {
          calls += 1;
          const due = plan[next];
          if (due === undefined || calls < due.gap) return undefined;
          calls = 0;
          next += 1;
          return due.kind;
        });
        let running: Process = startProcess(faulty.stores);
        while (next < plan.length && faulty.calls.length < 2_000) {
          const before = next;
          try {
            await readOn(running, someRecords(), sizes);
            await sweepTimers(baseMs + 800 * msPerDay, running);
          } catch (error) {
            expect(error).toMatchObject({ code: 'outage' });
          }
          if (plan[before]?.restart) {
            await untilDone(async () => {
              running = await resumeShard(faulty.stores, [], sizes);
            });
          }
        }
        await liveOn(running);
        const { live, rebuilt } = await bothViews(running, stores);
        expect(live).toEqual(rebuilt);
      }),
      { numRuns: 12 },
    );
  });
});
