import { setTimeout as sleep } from 'node:timers/promises';
import { readRunFile } from '../../pipeline/embedded/data-folder.ts';
import { createAwsClients } from '../../sinks/aws-clients.ts';
import { createEventProducer } from '../../sinks/event-producer.ts';
import type { UserRecord } from '../../sinks/kinesis-aggregation.ts';
import type { CheckContext } from './check.ts';
import { getJson, type Product, startProduct } from './product.ts';
import { differingFields } from './report.ts';

/** A product that is fed by the check alone, and what must have come of it so far. */
export interface StreamRun extends CheckContext {
  readonly product: Product;
  readonly url: string;
  readonly folder: string;
  /** Events that count. */
  good: number;
  /** Records in quarantine. */
  bad: number;
}

/** Starts the product on a new folder with nothing to feed it. */
export async function startStreamRun(context: CheckContext, name: string): Promise<StreamRun> {
  const folder = await context.workspace.fresh(name);
  const product = startProduct(folder, ['--no-feed']);
  return { ...context, product, url: await product.url(), folder, good: 0, bad: 0 };
}

export async function stopStreamRun({ product, report }: StreamRun): Promise<void> {
  const ended = await product.stop();
  report.expect('SIGTERM ends the run with code 0', ended.code === 0, ended.code ?? ended.signal);
}

/** Puts raw bytes on the stream, past every check but the stream's own. */
export async function putRecords(run: StreamRun, records: readonly UserRecord[]): Promise<void> {
  const endpoints = await readRunFile(run.folder);
  if (!endpoints) throw new Error('the run has no run.json');
  const clients = createAwsClients({
    endpoints: { kinesis: endpoints.kinesisEndpoint, dynamo: endpoints.dynamoEndpoint },
  });
  const producer = createEventProducer({ kinesis: clients.kinesis, streamName: 'tidemark-purchases' });
  try {
    const results = await producer.put(records);
    for (const [index, result] of results.entries()) {
      if (!result.ok) throw new Error(`record ${index} was refused: ${result.error}`);
    }
  } finally {
    await producer.close();
    clients.close();
  }
}

/** Waits until as many events were applied and as many records quarantined as must be; says what stands when they are not. */
export async function settled(run: StreamRun, what: string): Promise<void> {
  let found = { eventsApplied: 0, quarantined: 0 };
  for (
    const deadline = Date.now() + 60_000;
    Date.now() < deadline && !run.product.hasEnded();
    await sleep(100)
  ) {
    const status = await getJson<{
      eventsApplied: number;
      quarantinedByReason: Record<string, number>;
    }>(`${run.url}/v1/status`);
    const quarantined = Object.values(status.quarantinedByReason).reduce((sum, count) => sum + count, 0);
    found = { eventsApplied: status.eventsApplied, quarantined };
    if (found.eventsApplied >= run.good && quarantined >= run.bad) break;
  }
  const difference = differingFields('status', { eventsApplied: run.good, quarantined: run.bad }, found);
  run.report.expectNone(
    `${what}: ${run.good} events applied, ${run.bad} records in quarantine`,
    difference ? [difference] : [],
  );
  if (run.product.hasEnded())
    throw new Error(`the product ended: ${(await run.product.ended).stderr.slice(-2_000)}`);
}

/** The lifetime features that the API gives of a customer. */
export async function lifetimeOf(url: string, customerId: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/v1/customers/${encodeURIComponent(customerId)}`);
  if (response.status !== 200) return { status: response.status };
  return ((await response.json()) as { features: { lifetime: Record<string, unknown> } }).features.lifetime;
}
