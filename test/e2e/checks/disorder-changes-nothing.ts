import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeDocument, type PurchaseDocument } from '../../../operators/event/event-document.ts';
import { readRunFile } from '../../../pipeline/embedded/data-folder.ts';
import { readOrders } from '../../../pipeline/ingest/csv-orders.ts';
import { createRandom } from '../../../pipeline/ingest/random.ts';
import { createAwsClients } from '../../../sinks/aws-clients.ts';
import { createEventProducer } from '../../../sinks/event-producer.ts';
import { type Check, sample } from '../check.ts';
import { eventsApplied, eventsRead, integrityProblems, readEndState } from '../end-state.ts';
import { importOnce } from '../import-run.ts';
import { getJson, startProduct } from '../product.ts';
import { writeShuffled } from '../retail-file.ts';
import { stateDifferences } from '../same-end.ts';

const disorderDays = 14;
const duplicatedShare = 0.05;
const streamName = 'tidemark-purchases';
const runMsMax = 30 * 60_000;

/** An event to be sent a second time, once the pipeline's event time has come as far. */
interface Duplicate {
  readonly document: PurchaseDocument;
  readonly dueMs: number;
}

export const disorderChangesNothing: Check = {
  name: 'disorder',
  promise:
    'lines shuffled within 14 days, a twentieth of the events sent twice and KPL aggregation, all at once, end in the same bytes',
  needsRetail: true,
  async run({ workspace, retail, report, seed }) {
    const calm = await importOnce(workspace, 'whole', retail);
    const expected = await readEndState(calm.folder);
    const path = workspace.path(`shuffled-${seed}.csv`);
    if (!existsSync(path)) await writeShuffled(retail, path, disorderDays, seed);
    const { events, duplicates } = await chooseDuplicates(path, seed);

    const folder = await workspace.fresh('disordered');
    const product = startProduct(folder, ['--input', path, '--speed', 'max', '--aggregate']);
    const overdue = setTimeout(() => product.kill('SIGKILL'), runMsMax);
    await sendTwice(await product.url(), folder, events, duplicates, product.hasEnded);
    const ended = await product.stop();
    clearTimeout(overdue);
    report.expect('SIGTERM ends the run with code 0', ended.code === 0, ended.code ?? ended.signal);

    const actual = await readEndState(folder);
    const twice = eventsRead(actual) - eventsApplied(actual);
    report.expect(
      `${eventsRead(actual)} events read, ${eventsApplied(actual)} applied, ${twice} found to be duplicates of ${duplicates.length} sent`,
      eventsApplied(actual) === events && twice === duplicates.length,
    );
    const same = actual.models.filter((model) => expected.models.includes(model)).length;
    report.note(`${same} of ${expected.models.length} models and their fits are the same as in order`);
    report.expectNone(
      `feature-state bytes of ${expected.customers.size} customers`,
      stateDifferences(expected, actual),
    );
    report.expectNone(
      `${actual.migrations.length} moves are numbered and follow from one another`,
      integrityProblems(actual),
    );
  },
};

async function chooseDuplicates(
  path: string,
  seed: number,
): Promise<{ events: number; duplicates: Duplicate[] }> {
  const random = createRandom(seed, 4);
  const all: Duplicate[] = [];
  for await (const { orders } of readOrders(path, { reportingCurrency: 'GBP' })) {
    for (const { document, atMs } of orders) {
      if (atMs === undefined) throw new Error(`${document.eventId} has no time`);
      all.push({ document, dueMs: atMs + random.uniform() * disorderDays * 86_400_000 });
    }
  }
  const chosen = sample(all, Math.round(all.length * duplicatedShare), random.uniform);
  return { events: all.length, duplicates: chosen.sort((a, b) => a.dueMs - b.dueMs) };
}

interface Status {
  readonly watermark: string | null;
  readonly shards: readonly { readonly events: number }[];
}

/** Sends each duplicate when it is due, by turns as a plain record, aggregated, and through the API; the rest at the end. */
async function sendTwice(
  url: string,
  folder: string,
  fileEvents: number,
  duplicates: readonly Duplicate[],
  hasEnded: () => boolean,
): Promise<void> {
  const endpoints = await readRunFile(folder);
  if (!endpoints) throw new Error('the run has no run.json');
  const { kinesis, close } = createAwsClients({
    endpoints: { kinesis: endpoints.kinesisEndpoint, dynamo: endpoints.dynamoEndpoint },
  });
  const producers = [false, true].map((aggregate) => createEventProducer({ kinesis, streamName, aggregate }));
  const ways = [
    ...producers.map((producer) => async (documents: readonly PurchaseDocument[]) => {
      const results = await producer.put(
        documents.map((document) => ({ partitionKey: document.customerId, data: encodeDocument(document) })),
      );
      if (results.some((result) => !result.ok)) throw new Error('the stream refused a duplicate');
    }),
    (documents: readonly PurchaseDocument[]) => postEvents(url, documents),
  ];
  let sent = 0;
  try {
    for (let turn = 0; ; turn += 1) {
      if (hasEnded()) throw new Error('the product ended in the middle');
      const status = await getJson<Status>(`${url}/v1/status`);
      const read = status.shards.reduce((sum, shard) => sum + shard.events, 0);
      if (read >= fileEvents + duplicates.length) return;
      const clockMs =
        read - sent >= fileEvents ? Number.POSITIVE_INFINITY : Date.parse(status.watermark ?? '1970-01-01');
      const due = duplicates
        .slice(sent)
        .filter(({ dueMs }) => dueMs <= clockMs)
        .slice(0, 200);
      if (due.length > 0) await ways[turn % ways.length]?.(due.map(({ document }) => document));
      sent += due.length;
      await sleep(200);
    }
  } finally {
    for (const producer of producers) await producer.close();
    close();
  }
}

async function postEvents(url: string, documents: readonly PurchaseDocument[]): Promise<void> {
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(documents),
  });
  if (response.status !== 202)
    throw new Error(`POST /v1/events: ${response.status} ${await response.text()}`);
}
