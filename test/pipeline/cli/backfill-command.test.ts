import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { purchaseFile } from '../../fixtures/purchase-file.ts';
import { openCommandLine, openStack, runFileOf, temporaryFolder } from './cli-fixture.ts';

const commandMs = 120_000;

describe('tidemark backfill', () => {
  const tidemark = openCommandLine();
  let folder: string;
  let csv: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
    csv = join(folder, 'orders.csv');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const backfill = (...args: string[]) =>
    tidemark.run(['backfill', '--data', folder, '--input', csv, '--log-level', 'warn', '--json', ...args]);

  async function stopped(child: ChildProcess): Promise<number | null> {
    child.kill('SIGTERM');
    const [code] = (await once(child, 'close')) as [number | null];
    return code;
  }

  test('works beside a running process, moves its clock, and changes nothing when run again', {
    timeout: commandMs,
  }, async () => {
    const { csv: text, orders } = purchaseFile(30);
    await writeFile(csv, text);
    const started = tidemark.start(['start', '--no-feed', '--port', '0', '--data', folder]);
    try {
      const { apiUrl } = await runFileOf(folder);
      const first = await backfill();
      expect(first.code).toBe(0);
      expect(first.stderr).toMatch(/orders 100 % \d+ events/);
      expect(first.stderr).toContain('new customers     30');
      const newest = new Date(orders.at(-1)?.occurredAtMs ?? 0).toISOString();
      const summary = {
        events: orders.length,
        anonymousLines: 1,
        quarantined: 0,
        newest,
        segmentModel: null,
      };
      expect(JSON.parse(first.stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
        ...summary,
        applied: orders.length,
        resumedEvents: 0,
        newCustomers: 30,
      });
      // The stream brings the tick in its own time.
      let now = '';
      while (now !== newest) {
        now = ((await (await fetch(`${apiUrl}/v1/status`)).json()) as { now: string }).now;
      }
      const customer = await (await fetch(`${apiUrl}/v1/customers/c-007`)).json();
      expect(customer).toMatchObject({
        features: {
          lifetime: { orders: orders.filter(({ customerId }) => customerId === 'c-007').length },
        },
      });
      const again = await backfill();
      expect(JSON.parse(again.stdout)).toMatchObject({
        ...summary,
        applied: 0,
        resumedEvents: orders.length,
      });
    } finally {
      expect(await stopped(started)).toBe(0);
    }
  });

  test('stops when asked to, and the same command goes on, with no process running', {
    timeout: commandMs,
  }, async () => {
    const { csv: text, orders } = purchaseFile(60);
    await (await openStack(folder)).close();
    const absent = await backfill();
    expect(absent).toMatchObject({ code: 2, stdout: '' });
    expect(absent.stderr).toContain("orders.csv can't be read");
    await writeFile(csv, text);
    const args = ['backfill', '--data', folder, '--input', csv, '--json', '--log-format', 'json'];
    const child = tidemark.start(args, { environment: { TIDEMARK_BATCH_RECORDS: '1' } });
    let output = '';
    // A second signal would end it at once.
    let asked = false;
    child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      output += part;
      if (asked || !output.includes('"taking orders in"')) return;
      asked = child.kill('SIGTERM');
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect(output).toContain(
      'error: stopped before the file was through; the same command goes on from there',
    );
    expect(code).toBe(1);
    const rest = JSON.parse((await backfill()).stdout) as { applied: number; resumedEvents: number };
    expect(rest.applied + rest.resumedEvents).toBe(orders.length);
    const after = await openStack(folder);
    const { items } = await after.stores.customers.scan({ limit: 100 });
    await after.close();
    expect(items.reduce((sum, { state }) => sum + state.lifetime.events, 0)).toBe(orders.length);
  });
});
