import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { encodeDocument } from '../../operators/event/event-document.ts';
import { readOrders } from '../../pipeline/ingest/csv-orders.ts';
import { createRandom } from '../../pipeline/ingest/random.ts';
import { simulate } from '../../pipeline/ingest/simulator.ts';
import { createLog } from '../../pipeline/log.ts';
import { openRuntime, type Runtime } from '../../pipeline/runtime.ts';
import { readSettings } from '../../pipeline/settings.ts';
import { joinedReads } from '../../sinks/joined-reads.ts';
import { RecentCustomers } from '../../sinks/recent-customers.ts';
import { tableNames } from '../../sinks/table-definitions.ts';
import { fixture } from '../api/api-fixture.ts';
import { fitBenchModels, foldRecords, toRecord } from './bench-models.ts';
import type { LoadOrder, LoadReport } from './lookups-load.ts';

/**
 * Predictions by key beside a bare route that makes the same GetItem through the same client and answers three fields, in
 * one process on the embedded stack, in rounds that take turns. Started by lookups.ts.
 */
const roundsMax = Number(process.argv[2] ?? 5);
const durationMs = 4_000;
const concurrency = 16;
const customersMax = 2_000;
const hotCustomers = 100;

/** Real purchases; simulated ones where they are not at hand. */
const real = process.argv[3] ?? '';

interface Contender {
  readonly name: string;
  readonly url: string;
  readonly path: (id: string) => string;
  readonly ids: readonly string[];
  readonly reports: (LoadReport & { readonly cpuMs: number })[];
}

const data = await mkdtemp(join(tmpdir(), 'tidemark-lookups-'));
const settings = readSettings({ data, logLevel: 'warn' }, {});
const runtime = await openRuntime(settings, createLog({ level: 'warn', format: 'json' }), {
  joinRunning: false,
});
const servers: ServerType[] = [];
const loader = startLoader();
try {
  const { ids, nowMs } = await store(runtime);
  const hot = ids.slice(0, hotCustomers);
  const predictions = (id: string) => `/v1/customers/${encodeURIComponent(id)}/predictions`;
  const bare = await listen(bareRoute(runtime).fetch);
  const plain = await listen(api(0, nowMs));
  const cached = await listen(api(1_000, nowMs));
  const contenders: Contender[] = [
    { name: 'bare GetItem', url: bare, path: (id) => `/bare/${encodeURIComponent(id)}`, ids, reports: [] },
    { name: 'predictions, no cache', url: plain, path: predictions, ids, reports: [] },
    { name: 'predictions, cache 1 s', url: cached, path: predictions, ids, reports: [] },
    { name: `the same, ${hotCustomers} customers`, url: cached, path: predictions, ids: hot, reports: [] },
  ];
  // Until the compiler has done its work: a machine that is busy with other things gets longer for it.
  for (const contender of contenders) {
    let asked = 0;
    for (let turn = 0; turn < 10 && asked < 3_000; turn += 1)
      asked += (await measure(contender, 2_000)).requests;
  }
  for (let round = 0; round < roundsMax; round += 1) {
    // Each round begins with another one, so that nobody always follows the same.
    for (const [index] of contenders.entries()) {
      const contender = contenders[(index + round) % contenders.length] as Contender;
      contender.reports.push(await measure(contender, durationMs));
    }
  }
  print(contenders);
} finally {
  await loader.terminate();
  for (const server of servers) server.close();
  await runtime.close();
  await rm(data, { recursive: true, force: true });
}

/** Folds a population and stores it with models fitted to it. */
async function store({ stores }: Runtime): Promise<{ ids: string[]; nowMs: number }> {
  const documents: Uint8Array[] = [];
  if (existsSync(real)) {
    for await (const batch of readOrders(real, { reportingCurrency: 'GBP' })) {
      for (const order of batch.orders) documents.push(encodeDocument(order.document));
    }
  } else {
    const startMs = Date.UTC(2025, 0, 1);
    const population = { seed: 1, customers: 400, historyDays: 180, startMs, currency: 'GBP' };
    for (const { atMs, document } of simulate(population)) {
      if (atMs > startMs + 180 * 86_400_000) break;
      documents.push(encodeDocument(document));
    }
  }
  const records = documents.map(toRecord);
  const models = fitBenchModels(records);
  if (models.segments) {
    await stores.models.put('segments', models.segments);
    await stores.models.activate('segments', models.segments.version);
  }
  if (models.consumption) {
    await stores.models.put('consumption', models.consumption);
    await stores.models.activate('consumption', models.consumption.version);
  }
  const random = createRandom(7, 0);
  const customers = [...foldRecords(records, models, 2_000).values()]
    .map((record) => ({ ...record, version: 1, order: random.uniform() }))
    .sort((a, b) => a.order - b.order)
    .slice(0, customersMax)
    .map(({ order: _, ...record }) => record);
  await stores.customers.putMany(customers);
  process.stdout.write(
    `${existsSync(real) ? 'online-retail' : 'simulated'}: ${customers.length} customers, seed 7, ` +
      `${concurrency} callers, ${roundsMax} rounds of ${durationMs / 1_000} s each\n`,
  );
  return {
    ids: customers.map(({ customerId }) => customerId),
    nowMs: Math.max(...customers.map(({ state }) => state.lifetime.lastEventAtMs)),
  };
}

/** The API as served, its look-ups on the runtime's tables. */
function api(ageMsMax: number, nowMs: number) {
  const recent = new RecentCustomers({ ageMsMax, nowMs: () => performance.now() });
  const { customers } = runtime.stores;
  return fixture(
    { stores: { ...runtime.stores, customers: recent.reading(joinedReads(customers)) }, nowMs: () => nowMs },
    { modelAgeMsMax: 5_000, requestsPerMinute: 10_000_000, accessLog: 'debug' },
  ).app.fetch;
}

function bareRoute({ clients }: Runtime): Hono {
  const table = tableNames(settings.tablePrefix).customers;
  return new Hono().get('/bare/:id', async (c) => {
    const key = { customerId: c.req.param('id') };
    const { Item } = await clients.dynamo.send(
      new GetCommand({ TableName: table, Key: key, ConsistentRead: true }),
    );
    return c.json({ customerId: Item?.customerId, version: Item?.version, segment: Item?.segment });
  });
}

async function listen(fetch: Parameters<typeof serve>[0]['fetch']): Promise<string> {
  const server = serve({ fetch, port: 0, hostname: '127.0.0.1' });
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The bundle's neighbour. */
function startLoader(): Worker {
  return new Worker(new URL('./lookups-load.js', import.meta.url));
}

async function measure({ url, path, ids }: Contender, forMs: number): Promise<Contender['reports'][number]> {
  const cpuBeforeMs = answeringCpuMs();
  const order: LoadOrder = { url, paths: ids.map(path), concurrency, durationMs: forMs };
  loader.postMessage(order);
  const [report] = (await once(loader, 'message')) as [LoadReport];
  if (report.failures > 0) throw new Error(`${report.failures} requests to ${url} failed`);
  return { ...report, cpuMs: answeringCpuMs() - cpuBeforeMs };
}

/** Processor time of the thread that answers, which a busy machine does not change as it does the rates; 0 where unknown. */
function answeringCpuMs(): number {
  const path = `/proc/self/task/${process.pid}/schedstat`;
  return existsSync(path) ? Number(readFileSync(path, 'utf8').split(' ')[0]) / 1e6 : 0;
}

function print(contenders: readonly Contender[]): void {
  const rates = contenders.map(({ reports }) => reports.map(({ requests, seconds }) => requests / seconds));
  for (const [index, { name, reports }] of contenders.entries()) {
    const latencies = reports.flatMap(({ latenciesMs }) => [...latenciesMs]).sort((a, b) => a - b);
    const ratios = (rates[index] ?? []).map((rate, round) => rate / (rates[0]?.[round] ?? Number.NaN));
    process.stdout.write(
      `${name.padEnd(26)}${median(rates[index] ?? [])
        .toFixed(0)
        .padStart(6)} requests/s   ` +
        `p50 ${at(latencies, 0.5).toFixed(1)} ms   p99 ${at(latencies, 0.99).toFixed(1)} ms   ` +
        `${median(reports.map(({ cpuMs, requests }) => cpuMs / requests)).toFixed(2)} ms of the answering thread   ` +
        `${median(ratios).toFixed(2)} of the bare route (rounds ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')})\n`,
    );
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
