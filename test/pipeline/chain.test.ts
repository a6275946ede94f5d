import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyState, foldEvents } from '../../operators/state/fold-events.ts';
import { recordBatch, streamRecord } from '../fixtures/batches.ts';
import { faultyStores } from '../fixtures/faulty-stores.ts';
import { everythingStored, resumeShard, runChain, startProcess } from '../fixtures/pipeline-bench.ts';
import { baseMs, bought, boughtOn } from '../fixtures/purchases.ts';
import { model, openStores, sizes, someEvents, someRecords } from '../fixtures/shard-records.ts';

describe('consumptionChain', () => {
  test('takes records to customers, purchases, moves, quarantine and a checkpoint', async () => {
    const stores = await openStores();
    const running = await resumeShard(stores, someRecords(), sizes);
    const distinct = new Map(someEvents().map((event) => [event.eventId, event]));
    const stored = await everythingStored(stores);
    expect(stored.customers.map(({ customerId }) => customerId)).toEqual(['c-1', 'c-2', 'c-3']);
    for (const { customerId, state, standing, prediction } of stored.customers) {
      const own = [...distinct.values()].filter((event) => event.customerId === customerId);
      expect(state).toEqual(foldEvents(emptyState, own).state);
      expect(standing?.modelVersion).toBe(model.version);
      expect(prediction?.asOfMs).toBe(state.lifetime.lastEventAtMs);
      expect(stored.purchases[customerId]).toHaveLength(own.length);
    }
    expect(stored.migrations.map(({ cause }) => cause)).toEqual(expect.arrayContaining(['time', 'event']));
    expect(stored.quarantine.length).toBeGreaterThan(2);
    const [checkpoint] = await stores.checkpoints.shards();
    expect(checkpoint).toEqual({
      shardId: 'shard-a',
      sequenceNumber: someRecords().at(-1)?.sequenceNumber,
      // The last record is an aggregated one of two.
      subSequence: 1,
      watermarkMs: Math.max(...[...distinct.values()].map(({ occurredAtMs }) => occurredAtMs)),
      events: someEvents().length,
      quarantined: stored.quarantine.length,
      ended: false,
    });
    expect(running.counters.eventsApplied).toBe(distinct.size);
    expect(running.counters.duplicates).toBe(someEvents().length - distinct.size);
  });

  test('judges what follows a tick only when what precedes it is stored and the clock has moved', async () => {
    const { stores, calls } = faultyStores(await openStores(), () => undefined);
    const seen: string[][] = [];
    const clock = {
      observe: () => {},
      idle: async () => {},
      remove: () => {},
      arrive: async (_shardId: string, upToMs: number) => {
        seen.push([String(upToMs), ...calls.splice(0)]);
      },
    };
    const running = startProcess(stores, { clock: clock as never });
    const records = [
      streamRecord(1, boughtOn(0)),
      streamRecord(2, { tickMs: 7 }),
      streamRecord(3, boughtOn(1)),
    ];
    calls.length = 0;
    await runChain(running, [recordBatch(records)]);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.[0]).toBe('7');
    expect(seen[0]).toContain('customers.putMany');
    expect(seen[0]).not.toContain('checkpoints.putShard');
    expect(calls[0]).toBe('checkpoints.putShard');
    expect(calls.at(-1)).toBe('checkpoints.putShard');
  });

  test('ends in the same place however the records are batched', async () => {
    const expected = await openStores();
    await resumeShard(expected, someRecords(), [1_000]);
    const everything = await everythingStored(expected);
    const anySizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(anySizes, async (chosen) => {
        const stores = await openStores();
        await resumeShard(stores, someRecords(), chosen);
        expect(await everythingStored(stores)).toEqual(everything);
      }),
      { numRuns: 25 },
    );
  });

  test('changes nothing when any suffix of the shard, or all of it, is read again', async () => {
    const stores = await openStores();
    const records = someRecords();
    await resumeShard(stores, records, sizes);
    const everything = await everythingStored(stores);
    const versions = async () =>
      (await stores.customers.scan({ limit: 10 })).items.map(({ version }) => version);
    const before = await versions();
    const checkpoint = await stores.checkpoints.shards();
    for (let from = 0; from < records.length; from += 4) {
      const running = startProcess(stores);
      for (const shard of checkpoint) running.counters.shards.set(shard.shardId, shard);
      await runChain(running, [recordBatch(records.slice(from))]);
      expect(await stores.checkpoints.shards()).toEqual(checkpoint);
    }
    expect(await everythingStored(stores)).toEqual(everything);
    expect(await versions()).toEqual(before);
  });

  test('changes nothing when customers have forgotten the events, by their marks', async () => {
    const state = {
      ...startProcess(await openStores()).state,
      entriesMax: 1,
      recentMin: 1,
      recentMax: 1,
      oldHashesMax: 0,
    };
    const stores = await openStores();
    const records = Array.from({ length: 12 }, (_, index) => streamRecord(index + 8, boughtOn(index)));
    await resumeShard(stores, records, [5], { state });
    const everything = await everythingStored(stores);
    await runChain(startProcess(stores, { state }), [recordBatch(records)]);
    expect(await everythingStored(stores)).toEqual(everything);
    expect(everything.customers[0]?.state.lifetime.events).toBe(12);
  });
});

describe('records that can not be used', () => {
  test('stop nothing, whatever they are', async () => {
    const stores = await openStores();
    const bytes = fc.uint8Array({ maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 5 }), async (contents) => {
        const records = contents.map((content, index) => streamRecord(index + 1, content));
        const event = streamRecord(99, bought({ atMs: baseMs }));
        const done = await runChain(startProcess(stores), [recordBatch([...records, event])]);
        expect(done?.quarantined).toHaveLength(contents.length);
        expect(done?.events).toHaveLength(1);
      }),
    );
  });
});
