import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordConsumer } from '../../../../pipeline/hosts/lambda/consume-records.ts';
import {
  type FailureQueue,
  failureRedriver,
  type RedriveEvent,
} from '../../../../pipeline/hosts/lambda/redrive-failures.ts';
import { quarantineReplayer } from '../../../../pipeline/hosts/lambda/replay-quarantine.ts';
import { readSettings } from '../../../../pipeline/settings.ts';
import type { AwsClients } from '../../../../sinks/aws-clients.ts';
import type { Stores } from '../../../../sinks/stores.ts';
import { documentOf } from '../../../fixtures/batches.ts';
import type { FailureMessage } from '../../../fixtures/event-source-options.ts';
import { startEventSource } from '../../../fixtures/event-source-poller.ts';
import { invocation, testWarmStart } from '../../../fixtures/event-source-warm-start.ts';
import { startKinesis, TestStream } from '../../../fixtures/kinesis-bench.ts';
import { memoryStores } from '../../../fixtures/memory-stores.ts';
import { boughtOn } from '../../../fixtures/purchases.ts';

let bench: Awaited<ReturnType<typeof startKinesis>>;
let streams = 0;
beforeAll(async () => {
  bench = await startKinesis();
});
afterAll(() => bench.stop());

const purchases = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    boughtOn(index, { customerId: `c-${index % 3}`, id: `order ${index}` }),
  );

async function deployment(shards = 1) {
  streams += 1;
  const stream = await TestStream.create(bench.kinesis, `deployed-${streams}`, shards);
  const stores = memoryStores();
  const settings = readSettings({ stack: 'aws', stream: stream.name }, {});
  const warm = (kinesis: KinesisClient = bench.kinesis) =>
    testWarmStart(stores, { settings, clients: { kinesis } as AwsClients });
  return { stream, stores, warm };
}

/** Consumes the stream to its end; a broken function fails each invocation. */
async function consume(
  { stream, warm }: Awaited<ReturnType<typeof deployment>>,
  { broken = false }: { readonly broken?: boolean } = {},
): Promise<FailureMessage[]> {
  const messages: FailureMessage[] = [];
  const source = startEventSource({
    kinesis: bench.kinesis,
    streamName: stream.name,
    environment: () =>
      broken ? () => Promise.reject(new Error('a broken version')) : recordConsumer(warm()),
    batchSize: 4,
    pollMs: 5,
    retryDelayMs: 0,
    maximumRetryAttempts: 1,
    reportBatchItemFailures: true,
    onFailure: async (message) => void messages.push(message),
  });
  await source.drained();
  await source.stop();
  return messages;
}

const eventsOf = async (stores: Stores) =>
  (await stores.customers.scan({ limit: 100 })).items.reduce(
    (sum, { state }) => sum + state.lifetime.events,
    0,
  );
const asEvent = (messages: readonly FailureMessage[]): RedriveEvent => ({
  Records: messages.map((message, index) => ({ messageId: `m-${index}`, body: JSON.stringify(message) })),
});

describe('redrive-failures', () => {
  test('puts on the stream again what the event source gave up, and it takes effect once', async () => {
    const deployed = await deployment();
    await deployed.stream.put(0, purchases(10));
    const messages = await consume(deployed, { broken: true });
    expect(messages.length).toBeGreaterThan(1);
    const warm = deployed.warm();
    const answer = await failureRedriver(warm)(asEvent(messages), invocation());
    expect(answer).toEqual({ batchItemFailures: [], redriven: 10, lost: 0, failed: 0 });
    expect(warm.recorded.totals.get('RecordsRedriven')).toBe(10);
    await consume(deployed);
    expect(await eventsOf(deployed.stores)).toBe(10);
  });

  test('takes effect also for customers who have moved on past the failed records', async () => {
    const deployed = await deployment();
    await deployed.stream.put(0, purchases(4));
    const messages = await consume(deployed, { broken: true });
    const later = purchases(8).slice(4);
    await deployed.stream.put(0, later);
    const source = startEventSource({
      kinesis: bench.kinesis,
      streamName: deployed.stream.name,
      environment: () => recordConsumer(deployed.warm()),
      checkpoints: new Map([
        [
          'shardId-000000000000',
          { sequenceNumber: messages[0]?.KinesisBatchInfo.endSequenceNumber, ended: false },
        ],
      ]),
      pollMs: 5,
    });
    await source.drained();
    expect(await eventsOf(deployed.stores)).toBe(4);
    await failureRedriver(deployed.warm())(asEvent(messages), invocation());
    await source.drained();
    await source.stop();
    expect(await eventsOf(deployed.stores)).toBe(8);
  });

  test('counts what the stream has dropped as lost, and lets the message go', async () => {
    const deployed = await deployment();
    await deployed.stream.put(0, purchases(6));
    const [message] = (await consume(deployed, { broken: true })) as [FailureMessage];
    const info = message.KinesisBatchInfo;
    const gone = { ...message, KinesisBatchInfo: { ...info, shardId: 'shardId-000000000099' } };
    const longer = { ...message, KinesisBatchInfo: { ...info, batchSize: info.batchSize + 5 } };
    const warm = deployed.warm();
    const answer = await failureRedriver(warm)(asEvent([gone, longer]), invocation());
    expect(answer).toMatchObject({ batchItemFailures: [], redriven: 4, lost: info.batchSize + 5 });
    expect(warm.recorded.totals.get('RecordsLost')).toBe(info.batchSize + 5);
  });

  test('leaves a message it can do nothing with, or has no time for, on the queue', async () => {
    const deployed = await deployment();
    await deployed.stream.put(0, purchases(2));
    const [message] = (await consume(deployed, { broken: true })) as [FailureMessage];
    const elsewhere = {
      ...message,
      KinesisBatchInfo: {
        ...message.KinesisBatchInfo,
        streamArn: 'arn:aws:kinesis:us-east-1:1:stream/other',
      },
    };
    const event: RedriveEvent = {
      Records: [
        { messageId: 'no json', body: '{' },
        { messageId: 'no batch', body: '{"KinesisBatchInfo":{"shardId":"s"}}' },
        { messageId: 'elsewhere', body: JSON.stringify(elsewhere) },
      ],
    };
    const answer = await failureRedriver(deployed.warm())(event, invocation());
    const names = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    expect(names).toEqual(['no json', 'no batch', 'elsewhere']);
    const late = await failureRedriver(deployed.warm())(asEvent([message]), invocation(1));
    expect(late).toMatchObject({ redriven: 0, failed: 1 });
  });

  test('without messages takes them from the queue, and deletes only what is done', async () => {
    const deployed = await deployment();
    await deployed.stream.put(0, purchases(4));
    const messages = await consume(deployed, { broken: true });
    const pages = [
      messages.map((message, index) => ({
        body: JSON.stringify(message),
        messageId: `m-${index}`,
        receipt: `r-${index}`,
      })),
      [{ body: 'nonsense', messageId: 'm-x', receipt: 'r-x' }],
    ];
    const deleted: string[] = [];
    const queue: FailureQueue = {
      receive: async () => pages.shift() ?? [],
      delete: async (receipt) => void deleted.push(receipt),
    };
    const answer = await failureRedriver(deployed.warm(), () => queue)({}, invocation());
    expect(answer).toMatchObject({ redriven: 4, failed: 1 });
    expect(deleted).toEqual(messages.map((_, index) => `r-${index}`));
  });

  test('without messages and without a queue it says what is missing', async () => {
    const deployed = await deployment();
    await expect(failureRedriver(deployed.warm())({}, invocation())).rejects.toMatchObject({
      problems: ['TIDEMARK_FAILURE_QUEUE_URL is not set'],
    });
  });
});

describe('replay-quarantine', () => {
  async function quarantine() {
    const deployed = await deployment();
    // Quarantined before the currency had a rate; by now it decodes.
    const [event] = purchases(1);
    const data = new TextEncoder().encode(JSON.stringify(documentOf(event as never)));
    const record = { partitionKey: 'c-0', data, subSequence: 0, shardId: 's', arrivedAtMs: Date.now() };
    await deployed.stores.quarantine.putMany([
      { ...record, sequenceNumber: '1', rejection: { reason: 'unknown-currency', detail: 'no rate' } },
      {
        ...record,
        sequenceNumber: '2',
        data: new TextEncoder().encode('{'),
        rejection: { reason: 'not-json', detail: 'cut off' },
      },
    ]);
    return deployed;
  }

  test('sends what decodes by now and leaves the rest', async () => {
    const deployed = await quarantine();
    const answer = await quarantineReplayer(deployed.warm())({ all: true }, invocation());
    expect(answer).toMatchObject({ replayed: 1, refused: 1, finished: true });
    await consume(deployed);
    expect(await eventsOf(deployed.stores)).toBe(1);
  });

  test('in a dry run sends nothing', async () => {
    const deployed = await quarantine();
    const answer = await quarantineReplayer(deployed.warm())(
      { reason: 'unknown-currency', dryRun: true },
      invocation(),
    );
    expect(answer).toMatchObject({ replayed: 1, refused: 0 });
    await consume(deployed);
    expect(await eventsOf(deployed.stores)).toBe(0);
  });

  test('without time says that it has not finished', async () => {
    const deployed = await quarantine();
    const answer = await quarantineReplayer(deployed.warm())({ all: true }, invocation(1));
    expect(answer).toMatchObject({ replayed: 0, finished: false });
  });

  test.each([[{}], [undefined], [{ all: true, ids: ['1'] }], [{ all: true, dry: true }], [{ ids: [] }]])(
    'refuses %j',
    async (request) => {
      const deployed = await deployment();
      await expect(quarantineReplayer(deployed.warm())(request, invocation())).rejects.toMatchObject({
        code: 'configuration',
      });
    },
  );
});
