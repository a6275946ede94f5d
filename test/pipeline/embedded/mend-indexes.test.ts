import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmulators } from '../../../pipeline/embedded/emulators.ts';
import { createAwsClients } from '../../../sinks/aws-clients.ts';
import { openStores } from '../../../sinks/open-stores.ts';
import { provision } from '../../../sinks/provision.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';
import { customer, migration, noonMs } from '../../contracts/records.ts';

interface Level {
  open(): Promise<void>;
  close(): Promise<void>;
  del(key: string): Promise<void>;
  put(key: string, value: unknown): Promise<void>;
  iterator(): AsyncIterable<[string, Record<string, unknown>]>;
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-mend-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function withStores<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
  const emulators = await startEmulators({ dataDirectory: folder });
  const clients = createAwsClients({
    endpoints: { kinesis: emulators.kinesisEndpoint, dynamo: emulators.dynamoEndpoint },
  });
  try {
    const names = tableNames('t');
    await provision(clients, { streamName: 'events', shardCount: 1, tableNames: names });
    return await work(openStores(clients.dynamo, names));
  } finally {
    clients.close();
    await emulators.stop();
  }
}

/** Does to the files what a kill between two writes of dynalite does. */
async function whileStopped(
  change: (level: Level, entries: [string, Record<string, unknown>][]) => Promise<void>,
) {
  const dynalite = createRequire(import.meta.url).resolve('dynalite');
  const { Level } = createRequire(dynalite)('level') as {
    Level: new (path: string, options: object) => Level;
  };
  const level = new Level(join(folder, 'dynamodb'), { valueEncoding: 'json' });
  await level.open();
  const entries: [string, Record<string, unknown>][] = [];
  for await (const entry of level.iterator()) entries.push(entry);
  await change(level, entries);
  await level.close();
}

const due = (stores: Stores) => stores.customers.due({ fromMs: noonMs, untilMs: noonMs + 1 }, 10);

test('an index entry whose item was never written is gone at the next start', async () => {
  const move = migration();
  await withStores((stores) => stores.migrations.publish([move]));
  await whileStopped(async (level, entries) => {
    const items = entries.filter(([key]) => key.startsWith('item-t-migrations~'));
    expect(items).toHaveLength(1);
    for (const [key] of items) await level.del(key);
  });
  await withStores(async (stores) => {
    expect(await stores.migrations.feedAfter(undefined, 10)).toEqual([]);
    await stores.migrations.publish([move]);
    expect(await stores.migrations.feedAfter(undefined, 10)).toHaveLength(1);
  });
});

test('an item whose index entry was lost is in its index again at the next start', async () => {
  const record = { ...customer(), version: 1, timerAtMs: noonMs };
  await withStores((stores) => stores.customers.put(record));
  await whileStopped(async (level, entries) => {
    const lost = entries.filter(([key]) => key.startsWith('index-global~t-customers~timers~'));
    expect(lost).toHaveLength(1);
    for (const [key] of lost) await level.del(key);
  });
  expect(await withStores(due)).toEqual([{ customerId: record.customerId, timerAtMs: noonMs }]);
});

test('what agrees is left as it is', async () => {
  const record = { ...customer(), version: 1, timerAtMs: noonMs };
  await withStores(async (stores) => {
    await stores.customers.put(record);
    await stores.migrations.publish([migration()]);
  });
  let before: unknown;
  await whileStopped(async (_, entries) => {
    before = entries;
  });
  await withStores(due);
  await whileStopped(async (_, entries) => expect(entries).toEqual(before));
});
