import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseFrom } from '../../../pipeline/cli/replay-command.ts';
import {
  bundleCommandLine,
  type CommandLine,
  document,
  openStack,
  putRecords,
  runFileOf,
  temporaryFolder,
} from './cli-fixture.ts';

const commandMs = 60_000;

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
