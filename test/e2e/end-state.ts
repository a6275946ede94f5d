import { createHash } from 'node:crypto';
import type { CustomerRecord } from '../../operators/customer-record.ts';
import type { Migration, SegmentModel } from '../../operators/segments/segment-model.ts';
import { encodeState } from '../../operators/state/state-codec.ts';
import { createLog } from '../../pipeline/log.ts';
import { openRuntime, type Runtime } from '../../pipeline/runtime.ts';
import { readSettings } from '../../pipeline/settings.ts';
import type { ShardCheckpoint } from '../../sinks/checkpoint-store.ts';
import type { PublishedMigration, Stores } from '../../sinks/stores.ts';

/** All that a data folder holds after a run. */
export interface EndState {
  readonly customers: ReadonlyMap<string, CustomerRecord>;
  /** Each once, in order of publication. */
  readonly migrations: readonly PublishedMigration[];
  /** Moves that the feed gave before under another key. */
  readonly feedRepeats: readonly PublishedMigration[];
  readonly migrationsByCause: Readonly<Record<string, number>>;
  /** Versions with a hash of their content. */
  readonly models: readonly string[];
  readonly segmentModels: readonly SegmentModel[];
  readonly shards: readonly ShardCheckpoint[];
}

/** Opens the stores of a data folder, those of a running product if there is one, and closes them again. */
export async function withStores<T>(
  folder: string,
  use: (stores: Stores, runtime: Runtime) => Promise<T>,
): Promise<T> {
  const log = createLog({ level: 'silent', format: 'json' });
  const runtime = await openRuntime(readSettings({ data: folder }, {}), log, { joinRunning: true });
  try {
    return await use(runtime.stores, runtime);
  } finally {
    await runtime.close();
  }
}

export async function readEndState(folder: string): Promise<EndState> {
  return withStores(folder, async (stores) => {
    const customers = new Map<string, CustomerRecord>();
    let cursor: string | undefined;
    do {
      const page = await stores.customers.scan({ limit: 1_000, cursor });
      for (const record of page.items) customers.set(record.customerId, record);
      cursor = page.cursor;
    } while (cursor !== undefined);
    const { segmentModels, versions } = await readModels(stores);
    return {
      customers,
      ...(await readFeed(stores)),
      migrationsByCause: await stores.migrations.countByCause(),
      models: versions,
      segmentModels,
      shards: await stores.checkpoints.shards(),
    };
  });
}

async function readFeed(stores: Stores): Promise<Pick<EndState, 'migrations' | 'feedRepeats'>> {
  const byId = new Map<string, PublishedMigration>();
  const feedRepeats: PublishedMigration[] = [];
  let feedKey: string | undefined;
  for (;;) {
    const page = await stores.migrations.feedAfter(feedKey, 1_000);
    if (page.length === 0) return { migrations: [...byId.values()], feedRepeats };
    for (const move of page) {
      if (byId.has(move.id)) feedRepeats.push(move);
      else byId.set(move.id, move);
    }
    feedKey = page.at(-1)?.feedKey;
  }
}

async function readModels(stores: Stores): Promise<{ segmentModels: SegmentModel[]; versions: string[] }> {
  const segmentModels: SegmentModel[] = [];
  const versions: string[] = [];
  for (const kind of ['segments', 'consumption'] as const) {
    for (const { version, active } of await stores.models.list(kind)) {
      const model = await stores.models.get(kind, version);
      const hash = createHash('sha256').update(JSON.stringify(model)).digest('hex').slice(0, 12);
      versions.push(`${version} ${hash}${active ? ' active' : ''}`);
      if (kind === 'segments' && model) segmentModels.push(model as SegmentModel);
    }
  }
  segmentModels.sort((a, b) => a.fittedAtMs - b.fittedAtMs);
  return { segmentModels, versions: versions.sort() };
}

/** The bytes that order-proof state is judged by. */
export function stateHex({ state }: CustomerRecord): string {
  return Buffer.from(encodeState(state)).toString('hex');
}

export function eventsApplied(end: EndState): number {
  return [...end.customers.values()].reduce((sum, { state }) => sum + state.lifetime.events, 0);
}

/** Events read from the stream, those sent twice included. */
export function eventsRead(end: EndState): number {
  return end.shards.reduce((sum, shard) => sum + shard.events, 0);
}

/** What makes two moves the same move. */
export function moveKey({ customerId, ordinal, atMs, from, to, cause, id }: Migration): string {
  return `${customerId} #${ordinal} ${new Date(atMs).toISOString()} ${from} -> ${to} by ${cause} (${id})`;
}

export function movesByCustomer(end: EndState): Map<string, PublishedMigration[]> {
  const moves = new Map<string, PublishedMigration[]>();
  for (const migration of end.migrations) {
    const known = moves.get(migration.customerId);
    if (known) known.push(migration);
    else moves.set(migration.customerId, [migration]);
  }
  for (const list of moves.values()) list.sort((a, b) => a.ordinal - b.ordinal);
  return moves;
}

/**
 * What must hold of any data folder at rest: each customer's moves are numbered without a gap, follow from one another
 * in time and segment, and end where the customer stands; nothing is left unpublished; the feed and the table agree.
 */
export function integrityProblems(end: EndState): string[] {
  const problems: string[] = [];
  const moves = movesByCustomer(end);
  for (const [customerId, { standing, outbox }] of end.customers) {
    const own = moves.get(customerId) ?? [];
    if (own.length !== (standing?.migrations ?? 0)) {
      problems.push(
        `${customerId}: ${own.length} moves published, the record counts ${standing?.migrations}`,
      );
    }
    const published = new Set(own.map((move) => move.id));
    for (const move of outbox) if (!published.has(move.id)) problems.push(`unpublished: ${moveKey(move)}`);
    own.forEach((move, index) => {
      const before = own[index - 1];
      if (move.ordinal !== index + 1) problems.push(`numbered with a gap: ${moveKey(move)}`);
      if (before && (before.to !== move.from || before.atMs > move.atMs)) {
        problems.push(`${moveKey(move)} does not follow from ${moveKey(before)}`);
      }
    });
    const last = own.at(-1);
    if (last && (last.to !== standing?.segment || last.atMs !== standing.sinceMs)) {
      problems.push(`${customerId} stands in ${standing?.segment}, the last move is ${moveKey(last)}`);
    }
  }
  const counted = Object.values(end.migrationsByCause).reduce((sum, count) => sum + count, 0);
  if (counted !== end.migrations.length) {
    problems.push(`the table holds ${counted} moves, the feed gives ${end.migrations.length}`);
  }
  for (const customerId of moves.keys()) {
    if (!end.customers.has(customerId)) problems.push(`moves of ${customerId}, who is not stored`);
  }
  return problems;
}
