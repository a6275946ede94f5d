import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulators, startEmulators } from '../../pipeline/embedded/emulators.ts';
import { type AwsClients, createAwsClients } from '../../sinks/aws-clients.ts';
import { openStores } from '../../sinks/open-stores.ts';
import { provision } from '../../sinks/provision.ts';
import { tableNames } from '../../sinks/table-definitions.ts';
import { WriteMeter } from '../../sinks/write-meter.ts';
import { customer, migration, noonMs, purchase, quarantined } from '../contracts/records.ts';

let directory: string;
let emulators: Emulators;
let clients: AwsClients;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tidemark-tables-'));
  emulators = await startEmulators({ dataDirectory: directory });
  clients = createAwsClients({
    endpoints: { kinesis: emulators.kinesisEndpoint, dynamo: emulators.dynamoEndpoint },
  });
});

afterAll(async () => {
  clients?.close();
  await emulators?.stop();
  await rm(directory, { recursive: true, force: true });
});

const provisionAs = (prefix: string, shardCount = 2, onProgress?: (message: string) => void) =>
  provision(clients, {
    streamName: `${prefix}-events`,
    shardCount,
    tableNames: tableNames(prefix),
    ...(onProgress ? { onProgress } : {}),
  });

describe('provisioning', () => {
  test('it creates what is absent, also from two processes at once, and then finds it there', async () => {
    await Promise.all([provisionAs('fresh'), provisionAs('fresh')]);
    const messages: string[] = [];
    await provisionAs('fresh', 2, (message) => messages.push(message));
    expect(messages).toEqual([]);
  });

  test('a stream that is there keeps its shards, and that is said', async () => {
    await provisionAs('kept', 2);
    const messages: string[] = [];
    await provisionAs('kept', 5, (message) => messages.push(message));
    expect(messages).toEqual(['stream kept-events is there and keeps its 2 shards']);
    const { StreamDescriptionSummary } = await clients.kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName: 'kept-events' }),
    );
    expect(StreamDescriptionSummary?.OpenShardCount).toBe(2);
  });

  test('a table of other keys, or without its index, is refused by name', async () => {
    const create = (table: string, key: string) =>
      clients.dynamo.send(
        new CreateTableCommand({
          TableName: table,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
          KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        }),
      );
    await create('odd-customers', 'id');
    await expect(provisionAs('odd')).rejects.toMatchObject({
      code: 'configuration',
      problems: [
        expect.stringContaining('odd-customers exists with other keys'),
        expect.stringContaining('odd-customers exists without the index timers'),
      ],
    });
  });
});

describe('writes and units', () => {
  test('a typical customer, purchase, move and checkpoint take one write unit each', async () => {
    await provisionAs('units');
    const meter = new WriteMeter();
    const stores = openStores(clients.dynamo, tableNames('units'), { meter });
    await stores.customers.put(customer());
    await stores.customers.put(customer());
    await stores.purchases.putMany([purchase()]);
    await stores.migrations.publish([migration()]);
    const usage = meter.usage();
    expect(usage.customers).toMatchObject({ requests: 2, itemsWritten: 2, writeUnits: 2 });
    expect(usage.purchases).toMatchObject({ requests: 1, itemsWritten: 1, writeUnits: 1 });
    expect(usage.migrations).toMatchObject({ requests: 1, itemsWritten: 1, writeUnits: 1 });
    expect(usage.checkpoints.itemsWritten).toBe(1);
    await stores.customers.getMany(['c-1']);
    expect(meter.usage().customers).toMatchObject({ itemsRead: 1, readUnits: 1 });
    expect(usage.customers.itemsRead).toBe(0);
  });

  test('a day is noted once, also by processes started later and by many writers at once', async () => {
    await provisionAs('days');
    const writes = async (ids: readonly string[]) => {
      const meter = new WriteMeter();
      const { customers } = openStores(clients.dynamo, tableNames('days'), { meter });
      await Promise.all(ids.map((customerId) => customers.put(customer({ customerId, timerAtMs: noonMs }))));
      return meter.usage().checkpoints.itemsWritten;
    };
    expect(await writes(['a', 'b', 'c'])).toBe(1);
    expect(await writes(['d', 'e'])).toBe(0);
  });

  test('expired purchases, moves and records are left out even before the service deletes them', async () => {
    await provisionAs('expiry');
    let nowMs = noonMs;
    const stores = openStores(clients.dynamo, tableNames('expiry'), {
      nowMs: () => nowMs,
      purchaseRetentionDays: 10,
      migrationRetentionDays: 10,
      quarantineRetentionDays: 10,
    });
    await stores.purchases.putMany([purchase()]);
    await stores.migrations.publish([migration()]);
    await stores.quarantine.putMany([quarantined()]);
    const counts = async () => [
      (await stores.purchases.list('c-1', { limit: 5 })).items.length,
      (await stores.migrations.listByCustomer('c-1', { limit: 5 })).items.length,
      (await stores.migrations.feedAfter(undefined, 5)).length,
      (await stores.migrations.countByCause()).time,
      (await stores.quarantine.list({ limit: 5 })).items.length,
      (await stores.quarantine.countByReason())['not-json'] ?? 0,
    ];
    nowMs = noonMs + 10 * 86_400_000 - 1;
    expect(await counts()).toEqual([1, 1, 1, 1, 1, 1]);
    nowMs += 1;
    expect(await counts()).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('failures', () => {
  test('a table that is not provisioned is named', async () => {
    const stores = openStores(clients.dynamo, tableNames('nowhere'));
    await expect(stores.customers.get('c-1')).rejects.toMatchObject({
      code: 'not-provisioned',
      retryable: false,
      context: { table: 'nowhere-customers' },
    });
  });

  test('an endpoint where nobody listens, and one that never answers, are retryable failures', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const port = (silent.address() as { port: number }).port;
    const sockets: { destroy(): void }[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    const attempt = async (endpoint: string) => {
      const away = createAwsClients({
        endpoints: { kinesis: endpoint, dynamo: endpoint },
        requestTimeoutMs: 200,
        attemptsMax: 2,
      });
      try {
        return await openStores(away.dynamo, tableNames('t')).customers.get('c-1');
      } finally {
        away.close();
      }
    };
    await expect(attempt(`http://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'unreachable',
      retryable: true,
    });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => {
      silent.close(resolve);
    });
    await expect(attempt(`http://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'unreachable',
      retryable: true,
    });
  });
});
