import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { ConfigurationError, DependencyError, TidemarkError } from '../../../../operators/errors.ts';
import { type Emulators, startEmulators } from '../../../../pipeline/embedded/emulators.ts';
import { handler as advanceClock } from '../../../../pipeline/hosts/lambda/advance-clock.ts';
import { handler as consumeRecords } from '../../../../pipeline/hosts/lambda/consume-records.ts';
import { onFirstCall, openWarmStart } from '../../../../pipeline/hosts/lambda/warm-start.ts';
import { createAwsClients } from '../../../../sinks/aws-clients.ts';
import { openStores } from '../../../../sinks/open-stores.ts';
import { provision } from '../../../../sinks/provision.ts';
import type { Stores } from '../../../../sinks/stores.ts';
import { tableNames } from '../../../../sinks/table-definitions.ts';
import { streamRecord } from '../../../fixtures/batches.ts';
import { invocation, streamEvent } from '../../../fixtures/event-source-warm-start.ts';
import { temporaryFolder } from '../../../fixtures/kinesis-bench.ts';
import { boughtOn } from '../../../fixtures/purchases.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let emulators: Emulators;
let stores: Stores;
let close: () => void;

beforeAll(async () => {
  folder = await temporaryFolder();
  emulators = await startEmulators({ dataDirectory: folder.path });
  const endpoints = { kinesis: emulators.kinesisEndpoint, dynamo: emulators.dynamoEndpoint };
  const clients = createAwsClients({ endpoints });
  close = clients.close;
  const names = tableNames('deployed');
  await provision(clients, { streamName: 'purchases', shardCount: 1, tableNames: names });
  stores = openStores(clients.dynamo, names);
});
afterAll(async () => {
  close();
  await emulators.stop();
  await folder.remove();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

function deploy(): { readonly lines: string[] } {
  const environment = {
    TIDEMARK_STACK: 'aws',
    TIDEMARK_STREAM: 'purchases',
    TIDEMARK_TABLE_PREFIX: 'deployed',
    POWERTOOLS_SERVICE_NAME: 'tidemark',
    POWERTOOLS_METRICS_NAMESPACE: 'Tidemark',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'emulated',
    AWS_SECRET_ACCESS_KEY: 'emulated',
    AWS_ENDPOINT_URL_KINESIS: emulators.kinesisEndpoint,
    AWS_ENDPOINT_URL_DYNAMODB: emulators.dynamoEndpoint,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const lines: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((line) => {
      lines.push(...String(line).trimEnd().split('\n'));
      return true;
    });
  }
  return { lines };
}

test('the handlers run on their environment alone, and write metrics in the embedded format', async () => {
  const { lines } = deploy();
  const bad = streamRecord(2, new TextEncoder().encode('{'));
  const event = streamEvent([streamRecord(1, boughtOn(1, { customerId: 'secret-customer' })), bad]);
  expect(await consumeRecords(event, invocation())).toEqual({ batchItemFailures: [] });
  expect((await stores.customers.get('secret-customer'))?.state.lifetime.events).toBe(1);
  expect(await advanceClock({}, invocation())).toMatchObject({ finished: true });

  vi.restoreAllMocks();

  const blobs = lines.map((line) => JSON.parse(line));
  const consumed = blobs.find((blob) => 'EventsRead' in blob);
  expect(consumed).toMatchObject({ service: 'tidemark', EventsRead: 1, EventsApplied: 1, Quarantined: 1 });
  expect(consumed.WriteUnits).toBeGreaterThan(0);
  expect(consumed._aws.CloudWatchMetrics[0]).toMatchObject({
    Namespace: 'Tidemark',
    Dimensions: [['service']],
  });
  const byReason = blobs.find(({ reason }) => reason !== undefined);
  expect(byReason).toMatchObject({ reason: 'not-json', Quarantined: 1 });
  expect(byReason._aws.CloudWatchMetrics[0].Dimensions).toEqual([['service', 'reason']]);
  expect(blobs.find((blob) => 'TimersFired' in blob)).toMatchObject({ TimerLagMs: 0 });
  expect(lines.join('\n')).not.toContain('secret-customer');
});

test('settings out of range are all named at once', () => {
  const environment = { TIDEMARK_STACK: 'aws', TIDEMARK_WRITES_IN_FLIGHT: '0', TIDEMARK_CURRENCY: 'pounds' };
  expect(() => openWarmStart(environment)).toThrow(
    /WRITES_IN_FLIGHT[\s\S]*pounds|pounds[\s\S]*WRITES_IN_FLIGHT/,
  );
});

test('what a handler throws reaches the runtime bare, and the log without a customer', async () => {
  const { lines } = deploy();
  const context = { customerIds: ['secret-customer'] };
  const cause = new Error('secret-customer');
  const failures: [Error, string][] = [
    [new DependencyError('write-conflict', 'written by others', { context, cause }), 'write-conflict'],
    [
      new TidemarkError('customer-too-large', 'secret-customer is too large', { context }),
      'customer-too-large',
    ],
    [new TypeError('secret-customer is not iterable'), 'TypeError'],
    [new ConfigurationError(['ids: too few']), 'configuration: ids: too few'],
  ];
  const thrown: unknown[] = [];
  for (const [failure] of failures) {
    const handler = onFirstCall(() => () => Promise.reject(failure));
    thrown.push(await handler({}, invocation()).catch((error: unknown) => error));
  }
  vi.restoreAllMocks();
  expect(thrown.map((error) => (error as Error).message)).toEqual(failures.map(([, message]) => message));
  expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain('secret-customer');
  const logged = lines.map((line) => JSON.parse(line));
  expect(logged).toMatchObject([
    { level: 'ERROR', code: 'write-conflict', detail: 'written by others' },
    { code: 'customer-too-large' },
    { error: 'TypeError' },
    { code: 'configuration', detail: 'ids: too few' },
  ]);
  expect(lines.join('\n')).not.toContain('secret-customer');
});
