import type { CustomerRecord } from '../../../operators/customer-record.ts';
import { encodeState } from '../../../operators/state/state-codec.ts';
import type { PublishedMigration, Stores } from '../../../sinks/stores.ts';
import { type EndState, integrityProblems, stateHex } from '../end-state.ts';
import type { Report } from '../report.ts';
import type { KinesisGateway } from './kinesis-gateway.ts';
import { type Lease, leasesBehind, type ShardOnStream } from './leases.ts';
import type { PureFold } from './pure-fold.ts';

export interface EndOptions {
  readonly report: Report;
  readonly stores: Stores;
  readonly expected: PureFold;
  readonly shards: readonly ShardOnStream[];
  readonly leases: readonly Lease[];
  readonly gateway: KinesisGateway;
}

/** Compares what stands in the tables with the pure fold, and what stands in the leases with the stream. */
export async function compareEnd(options: EndOptions): Promise<void> {
  const { report, stores, expected, shards, leases, gateway } = options;
  const end = await readEnd(stores);
  report.expectNone(
    `feature state of all ${expected.states.size} customers is byte-identical to the pure fold`,
    differences(expected, end.customers),
  );
  report.expectNone(`${end.migrations.length} migrations, each once, none missing, none unpublished`, [
    ...integrityProblems(end),
    ...end.feedRepeats.map(({ id }) => `twice in the feed: ${id}`),
  ]);
  report.expect('there are migrations', end.migrations.length > 0);
  const ended = new Set(end.shards.filter((shard) => shard.ended).map(({ shardId }) => shardId));
  const children = shards.filter(({ parents }) => parents.length > 0);
  report.expect(
    'one split and one merge',
    children.length === 3 && shards.filter((s) => s.closed).length === 3,
  );
  report.expectNone('every lease is at the shard’s end or tip', leasesBehind(shards, leases, ended));
  report.expectNone(
    'our own progress is where the leases are',
    shards.flatMap((shard) => {
      const own = end.shards.find(({ shardId }) => shardId === shard.shardId);
      const same =
        own?.ended === shard.closed &&
        (shard.tip === undefined ||
          (own.sequenceNumber === shard.tip.sequenceNumber && own.subSequence === shard.tip.subSequence));
      return same ? [] : [`${shard.shardId}: ${JSON.stringify(own)}, expected ${JSON.stringify(shard.tip)}`];
    }),
  );
  const read = end.shards.reduce((sum, shard) => sum + shard.events, 0);
  report.expect('progress counts every event once', read === expected.events, read);
  report.note(
    `${shards.length} shards, ${shards.reduce((sum, s) => sum + s.records, 0)} records with ` +
      `${shards.reduce((sum, s) => sum + s.userRecords, 0)} user records (ticks included)`,
  );
  const calls = [...gateway.calls].map(([name, count]) => `${name} ${count}`).join(', ');
  report.note(`gateway: ${calls}; child shards added to ${gateway.childShardsAdded} answers`);
}

function differences(expected: PureFold, customers: ReadonlyMap<string, CustomerRecord>): string[] {
  const found: string[] = [];
  for (const [customerId, state] of expected.states) {
    const record = customers.get(customerId);
    if (!record) found.push(`${customerId} is missing`);
    else if (stateHex(record) !== Buffer.from(encodeState(state)).toString('hex')) {
      const { events } = record.state.lifetime;
      found.push(`${customerId}: ${events} events, expected ${state.lifetime.events}`);
    }
  }
  for (const customerId of customers.keys()) {
    if (!expected.states.has(customerId)) found.push(`${customerId} is there without reason`);
  }
  return found;
}

async function readEnd(stores: Stores): Promise<EndState> {
  const customers = new Map<string, CustomerRecord>();
  let cursor: string | undefined;
  do {
    const page = await stores.customers.scan({ limit: 1_000, cursor });
    for (const record of page.items) customers.set(record.customerId, record);
    cursor = page.cursor;
  } while (cursor !== undefined);
  const byId = new Map<string, PublishedMigration>();
  const feedRepeats: PublishedMigration[] = [];
  for (let feedKey: string | undefined; ; ) {
    const page = await stores.migrations.feedAfter(feedKey, 1_000);
    if (page.length === 0) break;
    for (const move of page) {
      if (byId.has(move.id)) feedRepeats.push(move);
      else byId.set(move.id, move);
    }
    feedKey = page.at(-1)?.feedKey;
  }
  return {
    customers,
    migrations: [...byId.values()],
    feedRepeats,
    migrationsByCause: await stores.migrations.countByCause(),
    models: [],
    segmentModels: [],
    shards: await stores.checkpoints.shards(),
  };
}
