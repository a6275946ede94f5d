import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { document, openCommandLine, openStack, quarantined, temporaryFolder } from './cli-fixture.ts';

const hostile = Buffer.from('\u001b[2Jnot json \u009b');
const commandMs = 60_000;

describe('tidemark quarantine list', () => {
  const tidemark = openCommandLine();
  let folder: string;
  let brokenId = '';

  beforeAll(async () => {
    folder = await temporaryFolder();
    const stack = await openStack(folder);
    await stack.stores.quarantine.putMany([
      quarantined(1, document('e-1', { currency: 'USD' }), 'unknown-currency'),
      quarantined(2, hostile, 'not-json'),
    ]);
    const { items } = await stack.stores.quarantine.list({ limit: 10, reason: 'not-json' });
    brokenId = items[0]?.id ?? '';
    await stack.close();
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const list = (...args: string[]) => tidemark.run(['quarantine', 'list', ...args, '--data', folder]);

  test('is a table, safe to print', { timeout: commandMs }, async () => {
    const { code, stdout } = await list();
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(stdout).toMatch(
      /2024-03-01T10:00:01\.000Z +open +shardId-000000000000 +unknown-currency +detail 1 /,
    );
    expect(stdout).toContain('\\x1b[2Jnot json \\x9b');
    expect(stdout).not.toContain('\u001b');
  });

  test('is one JSON object a record, of a shard the newest first, and says how to go on', {
    timeout: commandMs,
  }, async () => {
    const { stdout, stderr } = await list('--json', '--limit', '1');
    const entry = JSON.parse(stdout) as { id: string };
    expect(entry).toMatchObject({ reason: 'not-json', status: 'open', truncated: false });
    expect(stderr).toContain(`there may be more: --after '${entry.id}'`);
  });

  test('gives the raw bytes of one record to a pipe', { timeout: commandMs }, async () => {
    const { code, stdout } = await list('--id', brokenId, '--raw');
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${hostile.toString()}\n` });
  });

  test('takes a reader that goes away for no failure', { timeout: commandMs }, async () => {
    const args = ['quarantine', 'list', '--json', '--data', folder];
    const { code, stderr } = await tidemark.run(args, { closeStdout: true });
    expect(code).toBe(0);
    expect(stderr).not.toContain('EPIPE');
  });
});
