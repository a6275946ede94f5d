import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bundleCommandLine,
  type CommandLine,
  document,
  openStack,
  putRecords,
  temporaryFolder,
} from './cli-fixture.ts';

const hostile = Buffer.from('\u001b[2Jnot json \u009b');

/** One folder for all: tests go from reading to replaying, in the order of the file. */
describe('tidemark quarantine', () => {
  let tidemark: CommandLine;
  let folder: string;
  let dollars = '';
  let broken = '';

  beforeAll(async () => {
    tidemark = await bundleCommandLine();
    folder = await temporaryFolder();
    const stack = await openStack(folder);
    try {
      await putRecords(stack, [
        { key: 'c-1', body: document('e-good') },
        { key: 'c-1', body: document('e-dollars', { currency: 'USD' }) },
        { key: 'c-1', body: hostile },
      ]);
    } finally {
      await stack.close();
    }
    const read = await tidemark.run(['replay', '--data', folder, '--log-level', 'warn']);
    expect(read).toMatchObject({ code: 0 });
  });

  afterAll(async () => {
    await tidemark.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const quarantine = (...args: string[]) => tidemark.run(['quarantine', ...args, '--data', folder]);

  test('lists what could not be used, safe to print', async () => {
    const listed = await quarantine('list');
    expect(listed).toMatchObject({ code: 0 });
    const rows = listed.stdout.trimEnd().split('\n');
    expect(rows).toHaveLength(3);
    expect(listed.stdout).toContain('unknown-currency');
    expect(listed.stdout).toContain('\\x1b[2Jnot json \\x9b');
    expect(listed.stdout).not.toContain('\u001b');

    const lines = (await quarantine('list', '--json')).stdout.trimEnd().split('\n');
    const entries = lines.map((line) => JSON.parse(line) as { id: string; reason: string; text: string });
    dollars = entries.find(({ reason }) => reason === 'unknown-currency')?.id ?? '';
    broken = entries.find(({ reason }) => reason === 'not-json')?.id ?? '';
    expect(entries.map(({ text }) => text)).toContain(hostile.toString());
    expect([dollars, broken]).not.toContain('');
  });

  test('prints the raw bytes of one record for a pipe', async () => {
    const { code, stdout } = await quarantine('list', '--id', broken, '--raw');
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${hostile.toString()}\n` });
  });

  test('refuses what would be rejected again with exit code 1, and sends it once the rate is known', async () => {
    const refused = await quarantine('replay', '--reason', 'unknown-currency');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('would be rejected again: unknown-currency: currency is "USD"');
    expect(refused.stdout).toContain('0 replayed, 1 not');

    const dry = await quarantine('replay', '--id', dollars, '--rates', 'USD=0.8', '--dry-run');
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.stdout).toContain('1 would be replayed, 0 not');

    const sent = await quarantine('replay', '--id', dollars, '--rates', 'USD=0.8');
    expect(sent).toMatchObject({ code: 0 });
    expect(sent.stdout).toContain('event e-dollars');
    expect(sent.stdout).toContain('wait on the stream for the next tidemark start');
  });

  test('sends a mended document, and the next run applies both', async () => {
    const file = join(folder, 'mended.json');
    await writeFile(file, JSON.stringify(document('e-mended'), null, 2));
    const sent = await quarantine('replay', '--id', broken, '--with', file);
    expect(sent).toMatchObject({ code: 0 });

    const open = await quarantine('list', '--status', 'open');
    expect(open.stdout).toBe('no such records in quarantine\n');
    const replayed = await quarantine('list', '--status', 'replayed', '--json', '--limit', '1');
    expect(replayed.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(replayed.stderr).toContain("--after '");

    const args = ['replay', '--data', folder, '--rates', 'USD=0.8', '--log-level', 'warn', '--json'];
    const { stdout } = await tidemark.run(args);
    // Read again: the good one, both replayed ones, and the first dollars, which are taken now, under the same id.
    expect(JSON.parse(stdout)).toMatchObject({ replay: { events: 4, fresh: 2, quarantined: 1 } });
  });

  test('asks for one way to name the records, and for one record to mend', async () => {
    const none = await quarantine('replay');
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toContain('--id ID..., --reason REASON or --all');
    const many = await quarantine('replay', '--all', '--with', 'x.json');
    expect(many).toMatchObject({ code: 2 });
    const unread = await quarantine('replay', '--id', broken, '--with', join(folder, 'absent.json'));
    expect(unread).toMatchObject({ code: 2 });
    expect(unread.stderr).toContain("can't be read");
  });

  test('takes a reader that goes away for no failure', async () => {
    const args = ['quarantine', 'list', '--json', '--data', folder];
    const { code, stderr } = await tidemark.run(args, { closeStdout: true });
    expect(code).toBe(0);
    expect(stderr).not.toContain('EPIPE');
  });
});

test('a folder without data is named as such, and not made', async () => {
  const tidemark = await bundleCommandLine();
  const folder = await temporaryFolder();
  try {
    const absent = join(folder, 'absent');
    const { code, stderr } = await tidemark.run(['quarantine', 'list', '--data', absent]);
    expect(code).toBe(2);
    expect(stderr).toContain(`error: there is no data in ${absent} yet`);
    await expect(rm(absent)).rejects.toThrow('ENOENT');
  } finally {
    await rm(folder, { recursive: true, force: true });
    await tidemark.remove();
  }
});
