import { aggregateRecords } from '../../../sinks/kinesis-aggregation.ts';
import { listOpenShards, partitionKeyHash, shardOfHash } from '../../../sinks/open-shards.ts';
import { openStores } from '../../../sinks/open-stores.ts';
import { provision } from '../../../sinks/provision.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';
import { type Daemon, startDaemon, staysUp } from './daemon.ts';
import type { KclContext } from './kcl-context.ts';
import { waitFor } from './leases.ts';
import { purchaseOf, putInOrder } from './single-purchases.ts';

const stream = 'kcl-range';

/** One application on the stream, with tables of its own. */
interface Application {
  readonly daemon: Daemon;
  readonly stores: Stores;
}

/**
 * Puts one aggregated record on a stream of two shards that holds a purchase of each shard's customer, and lets two
 * applications read it: one with our properties, one with KCL's look at the shard's range left on.
 */
export async function checkRange(context: KclContext): Promise<void> {
  const { clients, report } = context;
  await provision(clients, { streamName: stream, shardCount: 2, tableNames: tableNames('range-ours') });
  await provision(clients, { streamName: stream, shardCount: 2, tableNames: tableNames('range-kcl') });
  const customers = await putRecords(context);
  const applications: Application[] = [];
  try {
    applications.push(await start(context, 'range-ours', {}));
    applications.push(
      await start(context, 'range-kcl', { skipShardSyncAtWorkerInitializationIfLeasesExist: 'false' }),
    );
    const [ours, kcl] = await Promise.all(applications.map((each) => stored(each, customers, context)));
    report.expect(
      'with our properties no record of another shard’s customer is lost',
      ours === '2 of 2',
      ours,
    );
    report.expect('with KCL’s look at ranges the whole aggregated record is lost', kcl === '0 of 2', kcl);
  } finally {
    await Promise.all(applications.map(({ daemon }) => daemon.stop()));
  }
}

async function start(
  { folder, jars, processor, clients, gateway, dynamo }: KclContext,
  name: string,
  others: Readonly<Record<string, string>>,
): Promise<Application> {
  const daemon = await startDaemon(folder, name, {
    ...{ jars, processor, application: name, stream, tablePrefix: name, dynamo, others },
    kinesis: gateway.endpoint,
    recordsMax: 500,
    failoverMs: 10_000,
  });
  return { daemon, stores: openStores(clients.dynamo, tableNames(name)) };
}

/** The aggregated record, then a plain one behind it on the same shard. Gives the customers: the two, then the plain one. */
async function putRecords({ clients }: KclContext): Promise<readonly [string, string, string]> {
  const shards = await listOpenShards(clients.kinesis, stream);
  const ids = Array.from({ length: 100 }, (_, index) => `c-${index}`);
  const on = (index: number) =>
    ids.filter((id) => shardOfHash(shards, partitionKeyHash(id))?.shardId === shards[index]?.shardId);
  const [here = '', behind = ''] = on(0);
  const [elsewhere = ''] = on(1);
  const across = aggregateRecords([purchaseOf(here), purchaseOf(elsewhere)]);
  await putInOrder(clients, stream, [across, purchaseOf(behind)]);
  return [here, elsewhere, behind];
}

/** Which of the two customers are stored once the plain record behind them has been processed. */
async function stored(
  { daemon, stores }: Application,
  [here, elsewhere, behind]: readonly [string, string, string],
  { interrupted }: KclContext,
): Promise<string> {
  await waitFor(
    `${daemon.worker} has processed the last record`,
    240_000,
    staysUp([daemon], interrupted),
    async () => (await stores.customers.get(behind)) !== undefined,
  );
  const found = await stores.customers.getMany([here, elsewhere]);
  return `${found.size} of 2`;
}
