import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  document,
  openCommandLine,
  openStack,
  putRecords,
  runFileOf,
  temporaryFolder,
} from './cli-fixture.ts';

const commandMs = 60_000;
const firstDayMs = Date.UTC(2024, 0, 1);
const dayMs = 86_400_000;

/** Sixty customers who buy 1 to 6 times, at gaps and prices that differ from one to the next. */
const orders = Array.from({ length: 60 }, (_, customer) =>
  Array.from({ length: 1 + (customer % 6) }, (_, order) => {
    const body = document(`e-${customer}-${order}`, {
      customerId: `c-${customer}`,
      occurredAt: new Date(firstDayMs + (customer + order * (5 + (customer % 11))) * dayMs).toISOString(),
      items: [{ productId: `p-${customer % 7}`, quantity: 1 + (order % 3), unitPrice: 2 + (customer % 13) }],
    });
    return { key: body.customerId, body };
  }),
).flat();

describe('tidemark fit', () => {
  const tidemark = openCommandLine();
  let folder: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    await (await openStack(folder)).close();
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const runFit = (...args: string[]) =>
    tidemark.run(['fit', '--data', folder, '--log-level', 'error', ...args]);

  test('says that there is nothing to fit before the first event', { timeout: commandMs }, async () => {
    const { code, stderr } = await runFit();
    expect(code).toBe(1);
    expect(stderr).toContain('error: no event has been processed yet');
  });

  test('says why nothing could be fitted, with exit code 1', { timeout: commandMs }, async () => {
    // As of now by the wall clock, but over no customers at all.
    const { code, stdout, stderr } = await runFit('--clock', 'wall', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ sampleSize: 0, segments: null, consumption: null });
    expect(JSON.parse(stdout).refused).toHaveLength(2);
    expect(stderr).toContain('error: no model could be fitted: consumption: ');
  });

  test('fits as of the clock, and again beside a running process, which takes the models up', {
    timeout: commandMs,
  }, async () => {
    const stack = await openStack(folder);
    await putRecords(stack, orders);
    await stack.close();
    const replayed = await tidemark.run(['replay', '--data', folder, '--log-level', 'warn']);
    expect(replayed).toMatchObject({ code: 0 });

    const alone = await runFit();
    expect(alone).toMatchObject({ code: 0 });
    const newestMs = Math.max(...orders.map(({ body }) => Date.parse(body.occurredAt)));
    expect(alone.stdout).toContain(`clock        ${new Date(newestMs).toISOString()}, 60 customers\n`);
    expect(alone.stdout).toMatch(/segments {5}segments-0001-\w{6}, active: 60 customers, .*silhouette \d/);
    expect(alone.stdout).toMatch(/ten batch fits: distance x1\.\d+, adjusted Rand index \d\.\d+/);
    expect(alone.stdout).toMatch(/\d of 8 names fit their members/);
    expect(alone.stdout).toMatch(/Champions( +\d+){5}\n/);
    expect(alone.stdout).toMatch(
      /consumption {2}consumption-0001-\w{6}, active: 60 customers\n +BG\/NBD r \d/,
    );
    expect(alone.stdout).toMatch(/rolled out {3}60 customers written/);

    const started = tidemark.start(['start', '--no-feed', '--port', '0', '--data', folder]);
    try {
      const { apiUrl } = await runFileOf(folder);
      const beside = JSON.parse((await runFit('--json')).stdout);
      expect(beside).toMatchObject({ at: new Date(newestMs).toISOString(), sampleSize: 60, refused: [] });
      // A second fit of the same instant keeps the number: it is the same fit, done again.
      expect(beside.segments.version).toMatch(/^segments-0001-/);
      const models = async () => {
        const status = (await (await fetch(`${apiUrl}/v1/status`)).json()) as {
          models: { segments: { version: string } };
        };
        return status.models.segments.version;
      };
      while ((await models()) !== beside.segments.version) await new Promise((next) => setTimeout(next, 100));
    } finally {
      started.kill('SIGTERM');
      await once(started, 'close');
    }
  });
});
