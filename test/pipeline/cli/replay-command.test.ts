import { once } from 'node:events';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseFrom } from '../../../pipeline/cli/replay-from.ts';
import { splitFirst } from '../../fixtures/reshard.ts';
import {
  document,
  openCommandLine,
  openStack,
  putRecords,
  runFileOf,
  streamName,
  temporaryFolder,
} from './cli-fixture.ts';

const commandMs = 120_000;

/** Four events of three customers, one of them twice, and a record that can't be used. */
const records = [
  document('e-1'),
  document('e-2', { customerId: 'c-2' }),
  document('e-3', { customerId: 'c-3' }),
  document('e-4', { customerId: 'c-3', occurredAt: '2024-03-02T10:00:00Z' }),
  document('e-2', { customerId: 'c-2' }),
  document('e-5', { currency: 'USD' }),
].map((body) => ({ key: body.customerId, body }));

describe('tidemark replay', () => {
  const tidemark = openCommandLine();
  let folder: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const replay = (...args: string[]) =>
    tidemark.run(['replay', '--data', folder, '--log-level', 'warn', '--json', ...args]);

  test('applies what is unread, ends, and counts nothing twice when run again', {
    timeout: commandMs,
  }, async () => {
    const stack = await openStack(folder, 2);
    await putRecords(stack, records);
    await stack.close();
    const state = {
      events: 5,
      customers: 3,
      duplicates: 1,
      quarantined: { 'unknown-currency': 1 },
      watermark: '2024-03-02T10:00:00.000Z',
    };
    const first = await replay();
    expect(first).toMatchObject({ code: 0 });
    expect(JSON.parse(first.stdout)).toMatchObject({
      ...state,
      replay: { from: 'horizon', events: 5, fresh: 4, quarantined: 1 },
    });
    const second = await replay('--from', 'horizon');
    expect(second.stderr).toContain('5 events read from horizon, 0 of them new; 1 records not usable');
    expect(JSON.parse(second.stdout)).toMatchObject({ ...state, replay: { events: 5, fresh: 0 } });
  });

  test('reads only what arrived from an instant on', { timeout: commandMs }, async () => {
    const stack = await openStack(folder, 2);
    await putRecords(stack, records);
    // Arrival is stamped to the millisecond.
    await pause(5);
    const later = new Date().toISOString();
    await putRecords(stack, [{ key: 'c-9', body: document('e-9', { customerId: 'c-9' }) }]);
    await stack.close();
    const { stdout } = await replay('--from', later);
    // What was unread is not jumped over: it is read first.
    expect(JSON.parse(stdout)).toMatchObject({
      events: 6,
      customers: 4,
      replay: { from: later, events: 1, fresh: 0, caughtUp: 6 },
    });
  });

  test('reads on from saved checkpoints after the tables went back to an older state', {
    timeout: 2 * commandMs,
  }, async () => {
    const stack = await openStack(folder, 2);
    await putRecords(stack, records);
    await stack.close();
    await replay('--from', 'checkpoints');
    const saved = join(folder, 'positions.json');
    expect(await replay('--save-checkpoints', saved)).toMatchObject({
      code: 0,
      stdout: `${saved}: checkpoints of 2 shards\n`,
    });
    const backup = join(folder, 'backup');
    await cp(join(folder, 'dynamodb'), backup, { recursive: true });
    const later = await openStack(folder);
    const since = ['c-1', 'c-8', 'c-9'].map((customerId) => ({
      key: customerId,
      body: document(`since of ${customerId}`, { customerId }),
    }));
    await putRecords(later, since);
    await later.close();
    const state = { events: 8, customers: 5, duplicates: 1 };
    expect(JSON.parse((await replay('--from', 'checkpoints')).stdout)).toMatchObject({
      ...state,
      replay: { from: 'the checkpoints', events: 3, fresh: 3, caughtUp: 0 },
    });
    await rm(join(folder, 'dynamodb'), { recursive: true });
    await cp(backup, join(folder, 'dynamodb'), { recursive: true });
    // The checkpoints went back with the tables: what is unread by them comes first, and is all there is.
    expect(JSON.parse((await replay('--from', `@${saved}`)).stdout)).toMatchObject({
      ...state,
      replay: { from: saved, events: 3, fresh: 0, caughtUp: 3 },
    });
  });

  test('reads a shard again that was split and read to its end, and its children after it', {
    timeout: commandMs,
  }, async () => {
    const stack = await openStack(folder, 1);
    await putRecords(stack, records);
    await splitFirst(stack.clients.kinesis, streamName);
    const afterSplit = ['c-4', 'c-5', 'c-6', 'c-7'].map((customerId) => ({
      key: customerId,
      body: document(`e-${customerId}`, { customerId }),
    }));
    await putRecords(stack, afterSplit);
    await stack.close();
    const state = { events: 9, customers: 7, duplicates: 1 };
    expect(JSON.parse((await replay()).stdout)).toMatchObject({ ...state, replay: { events: 9, fresh: 8 } });
    expect(JSON.parse((await replay()).stdout)).toMatchObject({ ...state, replay: { events: 9, fresh: 0 } });
    const again = await openStack(folder);
    const shards = await again.stores.checkpoints.shards();
    await again.close();
    const parent = shards.find(({ shardId }) => shardId === 'shardId-000000000000');
    expect(parent).toMatchObject({ events: 5, quarantined: 1, ended: true });
  });

  test('leaves a folder alone that another process has open, and says which', {
    timeout: commandMs,
  }, async () => {
    const started = tidemark.start(['start', '--no-feed', '--port', '0', '--data', folder]);
    try {
      const { pid } = await runFileOf(folder);
      const refused = await replay();
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain(`error: Process ${pid} has had the data folder`);
      expect(refused.stderr).not.toContain('    at ');
    } finally {
      started.kill('SIGTERM');
      await once(started, 'close');
    }
  });
});

describe('where a replay starts', () => {
  test('is the horizon, the checkpoints, an instant with a zone, positions or a file', () => {
    expect(parseFrom('horizon')).toEqual({ kind: 'horizon' });
    expect(parseFrom('checkpoints')).toEqual({ kind: 'checkpoints' });
    expect(parseFrom('@saved/positions.json')).toEqual({ kind: 'file', path: 'saved/positions.json' });
    expect(parseFrom('shardId-000000000000:4961')).toEqual({
      kind: 'positions',
      sequenceNumbers: new Map([['shardId-000000000000', '4961']]),
    });
    expect(parseFrom('a:1,b:0')).toMatchObject({
      sequenceNumbers: new Map([
        ['a', '1'],
        ['b', '0'],
      ]),
    });
    expect(parseFrom('2024-03-01T10:00:00+01:00')).toEqual({
      kind: 'instant',
      atMs: Date.UTC(2024, 2, 1, 9),
    });
  });

  test('is nothing else, and not in the future', () => {
    for (const text of ['', 'latest', '2024-03-01', '2024-03-01T10:00:00', '@', 'a:', 'a:1,', 'a:01', ':1']) {
      expect(() => parseFrom(text), text).toThrow('horizon or an instant');
    }
    expect(() => parseFrom('a:1,a:2')).toThrow('twice');
    expect(() => parseFrom('2999-01-01T00:00:00Z')).toThrow('future');
  });
});
