import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { viewCustomer } from '../../../operators/view-customer.ts';
import { type EmbeddedHost, startEmbeddedHost } from '../../../pipeline/hosts/embedded-host.ts';
import { importFile } from '../../../pipeline/ingest/import-file.ts';
import { openRuntime, type Runtime } from '../../../pipeline/runtime.ts';
import { readSettings, type Settings } from '../../../pipeline/settings.ts';
import { documentOf } from '../../fixtures/batches.ts';
import { temporaryFolder } from '../../fixtures/kinesis-bench.ts';
import { everythingStored, silentLog } from '../../fixtures/pipeline-bench.ts';
import { purchaseFile } from '../../fixtures/purchase-file.ts';
import { boughtOn } from '../../fixtures/purchases.ts';

const file = purchaseFile(60);
const lastMs = Math.max(...file.orders.map(({ occurredAtMs }) => occurredAtMs));
const customerIds = new Set(file.orders.map(({ customerId }) => customerId));

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let settings: Settings;
let runtime: Runtime;
let host: EmbeddedHost;
/** What one import, not interrupted, says and leaves. */
let summary: Awaited<ReturnType<typeof importFile>>;
let everything: Awaited<ReturnType<typeof everythingStored>>;

async function start(): Promise<void> {
  runtime = await openRuntime(settings, silentLog, { joinRunning: false });
  host = await startEmbeddedHost({ settings, runtime, clock: 'event', log: silentLog });
}

async function stop(): Promise<void> {
  await host.stop();
  await runtime.close();
}

async function send(signal = new AbortController().signal) {
  host.setProducing(true);
  try {
    return await importFile({
      path: join(folder.path, 'orders.csv'),
      producer: host.producer,
      checkpoints: host.stores.checkpoints,
      speed: 'max',
      reportingCurrency: 'GBP',
      signal,
      tickEveryMs: 10 * msPerDay,
    });
  } finally {
    host.setProducing(false);
  }
}

async function read(path: string): Promise<Record<string, unknown>> {
  const response = await fetch(host.url + path);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

async function post(document: unknown): Promise<Response> {
  return fetch(`${host.url}/v1/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(document),
  });
}

async function openFolder(): Promise<void> {
  folder = await temporaryFolder();
  await writeFile(join(folder.path, 'orders.csv'), file.csv);
  settings = readSettings(
    {
      data: join(folder.path, 'data'),
      port: 0,
      shards: 2,
      fitCustomersMin: 30,
      refitDays: 90,
      pollMs: 5,
      logLevel: 'silent',
    },
    {},
  );
}

afterEach(async () => {
  await stop();
  await folder.remove();
});

describe('the embedded host over an imported file', () => {
  let imported: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeAll(async () => {
    await openFolder();
    await start();
    summary = await send();
    await host.drained();
    everything = await everythingStored(host.stores);
    await stop();
    imported = folder;
  }, 120_000);
  afterAll(() => imported.remove());

  beforeEach(async () => {
    await openFolder();
    await cp(join(imported.path, 'data'), settings.data, { recursive: true });
    await start();
  });

  test('takes a file from the stream to answers, moves and models, and counts what it did', async () => {
    await host.drained();
    expect(summary).toMatchObject({ events: file.orders.length, anonymousLines: 1, finished: true });
    expect(host.nowMs()).toBe(lastMs);
    expect(host.counters).toMatchObject({
      customers: customerIds.size,
      eventsApplied: file.orders.length,
      duplicates: 0,
    });
    const status = await read('/v1/status');
    expect(status).toMatchObject({
      clock: 'event',
      now: new Date(lastMs).toISOString(),
      watermark: new Date(lastMs).toISOString(),
      customers: customerIds.size,
      eventsApplied: file.orders.length,
      models: { segments: { version: expect.stringMatching(/^segments-/) } },
    });
    const { customers, migrations } = everything;
    expect(customers.every(({ standing }) => standing !== undefined)).toBe(true);
    expect(migrations.length).toBeGreaterThan(10);
    expect(new Set(migrations.map(({ cause }) => cause))).toEqual(new Set(['time', 'event', 'model']));
    const [one] = file.orders;
    const own = file.orders.filter(({ customerId }) => customerId === one?.customerId);
    const answer = await read(`/v1/customers/${one?.customerId}/features`);
    expect(JSON.stringify(answer)).toContain(`"orders":${own.length}`);
    const purchases = await read(`/v1/customers/${one?.customerId}/purchases`);
    expect(JSON.stringify(purchases)).toContain(one?.orderId.replace('order of ', ''));
  });

  test('started again on finished work changes nothing, and answers the same', async () => {
    await host.drained();
    const path = `/v1/customers/${file.orders[0]?.customerId}`;
    const answer = await read(path);
    const status = await read('/v1/status');
    await stop();
    await start();
    expect(await send()).toMatchObject({ resumedEvents: file.orders.length, finished: true });
    await host.drained();
    expect(await everythingStored(host.stores)).toEqual(everything);
    expect(await read(path)).toEqual(answer);
    const again = await read('/v1/status');
    for (const figure of ['customers', 'eventsApplied', 'duplicates', 'segmentCounts', 'migrationsByCause']) {
      expect(again[figure]).toEqual(status[figure]);
    }
  });

  test('takes an event through the API to the answer about its customer, once', async () => {
    await host.drained();
    const event = boughtOn(301, { customerId: 'newcomer', id: 'posted' });
    expect((await fetch(`${host.url}/v1/customers/newcomer`)).status).toBe(404);
    for (let time = 0; time < 2; time += 1) {
      expect((await post(documentOf(event))).status).toBe(202);
      await host.drained();
    }
    expect(host.nowMs()).toBe(event.occurredAtMs);
    expect(await read('/v1/customers/newcomer')).toMatchObject({ customerId: 'newcomer' });
    expect(host.counters).toMatchObject({ eventsApplied: file.orders.length + 1, duplicates: 1 });
    const bad = await post({ ...documentOf(event), currency: 'XXX' });
    expect(bad.status).toBe(422);
  });

  test('lets time pass for customers who do nothing when the clock moves on', async () => {
    await host.drained();
    const before = (await host.stores.migrations.countByCause()).time;
    const far = boughtOn(550, { customerId: 'far-ahead', id: 'far-ahead' });
    expect((await post(documentOf(far))).status).toBe(202);
    await host.drained();
    expect((await host.stores.migrations.countByCause()).time).toBeGreaterThan(before + 20);
    const models = { segments: await host.stores.models.active('segments'), consumption: undefined };
    const { items } = await host.stores.customers.scan({ limit: 1_000 });
    expect(items.length).toBe(customerIds.size + 1);
    for (const record of items) {
      const { segment, sinceMs } = viewCustomer(record, models, host.nowMs()).standing ?? {};
      expect(record.standing).toMatchObject({ segment, sinceMs });
    }
  });
});

describe('an embedded host on an empty folder', () => {
  beforeEach(async () => {
    await openFolder();
    await start();
  });

  test('stopped in the middle and started again ends where one that was not stopped ends', async () => {
    for (const eventsMin of [20, 90]) {
      const stopping = new AbortController();
      const sending = send(stopping.signal);
      while (host.counters.eventsApplied < eventsMin) await new Promise((resolve) => setTimeout(resolve, 5));
      stopping.abort();
      await sending;
      await stop();
      await start();
    }
    const last = await send();
    await host.drained();
    expect(last.resumedEvents).toBeGreaterThan(0);
    expect(host.counters).toMatchObject({
      customers: customerIds.size,
      eventsApplied: file.orders.length,
      duplicates: last.events - file.orders.length,
    });
    const actual = await everythingStored(host.stores);
    const withoutMarks = ({ customers, ...rest }: typeof actual) => ({
      ...rest,
      customers: customers.map(({ marks: _, ...customer }) => customer),
    });
    expect(withoutMarks(actual)).toEqual(withoutMarks(everything));
  }, 120_000);

  test('fits models at once when asked, if there are enough customers and none yet', async () => {
    const documents = Array.from({ length: 20 }, (_, index) =>
      documentOf(
        boughtOn(index, {
          customerId: `few-${index}`,
          id: `few-${index}`,
          lines: [{ productId: 'tea', price: 5 + index * 3 }],
        }),
      ),
    );
    expect((await post(documents)).status).toBe(202);
    await host.drained();
    await host.fitIfNone(21);
    expect(await host.stores.models.active('segments')).toBeUndefined();
    await host.fitIfNone(20);
    expect(await host.stores.models.active('segments')).toBeDefined();
  });

  test('stops while it still sends and reads, within the batches in hand', async () => {
    const stopping = new AbortController();
    const sending = send(stopping.signal);
    while (host.counters.eventsApplied < 10) await new Promise((resolve) => setTimeout(resolve, 5));
    stopping.abort();
    await sending;
    const { url } = host;
    await host.stop();
    await expect(fetch(`${url}/v1/status`)).rejects.toThrow();
    host = await startEmbeddedHost({ settings, runtime, clock: 'event', log: silentLog });
  });

  test('leaves the counting of what is stored when it is to stop before it is up', async () => {
    await host.stop();
    const stopping = new AbortController();
    let pages = 0;
    const { customers } = runtime.stores;
    const scan: typeof customers.scan = async (page) => {
      pages += 1;
      stopping.abort();
      return { ...(await customers.scan(page)), cursor: pages === 1 ? 'more' : undefined };
    };
    const starting = startEmbeddedHost({
      settings,
      runtime: { ...runtime, stores: { ...runtime.stores, customers: { ...customers, scan } } },
      clock: 'event',
      log: silentLog,
      signal: stopping.signal,
    });
    await expect(starting).rejects.toMatchObject({ code: 'stopping' });
    expect(pages).toBe(1);
    host = await startEmbeddedHost({ settings, runtime, clock: 'event', log: silentLog });
  });

  test('refuses a port that is taken, with what to do about it', async () => {
    const taken = { ...settings, port: Number(new URL(host.url).port) };
    await expect(
      startEmbeddedHost({ settings: taken, runtime, clock: 'event', log: silentLog }),
    ).rejects.toThrow(/is taken; choose another with --port/);
  });
});
