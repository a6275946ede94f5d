import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeDecisions } from '../../operators/state/record-codec.ts';
import { encodeState } from '../../operators/state/state-codec.ts';
import { type RunSummary, summarizeRun } from '../../pipeline/cli/run-summary.ts';
import { type EmbeddedHost, startEmbeddedHost } from '../../pipeline/hosts/embedded-host.ts';
import { importFile } from '../../pipeline/ingest/import-file.ts';
import { createLog } from '../../pipeline/log.ts';
import { openRuntime, type Runtime } from '../../pipeline/runtime.ts';
import { readSettings } from '../../pipeline/settings.ts';
import { customerItem } from '../../sinks/customer-table.ts';

export interface StackBench {
  readonly summary: RunSummary;
  /** State and decisions of one customer, bytes before and after deflating. */
  readonly plainBytes: Percentiles;
  readonly storedBytes: Percentiles;
  /** From POST /v1/events until GET shows the order, ms. */
  readonly visibleMs: Percentiles & { readonly p99: number };
}

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

const visibleSamples = 200;

/** The whole embedded stack in this process: a file through the stream to the tables, then single events to the API. */
export async function benchStack(path: string): Promise<StackBench> {
  const data = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
  const settings = readSettings({ data, port: 0, logLevel: 'warn' }, {});
  const log = createLog({ level: 'warn', format: 'json' });
  const runtime = await openRuntime(settings, log, { joinRunning: false });
  const host = await startEmbeddedHost({ settings, runtime, clock: 'event', log });
  try {
    const summary = await importAll(path, host, runtime);
    const { plainBytes, storedBytes } = await itemSizes(runtime);
    return { summary, plainBytes, storedBytes, visibleMs: await visibility(host) };
  } finally {
    await host.stop();
    await runtime.close();
    await rm(data, { recursive: true, force: true });
  }
}

async function importAll(path: string, host: EmbeddedHost, runtime: Runtime): Promise<RunSummary> {
  const startedAtMs = Date.now();
  host.setProducing(true);
  const input = await importFile({
    path,
    producer: host.producer,
    checkpoints: host.stores.checkpoints,
    speed: 'max',
    reportingCurrency: 'GBP',
    signal: new AbortController().signal,
  });
  host.setProducing(false);
  await host.drained();
  await host.fitIfNone(50);
  return summarizeRun({
    stores: runtime.stores,
    counters: host.counters,
    meter: runtime.meter,
    startedAtMs,
    endedAtMs: Date.now(),
    appliedBefore: 0,
    input,
  });
}

async function itemSizes(runtime: Runtime): Promise<Pick<StackBench, 'plainBytes' | 'storedBytes'>> {
  const plain: number[] = [];
  const stored: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await runtime.stores.customers.scan({ limit: 500, cursor });
    for (const record of page.items) {
      plain.push(encodeState(record.state).byteLength + encodeDecisions(record).byteLength);
      stored.push(itemBytes(customerItem(record)));
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { plainBytes: percentiles(plain), storedBytes: percentiles(stored) };
}

/** Size as DynamoDB counts it: names and values of all attributes; a number takes about half its digits. */
function itemBytes(item: Readonly<Record<string, unknown>>): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) {
    if (value === undefined) continue;
    bytes += name.length;
    if (value instanceof Uint8Array) bytes += value.byteLength;
    else if (typeof value === 'number') bytes += Math.ceil(String(value).length / 2) + 1;
    else bytes += Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
  }
  return bytes;
}

async function visibility(host: EmbeddedHost): Promise<StackBench['visibleMs']> {
  const samples: number[] = [];
  const firstMs = host.nowMs() + 60_000;
  for (let index = 0; index < visibleSamples; index += 1) {
    const customerId = `bench-${index}`;
    const occurredAt = new Date(firstMs + index * 60_000).toISOString();
    const items = [{ productId: 'bench', quantity: 1, unitPrice: 1 }];
    const event = {
      v: 1,
      type: 'purchase',
      eventId: customerId,
      customerId,
      orderId: 'o',
      occurredAt,
      currency: 'GBP',
      items,
    };
    const startMs = performance.now();
    const answer = await fetch(`${host.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
    });
    if (answer.status !== 202)
      throw new Error(`POST /v1/events answered ${answer.status}: ${await answer.text()}`);
    while ((await fetch(`${host.url}/v1/customers/${customerId}/features`)).status === 404) {
      if (performance.now() - startMs > 30_000) throw new Error(`${customerId} never became visible`);
    }
    samples.push(performance.now() - startMs);
  }
  const sorted = samples.sort((a, b) => a - b);
  return { ...percentiles(sorted), p99: at(sorted, 0.99) };
}

function percentiles(values: number[]): Percentiles {
  const sorted = values.sort((a, b) => a - b);
  return { p50: at(sorted, 0.5), p95: at(sorted, 0.95), max: sorted.at(-1) ?? 0 };
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
