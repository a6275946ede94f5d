import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CustomerRecord } from '../../operators/customer-record.ts';
import { encodeDocument } from '../../operators/event/event-document.ts';
import { type EmbeddedHost, startEmbeddedHost } from '../../pipeline/hosts/embedded-host.ts';
import { simulate } from '../../pipeline/ingest/simulator.ts';
import { openRuntime, type Runtime } from '../../pipeline/runtime.ts';
import { readSettings, type Settings } from '../../pipeline/settings.ts';
import { createAwsClients } from '../../sinks/aws-clients.ts';
import { createEventProducer, type EventProducer } from '../../sinks/event-producer.ts';
import { provision } from '../../sinks/provision.ts';
import { tableNames } from '../../sinks/table-definitions.ts';
import { integrityProblems } from '../e2e/end-state.ts';
import { silentLog } from '../fixtures/pipeline-bench.ts';
import { mergeLast, splitFirst } from '../fixtures/reshard.ts';
import { wholeQuarantine } from '../fixtures/whole-quarantine.ts';
import { differing, eventsOf, foldedStates, storedStates } from './fold-oracle.ts';
import { soon } from './store-bench.ts';

const dayMs = 86_400_000;
const seed = 20_261_122;
const ordersCount = 3_000;

/** Made-up orders in order of event time, the newest before today. */
function someOrders() {
  const orders: { readonly customerId: string; readonly atMs: number; readonly data: Uint8Array }[] = [];
  const startMs = Date.UTC(2025, 0, 1);
  for (const { atMs, document } of simulate({
    seed,
    customers: 300,
    historyDays: 200,
    startMs,
    currency: 'GBP',
  })) {
    orders.push({ customerId: document.customerId, atMs, data: encodeDocument(document) });
    if (orders.length === ordersCount) return orders;
  }
  return orders;
}

/**
 * The whole pipeline as deployed: the stack `aws`, its endpoints named in the environment, its stream and tables made
 * beforehand; stream, chain, clock, timers, models and API over a few thousand orders.
 */
export function describePipeline(
  name: string,
  endpoints: () => { readonly kinesis: string; readonly dynamo: string },
): void {
  describe(`the pipeline on ${name}`, () => {
    const orders = someOrders();
    const poison = Array.from({ length: 12 }, (_, index) => new TextEncoder().encode(`{"v":1,${index}`));
    let settings: Settings;
    let runtime: Runtime;
    let host: EmbeddedHost;

    const start = async () => {
      runtime = await openRuntime(settings, silentLog, { joinRunning: false });
      const authentication = { kind: 'off' } as const;
      host = await startEmbeddedHost({ settings, runtime, clock: 'event', log: silentLog, authentication });
      host.setProducing(true);
    };
    const stop = async () => {
      await host?.stop();
      await runtime?.close();
    };

    beforeAll(async () => {
      console.log(`${name}: seed ${seed}, ${orders.length} orders`);
      const { kinesis, dynamo } = endpoints();
      vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', kinesis);
      vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo);
      vi.stubEnv('AWS_REGION', 'us-east-1');
      vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
      const prefix = `whole-${process.pid}`;
      const named = { stream: prefix, tablePrefix: prefix, port: 0, pollMs: 20 };
      settings = readSettings({ stack: 'aws', ...named, fitCustomersMin: 60, refitDays: 60 }, {});
      const clients = createAwsClients();
      await provision(clients, { streamName: prefix, shardCount: 3, tableNames: tableNames(prefix) });
      clients.close();
      await start();
    }, 120_000);
    afterAll(async () => {
      await stop();
      vi.unstubAllEnvs();
    });

    const put = async (
      producer: EventProducer,
      records: readonly { customerId: string; data: Uint8Array }[],
    ) => {
      const results = await producer.put(
        records.map(({ customerId, data }) => ({ partitionKey: customerId, data })),
      );
      expect(results.filter(({ ok }) => !ok)).toEqual([]);
    };
    /** Puts orders day by day, as a replaying producer does: every fourth day aggregated, with a tick behind each tenth. */
    const send = async (from: number, to: number) => {
      const aggregating = createEventProducer({
        kinesis: runtime.clients.kinesis,
        streamName: settings.stream,
        aggregate: true,
      });
      let at = from;
      while (at < to) {
        const day = Math.floor((orders[at]?.atMs ?? 0) / dayMs);
        const end = orders.findIndex(({ atMs }, index) => index >= to || atMs >= (day + 1) * dayMs);
        const chunk = orders.slice(at, end === -1 ? to : Math.min(end, to));
        await put(day % 4 === 0 ? aggregating : host.producer, chunk);
        at += chunk.length;
        if (day % 10 === 0) await host.producer.putTick((orders[at - 1]?.atMs ?? 0) - 1);
      }
      await aggregating.close();
    };

    test('takes orders through a split, a merge and a restart, and ends where one pass in order ends', async () => {
      const { kinesis } = runtime.clients;
      await send(0, 1_000);
      await splitFirst(kinesis, settings.stream);
      await put(
        host.producer,
        poison.map((data, index) => ({ customerId: `nobody-${index}`, data })),
      );
      await send(1_000, 1_700);
      await stop();
      await start();
      await mergeLast(runtime.clients.kinesis, settings.stream);
      await send(1_700, orders.length);
      // A producer that was not sure sends them again.
      await put(host.producer, orders.slice(200, 400));
      await host.producer.putTick(orders.at(-1)?.atMs ?? 0);
      host.setProducing(false);
      await host.drained();
      const expected = foldedStates(eventsOf(orders.map(({ data }) => data)));
      expect(differing(expected, await storedStates(host.stores.customers))).toEqual([]);
      expect(expected.size).toBeGreaterThan(100);
    }, 240_000);

    test('keeps every unusable record, and only those, with its bytes', async () => {
      const entries = await wholeQuarantine(host.stores.quarantine);
      const texts = entries.map(({ data }) => Buffer.from(data).toString()).sort();
      expect(texts).toEqual(poison.map((data) => Buffer.from(data).toString()).sort());
    });

    test('fits models, and publishes every move once, each following from the one before', async () => {
      const { stores } = host;
      const segmentModels = await stores.models.list('segments');
      expect(segmentModels.length).toBeGreaterThan(1);
      const customers = new Map<string, CustomerRecord>();
      for (const record of (await stores.customers.scan({ limit: 1_000 })).items) {
        customers.set(record.customerId, record);
      }
      const migrationsByCause = await stores.migrations.countByCause();
      const counted = Object.values(migrationsByCause).reduce((sum, count) => sum + count, 0);
      // The feed is read two seconds behind the clock where several may write.
      await soon(async () => (await allMoves(host)).length).toBe(counted);
      const migrations = await allMoves(host);
      expect(new Set(migrations.map(({ id }) => id)).size).toBe(counted);
      const end = { customers, migrations, feedRepeats: [], migrationsByCause };
      expect(integrityProblems({ ...end, models: [], segmentModels: [], shards: [] })).toEqual([]);
      expect(counted).toBeGreaterThan(50);
    });

    test('keeps each purchase once, and answers for it', async () => {
      const [{ customerId } = { customerId: '' }] = orders;
      const own = orders.filter((order) => order.customerId === customerId);
      const listed = await host.stores.purchases.list(customerId, { limit: 1_000 });
      expect(listed.items.map(({ occurredAtMs }) => occurredAtMs)).toEqual(
        own.map(({ atMs }) => atMs).reverse(),
      );
      const answer = await fetch(`${host.url}/v1/customers/${customerId}`);
      expect(answer.status).toBe(200);
      const status = (await (await fetch(`${host.url}/v1/status`)).json()) as Record<string, unknown>;
      expect(status).toMatchObject({ eventsApplied: orders.length, duplicates: 200 });
    });
  });
}

async function allMoves({ stores }: EmbeddedHost) {
  const moves: Awaited<ReturnType<typeof stores.migrations.feedAfter>>[number][] = [];
  for (;;) {
    const page = await stores.migrations.feedAfter(moves.at(-1)?.feedKey, 1_000);
    if (page.length === 0) return moves;
    moves.push(...page);
  }
}
