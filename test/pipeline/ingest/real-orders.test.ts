import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { decodeDocument } from '../../../operators/event/decode-event.ts';
import { readOrders } from '../../../pipeline/ingest/csv-orders.ts';
import { importFile } from '../../../pipeline/ingest/import-file.ts';
import { memoryCheckpoints, streamLog, temporaryFile } from './replay-fixture.ts';

const data = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const onlineRetail = `${data}online-retail.csv.gz`;
const present = existsSync(onlineRetail);
if (!present) console.log(`skipped: no real purchase data in ${data}`);
const seed = 14;
/** More than the 131,072 that the importer looks at together. */
const linesDisplaced = 160_000;

/** What an order is, whatever the order of its lines. */
interface OrderContent {
  readonly occurredAt: string;
  readonly items: string;
}

async function contents(path: string): Promise<Map<string, OrderContent>> {
  const orders = new Map<string, OrderContent>();
  for await (const batch of readOrders(path, { reportingCurrency: 'GBP' })) {
    for (const { document } of batch.orders) {
      const items = document.items.map((item) => JSON.stringify(item)).sort();
      expect(orders.has(document.eventId)).toBe(false);
      orders.set(document.eventId, { occurredAt: document.occurredAt, items: items.join() });
    }
  }
  return orders;
}

describe.skipIf(!present)('Online Retail', () => {
  test('imports with the published counts, every event decodable, in order and with true ticks', {
    timeout: 120_000,
  }, async () => {
    const stream = streamLog();
    const summary = await importFile({
      path: onlineRetail,
      producer: stream.producer,
      checkpoints: memoryCheckpoints(),
      speed: 'max',
      reportingCurrency: 'GBP',
      signal: new AbortController().signal,
    });
    expect(summary).toMatchObject({
      lines: 541_909,
      anonymousLines: 135_080,
      malformedLines: 0,
      splitOrders: 0,
      events: 22_190,
      finished: true,
    });
    const decoding = {
      currencies: { reportingCurrency: 'GBP', rates: {} },
      futureSkewMsMax: 0,
      itemsMax: 20_000,
    };
    let lines = 0;
    let toldMs = 0;
    for (const entry of stream.entries) {
      if ('tick' in entry) {
        toldMs = Date.parse(entry.tick);
        continue;
      }
      const decoded = decodeDocument(entry.event, Date.UTC(2026, 0, 1), decoding);
      if (decoded.kind !== 'event') throw new Error(`rejected: ${JSON.stringify(decoded)}`);
      lines += decoded.event.items.length;
      expect(decoded.event.occurredAtMs).toBeGreaterThan(toldMs);
    }
    expect(lines).toBe(406_829);
    expect(stream.ticks().length).toBeGreaterThan(300);
    expect(stream.ticks().at(-1)).toBe(new Date(summary.lastAtMs ?? 0).toISOString());
  });

  test(`groups to the same orders when its lines are displaced by up to 14 days, seed ${seed}`, {
    timeout: 120_000,
  }, async () => {
    const [header = '', ...lines] = gunzipSync(readFileSync(onlineRetail))
      .toString()
      .split('\n', 1 + linesDisplaced);
    const inOrder = await temporaryFile(`${[header, ...lines].join('\n')}\n`);
    const random = xoroshiro128plus(seed);
    const displaced = lines
      .map((line) => {
        const displacementMs = uniformFloat64(random) * 14 * 86_400_000;
        return { line, atMs: Date.parse(line.slice(0, line.indexOf(','))) + displacementMs };
      })
      .sort((a, b) => a.atMs - b.atMs)
      .map(({ line }) => line);
    expect(displaced.slice(0, 100)).not.toEqual(lines.slice(0, 100));
    const path = await temporaryFile(`${[header, ...displaced].join('\n')}\n`);
    expect(await contents(path)).toEqual(await contents(inOrder));
  });
});
