import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  document,
  openCommandLine,
  openStack,
  quarantined,
  runFileOf,
  temporaryFolder,
} from './cli-fixture.ts';

const commandMs = 60_000;

/** One folder for all: what one test puts on the stream, the next one's process reads. */
describe('tidemark quarantine replay', () => {
  const tidemark = openCommandLine();
  let folder: string;
  const ids: string[] = [];

  beforeAll(async () => {
    folder = await temporaryFolder();
    const stack = await openStack(folder);
    await stack.stores.quarantine.putMany([
      quarantined(1, document('e-dollars', { currency: 'USD' }), 'unknown-currency'),
      quarantined(2, Buffer.from('{broken'), 'not-json'),
      quarantined(3, document('e-early', { customerId: 'c-2' }), 'time-in-future'),
    ]);
    const { items } = await stack.stores.quarantine.list({ limit: 10, alongShards: true });
    ids.push(...items.map(({ id }) => id));
    await stack.close();
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const replay = (...args: string[]) => tidemark.run(['quarantine', 'replay', ...args, '--data', folder]);

  test('sends what is usable now, names what is not, and then fails', { timeout: commandMs }, async () => {
    const { code, stdout } = await replay('--all');
    expect(code).toBe(1);
    expect(stdout).toContain('would be rejected again: unknown-currency: currency is "USD"; known are GBP');
    expect(stdout).toContain('would be rejected again: not-json');
    expect(stdout).toContain('on the stream again, event e-early');
    expect(stdout).toContain('1 replayed, 2 not\n');
    expect(stdout).toContain('wait on the stream for the next tidemark start');
  });

  test('sends a mended document while a process runs, which applies it', { timeout: commandMs }, async () => {
    const started = tidemark.start(['start', '--no-feed', '--port', '0', '--data', folder]);
    try {
      const { apiUrl } = await runFileOf(folder);
      const file = join(folder, 'mended.json');
      await writeFile(file, JSON.stringify(document('e-mended', { customerId: 'c-3' }), null, 2));
      const { code, stdout } = await replay('--id', ids[1] ?? '', '--with', file);
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: `${ids[1]}: on the stream again, event e-mended\n1 replayed, 0 not\n`,
      });
      // The one that waited on the stream, and the mended one.
      let applied = 0;
      while (applied < 2) {
        const status = (await (await fetch(`${apiUrl}/v1/status`)).json()) as { eventsApplied: number };
        applied = status.eventsApplied;
        await pause(50);
      }
      expect((await fetch(`${apiUrl}/v1/customers/c-3`)).status).toBe(200);
    } finally {
      started.kill('SIGTERM');
      await once(started, 'close');
    }
  });

  test('leaves open only what was not sent', { timeout: commandMs }, async () => {
    const args = ['quarantine', 'list', '--status', 'open', '--json', '--data', folder];
    const { stdout } = await tidemark.run(args);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual([ids[0]]);
  });
});
