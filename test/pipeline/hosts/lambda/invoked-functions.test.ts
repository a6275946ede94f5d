import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordConsumer } from '../../../../pipeline/hosts/lambda/consume-records.ts';
import { type FailureQueue, failureRedriver } from '../../../../pipeline/hosts/lambda/redrive-failures.ts';
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

/** A queue that answers with these pages of bodies, one after the other, and then without messages. */
function queueOf(...pages: readonly (readonly string[])[]) {
  const deleted: string[] = [];
  const left = [...pages];
  let asked = 0;
  const queue: FailureQueue = {
    receive: async () => {
      asked += 1;
      return (left.shift() ?? []).map((body) => ({ body, messageId: body, receipt: body }));
    },
    delete: async (receipt) => void deleted.push(receipt),
  };
  return { queue, deleted, asked: () => asked };
}

const bodiesOf = (messages: readonly FailureMessage[]) => messages.map((message) => JSON.stringify(message));
const redrive = (
  { warm }: Awaited<ReturnType<typeof deployment>>,
  messages: readonly FailureMessage[],
  context = invocation(),
) => failureRedriver(warm(), () => queueOf(bodiesOf(messages)).queue)({}, context);

describe('redrive-failures', () => {
  test('puts on the stream again what the event source gave up, and it takes effect once', async () => {
    const deployed = await deployment();
    await deployed.stream.put(0, purchases(10));
    const messages = await consume(deployed, { broken: true });
    expect(messages.length).toBeGreaterThan(1);
    const warm = deployed.warm();
    const { queue, deleted } = queueOf(bodiesOf(messages));
    const answer = await failureRedriver(warm, () => queue)({}, invocation());
    expect(answer).toEqual({ redriven: 10, lost: 0, failed: 0 });
    expect(deleted).toEqual(bodiesOf(messages));
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
    await redrive(deployed, messages);
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
    const { queue, deleted } = queueOf(bodiesOf([gone, longer]));
    const answer = await failureRedriver(warm, () => queue)({}, invocation());
    expect(deleted).toHaveLength(2);
    expect(answer).toMatchObject({ failed: 0, redriven: 4, lost: info.batchSize + 5 });
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
    const bodies = ['{', '{"KinesisBatchInfo":{"shardId":"s"}}', JSON.stringify(elsewhere)];
    const { queue, deleted } = queueOf(bodies);
    const answer = await failureRedriver(deployed.warm(), () => queue)({}, invocation());
    expect(answer).toEqual({ redriven: 0, lost: 0, failed: 3 });
    expect(deleted).toEqual([]);
    const late = queueOf(bodiesOf([message]));
    const answered = await failureRedriver(deployed.warm(), () => late.queue)({}, invocation(1));
    expect(answered).toEqual({ redriven: 0, lost: 0, failed: 0 });
    expect(late.asked()).toBe(0);
  });

  test('an answer without messages does not end it, two of them do', async () => {
    const deployed = await deployment();
    await deployed.stream.put(0, purchases(8));
    const [first, second] = (await consume(deployed, { broken: true })) as [FailureMessage, FailureMessage];
    const { queue, deleted, asked } = queueOf([], bodiesOf([first]), [], bodiesOf([second]), [], [], ['{']);
    const answer = await failureRedriver(deployed.warm(), () => queue)({}, invocation());
    expect(answer).toEqual({ redriven: 8, lost: 0, failed: 0 });
    expect(deleted).toEqual(bodiesOf([first, second]));
    expect(asked()).toBe(6);
  });

  test('stops in time, and what is left stays on the queue', async () => {
    const deployed = await deployment();
    let leftMs = 60_000;
    const { queue, asked } = queueOf(['{'], ['{'], ['{']);
    const slow: FailureQueue = {
      ...queue,
      receive: async () => {
        leftMs -= 25_000;
        return queue.receive();
      },
    };
    const answer = await failureRedriver(deployed.warm(), () => slow)(
      {},
      invocation(() => leftMs),
    );
    // What the second answer brought came too late to be begun.
    expect(answer.failed).toBe(1);
    expect(asked()).toBe(2);
  });

  test('without a queue it says what is missing, and a trigger in its place is refused', async () => {
    const deployed = await deployment();
    await expect(failureRedriver(deployed.warm())({}, invocation())).rejects.toMatchObject({
      problems: ['TIDEMARK_FAILURE_QUEUE_URL is not set'],
    });
    const { queue, asked } = queueOf(['{']);
    const triggered = failureRedriver(deployed.warm(), () => queue)({ Records: [] }, invocation());
    await expect(triggered).rejects.toMatchObject({ code: 'configuration' });
    expect(asked()).toBe(0);
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
