import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { encodeDocument } from '../../operators/event/event-document.ts';
import { readOrders } from '../../pipeline/ingest/csv-orders.ts';
import { simulate } from '../../pipeline/ingest/simulator.ts';
import { benchChain } from './chain-bench.ts';
import { benchStack } from './stack-bench.ts';

/** `npm run bench`: prints what the README quotes. Real purchases where they are at hand, else simulated ones. */
const real = new URL('../../../shared/data/online-retail.csv.gz', import.meta.url).pathname;
const given = process.argv[2];
const scratch = await mkdtemp(join(tmpdir(), 'tidemark-bench-input-'));
try {
  const path = given ?? (existsSync(real) ? real : await simulatedFile(join(scratch, 'simulated.csv')));
  const documents: Uint8Array[] = [];
  for await (const batch of readOrders(path, { reportingCurrency: 'GBP' })) {
    for (const order of batch.orders) documents.push(encodeDocument(order.document));
  }
  const chain = benchChain(documents, 5);
  const stack = await benchStack(path);
  const { summary, plainBytes, storedBytes, visibleMs } = stack;
  const rows: [string, string][] = [
    ['input', `${path.split('/').at(-1)}: ${chain.events} events, ${chain.megabytes.toFixed(1)} MB of JSON`],
    [
      'end to end',
      `${summary.eventsPerSecond} events/s (${summary.seconds} s, models fitted and timers fired on the way)`,
    ],
    [
      'writes per event',
      `${summary.writesPerEvent} items over all tables; by table ${JSON.stringify(summary.writesByTable)}`,
    ],
    [
      'put to visible in the API',
      `p50 ${visibleMs.p50.toFixed(1)} ms, p95 ${visibleMs.p95.toFixed(1)} ms, p99 ${visibleMs.p99.toFixed(1)} ms`,
    ],
    ['customer, encoded', `p50 ${plainBytes.p50} B, p95 ${plainBytes.p95} B, max ${plainBytes.max} B`],
    [
      'customer item as stored',
      `p50 ${storedBytes.p50} B, p95 ${storedBytes.p95} B, max ${storedBytes.max} B`,
    ],
    ['memory at the end', `${summary.memoryMegabytes} MB, emulators included`],
    [
      'chain alone',
      `${chain.ratioToJsonParse.toFixed(3)} of JSON.parse of the same bytes (${Math.round(chain.eventsPerSecond)} against ${Math.round(chain.jsonParsePerSecond)} events/s)`,
    ],
    ['chain and deflating', `${chain.packedRatioToJsonParse.toFixed(3)} of JSON.parse of the same bytes`],
  ];
  for (const [label, value] of rows) process.stdout.write(`${label.padEnd(27)}${value}\n`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

/** Half a year of 400 simulated customers in the CSV form. */
async function simulatedFile(path: string): Promise<string> {
  const file = createWriteStream(path);
  file.write('eventTime,customerId,orderId,productId,category,quantity,unitPrice,currency\n');
  const startMs = Date.UTC(2025, 0, 1);
  const endMs = startMs + 180 * 86_400_000;
  for (const { atMs, document } of simulate({
    seed: 1,
    customers: 400,
    historyDays: 180,
    startMs,
    currency: 'GBP',
  })) {
    if (atMs > endMs) break;
    for (const item of document.items) {
      const fields = [
        document.occurredAt,
        document.customerId,
        document.orderId,
        item.productId,
        item.category ?? '',
      ];
      file.write(`${[...fields, item.quantity, item.unitPrice, document.currency].join(',')}\n`);
    }
  }
  file.end();
  await finished(file);
  return path;
}
