import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TidemarkError } from '../../operators/errors.ts';
import type { PurchaseEvent } from '../../operators/event/purchase-event.ts';
import type { StreamRecord } from '../../operators/event/record.ts';
import { emptyState, foldEvents } from '../../operators/state/fold-events.ts';
import { aggregateRecords } from '../../sinks/kinesis-aggregation.ts';
import type { Stores } from '../../sinks/stores.ts';
import { consumptionModel } from '../contracts/records.ts';
import { recordBatch, streamRecord } from '../fixtures/batches.ts';
import { type FaultyStores, faultyStores, type StoreFault } from '../fixtures/faulty-stores.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import {
  activate,
  everythingStored,
  readOn,
  resumeShard,
  runChain,
  startProcess,
} from '../fixtures/pipeline-bench.ts';
import { baseMs, bought, boughtOn } from '../fixtures/purchases.ts';
import { modelOf } from '../operators/segments/factories.ts';

const model = modelOf({ fittedAtMs: baseMs - 1 });
const broken = new TextEncoder().encode('{');

async function openStores(): Promise<Stores> {
  const stores = memoryStores();
  await activate(stores, model);
  await stores.models.put('consumption', consumptionModel());
  await stores.models.activate('consumption', consumptionModel().version);
  return stores;
}

/** Purchases of three customers over two years, with moves of all kinds, duplicates and late ones. */
function someEvents(): PurchaseEvent[] {
  const days = [0, 3, 90, 95, 100, 180, 185, 400, 402, 404, 600, 601, 730];
  const events = days.flatMap((day, index) =>
    ['c-1', 'c-2', 'c-3'].slice(0, 1 + (index % 3)).map((customerId, offset) =>
      boughtOn(day + offset / 10, {
        customerId,
        id: `${customerId} on ${day}`,
        lines: [
          { productId: `p-${index % 4}`, price: 20 + 90 * (index % 5), quantity: index === 5 ? -1 : 2 },
        ],
      }),
    ),
  );
  const late = boughtOn(50, { customerId: 'c-1', id: 'late' });
  return [...events.slice(0, 12), late, ...events.slice(8, 14), ...events.slice(12)];
}

function aggregate(sequence: number, events: readonly PurchaseEvent[]): StreamRecord {
  const parts = events.map((event) => ({
    partitionKey: event.customerId,
    data: streamRecord(sequence, event).data,
  }));
  return { ...streamRecord(sequence, broken), data: aggregateRecords(parts).data };
}

/** The events as a shard holds them: plain and aggregated, with ticks and records that can't be used between. */
function someRecords(): StreamRecord[] {
  const records: StreamRecord[] = [];
  const events = someEvents();
  for (let at = 0; at < events.length; ) {
    const sequence = 8 + records.length;
    const size = sequence % 4 === 0 ? 3 : 1;
    const own = events.slice(at, at + size);
    at += size;
    records.push(size === 1 ? streamRecord(sequence, own[0] as PurchaseEvent) : aggregate(sequence, own));
    if (sequence % 5 === 0) records.push(streamRecord(sequence + 1, broken));
    if (sequence % 7 === 0) records.push(streamRecord(8 + records.length, { tickMs: baseMs + sequence }));
  }
  return records.map((record, index) => ({ ...record, sequenceNumber: String(8 + index) }));
}

const sizes = [3, 1, 5];

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
    expect(seen[0]).toContain('customers.put');
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
    const state = { ...startProcess(await openStores()).state, entriesMax: 1, recentMin: 1, recentMax: 1 };
    const stores = await openStores();
    const records = Array.from({ length: 12 }, (_, index) => streamRecord(index + 8, boughtOn(index)));
    await resumeShard(stores, records, [5], { state });
    const everything = await everythingStored(stores);
    await runChain(startProcess(stores, { state }), [recordBatch(records)]);
    expect(await everythingStored(stores)).toEqual(everything);
    expect(everything.customers[0]?.state.lifetime.events).toBe(12);
  });
});

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
