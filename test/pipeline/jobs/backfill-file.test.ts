import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { TidemarkError } from '../../../operators/errors.ts';
import type { PurchaseEvent } from '../../../operators/event/purchase-event.ts';
import type { StreamRecord } from '../../../operators/event/record.ts';
import { encodeState } from '../../../operators/state/state-codec.ts';
import { type BackfillOptions, backfillFile } from '../../../pipeline/jobs/backfill-file.ts';
import { readSettings } from '../../../pipeline/settings.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { recordBatch } from '../../fixtures/batches.ts';
import { faultyStores, type StoreFault } from '../../fixtures/faulty-stores.ts';
import { memoryStores } from '../../fixtures/memory-stores.ts';
import { type OrderFile, readAtMs, writeOrderFile } from '../../fixtures/order-file.ts';
import {
  activate,
  everythingStored,
  runChain,
  silentLog,
  startProcess,
} from '../../fixtures/pipeline-bench.ts';
import { anyPurchases, baseMs, boughtOn } from '../../fixtures/purchases.ts';
import { modelOf } from '../../operators/segments/factories.ts';

const dayMs = 86_400_000;
const files: OrderFile[] = [];

afterEach(async () => {
  await Promise.all(files.splice(0).map((file) => file.remove()));
});

async function fileOf(orders: readonly PurchaseEvent[], more: readonly string[] = []): Promise<OrderFile> {
  const file = await writeOrderFile(orders, more);
  files.push(file);
  return file;
}

function backfill(stores: Stores, { path }: OrderFile, changes: Partial<BackfillOptions> = {}) {
  return backfillFile({
    path,
    settings: readSettings({ batchRecords: 7, writesInFlight: 4 }, {}),
    stores,
    nowMs: () => readAtMs,
    signal: new AbortController().signal,
    log: silentLog,
    ...changes,
  });
}

/** The stream brings records, a few at a time, to a process with a cache of its own. */
async function stream(stores: Stores, records: readonly StreamRecord[], size = 3): Promise<void> {
  const batches = [];
  for (let at = 0; at < records.length; at += size) {
    batches.push(recordBatch(records.slice(at, at + size), { shardId: 'shardId-000000000000' }));
  }
  await runChain(startProcess(stores), batches);
}

/** Stores to which the stream brings its next records whenever customers have been read and not yet written. */
function racing(stores: Stores, live: readonly StreamRecord[], size: number) {
  const rest = [...live];
  const bring = (count: number) => stream(stores, rest.splice(0, count), count);
  const getMany: Stores['customers']['getMany'] = async (customerIds) => {
    const found = await stores.customers.getMany(customerIds);
    await bring(size);
    return found;
  };
  return {
    stores: { ...stores, customers: { ...stores.customers, getMany } },
    finish: () => bring(rest.length),
  };
}

/** Feature-state bytes by customer. */
async function statesOf(stores: Stores): Promise<Record<string, string>> {
  const { items } = await stores.customers.scan({ limit: 1_000 });
  return Object.fromEntries(
    items.map(({ customerId, state }) => [customerId, Buffer.from(encodeState(state)).toString('hex')]),
  );
}

/** Orders of three customers over two and a half years, more than the longest window, in order of time. */
const anyOrders = anyPurchases({ days: 900, min: 3, max: 60 }).map((orders) =>
  orders.map((order, index) => ({ ...order, customerId: `c-${index % 3}` })),
);

/** Twelve customers with five orders each over 300 days, the i-th beginning on day i. */
const orders = Array.from({ length: 60 }, (_, index) => {
  const customer = index % 12;
  return boughtOn(customer + 60 * Math.floor(index / 12), {
    customerId: `c-${customer}`,
    id: `o-${index}`,
    lines: [{ productId: `p-${index % 5}`, price: 5 + 20 * customer }],
  });
});

describe('a backfill beside a live stream', () => {
  test('ends in the bytes that one stream in order ends in, whatever comes which way, and what comes both ways', async () => {
    await fc.assert(
      fc.asyncProperty(anyOrders, fc.infiniteStream(fc.nat(2)), fc.nat(12), async (all, ways, size) => {
        const whole = await fileOf(all);
        const way = all.map(() => ways.next().value as number);
        const history = await fileOf(all.filter((_, index) => way[index] !== 0));
        const live = whole.records.filter((_, index) => way[index] !== 1);
        const expected = memoryStores();
        await stream(expected, whole.records);
        const stores = memoryStores();
        const race = racing(stores, live, size);
        await backfill(race.stores, history);
        await race.finish();
        expect(await statesOf(stores)).toEqual(await statesOf(expected));
      }),
      { numRuns: 40 },
    );
  });

  test('loses no race for good: both write the same customers at the same time', async () => {
    const isLive = (_: unknown, index: number) => Math.floor(index / 12) % 2 === 1;
    const file = await fileOf(orders.filter((order, index) => !isLive(order, index)));
    const whole = await fileOf(orders);
    const stores = memoryStores();
    const race = racing(stores, whole.records.filter(isLive), 12);
    const summary = await backfill(race.stores, file);
    await race.finish();
    expect(summary.conflicts).toBeGreaterThan(5);
    expect(summary).toMatchObject({ events: 36, applied: 36, read: 36 });
    const expected = memoryStores();
    await stream(expected, whole.records);
    expect(await statesOf(stores)).toEqual(await statesOf(expected));
  });

  test('counts orders that are older than a year beside what is live in lifetime totals, as the stream would', async () => {
    const old = [boughtOn(0, { id: 'old' }), boughtOn(10, { id: 'older than a year' })];
    const live = boughtOn(400, { id: 'live' });
    const stores = memoryStores();
    await stream(stores, (await fileOf([live])).records);
    const summary = await backfill(stores, await fileOf(old));
    expect(summary).toMatchObject({ applied: 2, late: 2 });
    const expected = memoryStores();
    await stream(expected, (await fileOf([...old, live])).records);
    expect(await statesOf(stores)).toEqual(await statesOf(expected));
    const customer = await stores.customers.get('c-1');
    expect(customer?.state.lifetime.events).toBe(3);
    expect(customer?.state.entries).toHaveLength(1);
  });

  test('leaves no trace among the shards of the stream', async () => {
    const stores = memoryStores();
    await stream(stores, (await fileOf(orders.slice(0, 6))).records);
    const before = await stores.checkpoints.shards();
    await backfill(stores, await fileOf(orders));
    expect(await stores.checkpoints.shards()).toEqual(before);
    expect(await stores.checkpoints.clock()).toBeUndefined();
  });

  test('quarantines what the decoder refuses, and counts what is no order', async () => {
    const stores = memoryStores();
    const more = [
      '2025-01-08T10:00:00Z,c-1,foreign,tea,,1,2.50,USD',
      '2025-01-08T10:00:00Z,,nobody,tea,,1,2.50,GBP',
    ];
    const summary = await backfill(stores, await fileOf(orders, more));
    expect(summary).toMatchObject({
      events: 61,
      applied: 60,
      quarantined: 1,
      anonymousLines: 1,
      newCustomers: 12,
      lastAtMs: Math.max(...orders.map(({ occurredAtMs }) => occurredAtMs)),
    });
    expect((await stores.quarantine.list({ limit: 10 })).items).toMatchObject([
      { rejection: { reason: 'unknown-currency' }, sequenceNumber: '61' },
    ]);
  });
});

describe('a backfill that is run again', () => {
  test('changes nothing, and writes no customer', async () => {
    const stores = memoryStores();
    const file = await fileOf(orders);
    await backfill(stores, file);
    const { stores: watched, calls } = faultyStores(stores, () => undefined);
    const again = await backfill(watched, file);
    expect(again).toMatchObject({ events: 60, resumedEvents: 60, read: 0, applied: 0, finished: true });
    expect(again.lastAtMs).toBe(Math.max(...orders.map(({ occurredAtMs }) => occurredAtMs)));
    expect(calls.filter((name) => /put|publish/i.test(name))).toEqual([]);
  });

  test.each<StoreFault>(['lost', 'unanswered'])(
    'after an end at any call of a store (%s) ends as without it',
    async (kind) => {
      const file = await fileOf(orders.slice(12, 24));
      const live = await fileOf(orders.slice(0, 12));
      const open = async () => {
        const stores = memoryStores();
        await activate(stores, modelOf({ fittedAtMs: baseMs }));
        await stream(stores, live.records);
        await stores.checkpoints.putClock({ sweptToMs: baseMs + 330 * dayMs, inHand: [] });
        return stores;
      };
      const expected = await open();
      const calm = await backfill(expected, file);
      expect(calm.moves).toBeGreaterThan(0);
      const everything = await everythingStored(expected);
      let ends = 0;
      for (let target = 1; ; target += 1) {
        const stores = await open();
        const stopping = new AbortController();
        const faulty = faultyStores(stores, ({ number }) => {
          if (number !== target) return undefined;
          stopping.abort();
          return kind;
        });
        await backfill(faulty.stores, file, { signal: stopping.signal }).then(
          ({ finished }) => expect(finished).toBe(faulty.calls.length < target),
          (error) => expect(error).toBeInstanceOf(TidemarkError),
        );
        if (faulty.calls.length < target) break;
        ends += 1;
        expect((await backfill(stores, file)).finished).toBe(true);
        const where = `ended at call ${target}, ${faulty.calls[target - 1]}`;
        expect(await everythingStored(stores), where).toEqual(everything);
      }
      expect(ends).toBeGreaterThan(50);
    },
    60_000,
  );
});

describe('segments after a backfill', () => {
  test('nobody moves in the past: whoever moves does so once, when the clock stands', async () => {
    const clockMs = baseMs + 330 * dayMs;
    const open = async () => {
      const stores = memoryStores();
      await activate(stores, modelOf({ fittedAtMs: baseMs }));
      // Half of the customers are known, by their newest order.
      await stream(stores, (await fileOf(orders.slice(48, 54))).records);
      await stores.checkpoints.putClock({ sweptToMs: clockMs, inHand: [] });
      return stores;
    };
    const file = await fileOf(orders.slice(0, 48));
    const byStream = await open();
    await stream(byStream, file.records);
    const before = await open();
    const known = (await before.migrations.feedAfter(undefined, 1_000)).length;
    const stores = await open();
    const { moves } = await backfill(stores, file);
    const feed = (await stores.migrations.feedAfter(undefined, 1_000)).slice(known);
    expect(feed).toHaveLength(moves);
    expect(moves).toBeGreaterThan(0);
    expect(feed.every(({ atMs, cause }) => atMs === clockMs && cause === 'event')).toBe(true);
    expect(new Set(feed.map(({ customerId }) => customerId)).size).toBe(moves);
    expect((await byStream.migrations.feedAfter(undefined, 1_000)).length - known).toBeGreaterThan(moves);
    // Customers nobody knew before stand somewhere now, and have not moved.
    const unknown = await stores.customers.get('c-11');
    expect(unknown?.standing).toMatchObject({ sinceMs: clockMs, migrations: 0, cause: 'model' });
  });
});
