import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TidemarkError } from '../../operators/errors.ts';
import type { Stores } from '../../sinks/stores.ts';
import { streamRecord } from '../fixtures/batches.ts';
import { type FaultyStores, faultyStores, type StoreFault } from '../fixtures/faulty-stores.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import { everythingStored, readOn, resumeShard, startProcess } from '../fixtures/pipeline-bench.ts';
import { baseMs, boughtOn } from '../fixtures/purchases.ts';
import { aggregated, openStores, sizes, someRecords } from '../fixtures/shard-records.ts';

describe('a crash at any call of a store', () => {
  /** Runs until the given call fails; says whether there was such a call. */
  async function crashAt(target: number, kind: StoreFault, stores: Stores): Promise<FaultyStores> {
    const faulty = faultyStores(stores, ({ number }) => (number === target ? kind : undefined));
    try {
      await resumeShard(faulty.stores, someRecords(), sizes);
    } catch (error) {
      expect(error).toBeInstanceOf(TidemarkError);
      expect(error).toMatchObject({ code: 'outage' });
    }
    return faulty;
  }

  test.each<StoreFault>(['lost', 'unanswered'])(
    'and a restart from the last checkpoint loses nothing and does nothing twice (%s)',
    async (kind) => {
      const expected = await openStores();
      const plain = await resumeShard(expected, someRecords(), sizes);
      const everything = await everythingStored(expected);
      let crashes = 0;
      for (let target = 1; ; target += 1) {
        const stores = await openStores();
        const { calls } = await crashAt(target, kind, stores);
        if (calls.length < target) break;
        crashes += 1;
        // Batches are read anew from the checkpoint, so they are cut elsewhere than before.
        const running = await resumeShard(stores, someRecords(), sizes);
        expect(await everythingStored(stores), `crash at call ${target}, ${calls.at(-1)}`).toEqual(
          everything,
        );
        const { customers, eventsApplied } = running.counters;
        expect({ customers, eventsApplied }).toEqual({
          customers: plain.counters.customers,
          eventsApplied: plain.counters.eventsApplied,
        });
        const [checkpoint] = await stores.checkpoints.shards();
        expect(checkpoint).toEqual((await expected.checkpoints.shards())[0]);
      }
      expect(crashes).toBeGreaterThan(40);
    },
    60_000,
  );

  test('again and again, each a few calls further, ends in the same place', async () => {
    const expected = await openStores();
    await resumeShard(expected, someRecords(), sizes);
    const everything = await everythingStored(expected);
    const gaps = fc.array(fc.tuple(fc.integer({ min: 3, max: 25 }), fc.boolean()), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(gaps, async (crashes) => {
        const stores = await openStores();
        for (const [target, lost] of crashes) await crashAt(target, lost ? 'lost' : 'unanswered', stores);
        await resumeShard(stores, someRecords(), [4]);
        expect(await everythingStored(stores)).toEqual(everything);
      }),
      { numRuns: 25 },
    );
  });

  test.each<StoreFault>(['lost', 'unanswered'])(
    'that the process survives is mended by reading again with what it remembers (%s)',
    async (kind) => {
      const expected = await openStores();
      await resumeShard(expected, someRecords(), sizes);
      const everything = await everythingStored(expected);
      for (let target = 1; ; target += 1) {
        const stores = await openStores();
        const faulty = faultyStores(stores, ({ number }) => (number === target ? kind : undefined));
        const running = startProcess(faulty.stores);
        try {
          await readOn(running, someRecords(), sizes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'outage' });
        }
        if (faulty.calls.length < target) break;
        await readOn(running, someRecords(), sizes);
        const failed = `failure of call ${target}, ${faulty.calls[target - 1]}`;
        expect(await everythingStored(stores), failed).toEqual(everything);
      }
    },
    60_000,
  );
});

describe('what is counted', () => {
  const failing = (stores: Stores, at: (calls: readonly string[]) => boolean) => {
    const faulty: FaultyStores = faultyStores(stores, ({ name }) =>
      name === 'customers.putMany' && at(faulty.calls.filter((call) => call === name)) ? 'lost' : undefined,
    );
    return faulty.stores;
  };

  test('what follows a tick inside an aggregated record is not passed over by a crash between the two', async () => {
    const stores = memoryStores();
    const records = [
      streamRecord(7, boughtOn(0)),
      aggregated(8, [boughtOn(1), { tickMs: baseMs + 5 }, boughtOn(2)]),
      streamRecord(9, boughtOn(3)),
    ];
    const crashing = failing(stores, (puts) => puts.length === 2);
    await expect(resumeShard(crashing, records, [3])).rejects.toMatchObject({ code: 'outage' });
    await resumeShard(stores, records, [3]);
    expect((await stores.customers.get('c-1'))?.state.lifetime.events).toBe(4);
  });

  test('a damaged record behind a tick of its batch is counted once after a crash between the two', async () => {
    const stores = memoryStores();
    const damaged = aggregated(9, [boughtOn(3)]);
    damaged.data.fill(0, damaged.data.length - 1);
    const records = [streamRecord(8, { tickMs: baseMs + 5 }), damaged, streamRecord(10, boughtOn(4))];
    const crashing = failing(stores, () => true);
    await expect(resumeShard(crashing, records, [3])).rejects.toMatchObject({ code: 'outage' });
    await resumeShard(stores, records, [3]);
    expect(await stores.checkpoints.shards()).toMatchObject([{ quarantined: 1, events: 1 }]);
    expect((await stores.quarantine.list({ limit: 10 })).items).toHaveLength(1);
  });

  test('customers written before a failure of their batch are counted when the process survives it', async () => {
    const stores = memoryStores();
    const events = ['c-1', 'c-2'].map((customerId, day) => boughtOn(day, { customerId, id: customerId }));
    const records = events.map((event, index) => streamRecord(8 + index, event));
    let failed = false;
    const failingOnce = failing(stores, (puts) => {
      const fails = !failed && puts.length === 2;
      failed ||= fails;
      return fails;
    });
    const running = startProcess(failingOnce, { writesInFlightMax: 1 });
    await expect(readOn(running, records, [2])).rejects.toMatchObject({ code: 'outage' });
    await readOn(running, records, [2]);
    expect(running.counters).toMatchObject({ customers: 2, eventsApplied: 2, duplicates: 0 });
    expect(running.counters.segmentCounts).toEqual(new Map([['unassigned', 2]]));
  });
});
