import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SplitShardCommand } from '@aws-sdk/client-kinesis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseFrom } from '../../../pipeline/cli/replay-command.ts';
import { openStores } from '../../../sinks/open-stores.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';
import {
  bundleCommandLine,
  type CommandLine,
  document,
  openStack,
  putRecords,
  streamName,
  temporaryFolder,
} from './cli-fixture.ts';

describe('tidemark replay', () => {
  let tidemark: CommandLine;
  let folder: string;

  beforeAll(async () => {
    tidemark = await bundleCommandLine();
  });

  afterAll(async () => {
    await tidemark.remove();
  });

  beforeEach(async () => {
    folder = await temporaryFolder();
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const replay = (...args: string[]) =>
    tidemark.run(['replay', '--data', folder, '--log-level', 'warn', '--json', ...args]);

  /** Four events of three customers, one of them twice. */
  const events = [
    document('e-1'),
    document('e-2', { customerId: 'c-2' }),
    document('e-3', { customerId: 'c-3' }),
    document('e-4', { customerId: 'c-3', occurredAt: '2024-03-02T10:00:00Z' }),
    document('e-2', { customerId: 'c-2' }),
  ].map((body) => ({ key: body.customerId, body }));

  test('applies what is unread, ends, and counts nothing twice when run again', async () => {
    const stack = await openStack(folder, 2);
    await putRecords(stack, events);
    await stack.close();
    const first = JSON.parse((await replay()).stdout);
    expect(first).toMatchObject({
      events: 5,
      customers: 3,
      duplicates: 1,
      watermark: '2024-03-02T10:00:00.000Z',
      replay: { from: 'horizon', events: 5, fresh: 4, quarantined: 0 },
    });
    const second = JSON.parse((await replay('--from', 'horizon')).stdout);
    expect(second).toMatchObject({
      events: 5,
      customers: 3,
      duplicates: 1,
      watermark: '2024-03-02T10:00:00.000Z',
      replay: { events: 5, fresh: 0 },
    });
    const later = JSON.parse((await replay('--from', new Date().toISOString())).stdout);
    expect(later).toMatchObject({ customers: 3, replay: { events: 0, fresh: 0 } });
  });

  test('waits for the children of a shard that was split, and for what stands on its end', async () => {
    const stack = await openStack(folder, 1);
    await putRecords(stack, events);
    await stack.clients.kinesis.send(
      new SplitShardCommand({
        StreamName: streamName,
        ShardToSplit: 'shardId-000000000000',
        NewStartingHashKey: (2n ** 127n).toString(),
      }),
    );
    await putRecords(
      stack,
      ['c-4', 'c-5', 'c-6', 'c-7'].map((customerId) => ({
        key: customerId,
        body: document(`e-${customerId}`, { customerId }),
      })),
    );
    await stack.close();
    const expected = { events: 9, customers: 7, duplicates: 1 };
    expect(JSON.parse((await replay()).stdout)).toMatchObject({ ...expected, replay: { fresh: 8 } });
    expect(JSON.parse((await replay()).stdout)).toMatchObject({
      ...expected,
      replay: { events: 9, fresh: 0 },
    });
    const again = await openStack(folder, 1);
    const stores = openStores(again.clients.dynamo, tableNames('tidemark'));
    const shards = await stores.checkpoints.shards();
    await again.close();
    expect(shards.map(({ shardId, events, ended }) => ({ shardId, events, ended }))).toContainEqual({
      shardId: 'shardId-000000000000',
      events: 5,
      ended: true,
    });
  });

  test('leaves a folder alone that another process has open, and says which', async () => {
    const started = tidemark.start(['start', '--no-feed', '--port', '0', '--data', folder]);
    try {
      const { pid } = await runFile(folder);
      const refused = await replay();
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain(`Process ${pid} has had the data folder`);
      expect(refused.stderr).not.toContain('    at ');
    } finally {
      started.kill('SIGTERM');
      await once(started, 'close');
    }
  });
});

/** What the process that started says of itself, once it has. */
async function runFile(folder: string): Promise<{ pid: number }> {
  for (;;) {
    try {
      return JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as { pid: number };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

describe('where a replay starts', () => {
  test('is the horizon or an instant with a zone', () => {
    expect(parseFrom('horizon')).toEqual({ kind: 'horizon' });
    expect(parseFrom('2024-03-01T10:00:00+01:00')).toEqual({
      kind: 'instant',
      atMs: Date.UTC(2024, 2, 1, 9),
    });
  });

  test('is nothing else, and not in the future', () => {
    for (const text of ['', 'latest', '2024-03-01', '2024-03-01T10:00:00']) {
      expect(() => parseFrom(text)).toThrow('horizon or an instant');
    }
    expect(() => parseFrom('2999-01-01T00:00:00Z')).toThrow('future');
  });
});
