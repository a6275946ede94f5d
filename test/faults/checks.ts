import { applyEvents } from '../../operators/apply-events.ts';
import { type CustomerRecord, newCustomer } from '../../operators/customer-record.ts';
import type { PurchaseEvent } from '../../operators/event/purchase-event.ts';
import { reviewCustomer } from '../../operators/review-customer.ts';
import type { Migration, SegmentModel } from '../../operators/segments/segment-model.ts';
import { emptyState, foldEvents } from '../../operators/state/fold-events.ts';
import { encodeState } from '../../operators/state/state-codec.ts';
import type { Stores } from '../../sinks/stores.ts';
import type { Workload } from './workload.ts';
import type { World } from './world.ts';

export interface FinalState {
  readonly workload: Workload;
  /** Model that is active in the end. */
  readonly model: SegmentModel;
  /** The instant everything was swept to. */
  readonly atMs: number;
  /** True where each customer's events came in order of time, under one model, with no sweep ahead of them. */
  readonly comparable: boolean;
}

/** Compares what is stored in the end with one pass in order over the same events; problems go to the observer. */
export async function checkEnd(world: World, stores: Stores, end: FinalState): Promise<void> {
  const { observer } = world;
  const all = { limit: 1_000 };
  const records = new Map(
    (await stores.customers.scan(all)).items.map((record) => [record.customerId, record]),
  );
  const unexpected = [...records.keys()].filter((id) => !end.workload.events.has(id));
  if (unexpected.length > 0) observer.problem(`customers that nobody bought for: ${unexpected.join(' ')}`);
  const published = new Map<string, number>();
  for (const move of await stores.migrations.feedAfter(undefined, 1_000)) {
    published.set(move.id, (published.get(move.id) ?? 0) + 1);
  }
  let expectedMoves = 0;
  for (const [customerId, events] of end.workload.events) {
    const record = records.get(customerId);
    if (!record) {
      observer.problem(`${customerId} is missing`);
      continue;
    }
    const expected = foldEvents(emptyState, events, world.settings.state).state;
    if (Buffer.compare(encodeState(record.state), encodeState(expected)) !== 0) {
      observer.problem(
        `state of ${customerId} differs: ${record.state.lifetime.events} events, expected ${expected.lifetime.events}`,
      );
    }
    await checkPurchases(world, stores, customerId, events);
    await checkMoves(world, stores, record, published);
    checkTime(world, record, end);
    if (end.comparable) await checkAgainstOnePass(world, stores, record, events, end);
    expectedMoves += record.standing?.migrations ?? 0;
  }
  const inFeed = [...published.values()].reduce((sum, count) => sum + count, 0);
  if (inFeed !== expectedMoves) observer.problem(`${inFeed} moves in the feed, expected ${expectedMoves}`);
  checkQuarantine(world);
}

async function checkPurchases(
  { observer }: World,
  stores: Stores,
  customerId: string,
  events: readonly PurchaseEvent[],
): Promise<void> {
  const stored = (await stores.purchases.list(customerId, { limit: 1_000 })).items.map(
    ({ eventId }) => eventId,
  );
  const expected = events.map(({ eventId }) => eventId);
  if (stored.sort().join() !== expected.sort().join()) {
    observer.problem(`purchases of ${customerId}: ${stored.length} stored, expected ${expected.length}`);
  }
}

/** Each move of the committed history is in the table and in the feed, once, with that content; nothing else is. */
async function checkMoves(
  { observer }: World,
  stores: Stores,
  record: CustomerRecord,
  published: ReadonlyMap<string, number>,
): Promise<void> {
  const { customerId, standing } = record;
  const moves = (await stores.migrations.listByCustomer(customerId, { limit: 1_000 })).items;
  const committed = observer.committed.get(customerId) ?? new Map<number, Migration>();
  const made = standing?.migrations ?? 0;
  if (committed.size !== made)
    observer.problem(`${customerId} made ${made} moves, and committed ${committed.size}`);
  if (moves.length !== made)
    observer.problem(`${customerId} made ${made} moves, and ${moves.length} are published`);
  let previous: Migration | undefined;
  for (const move of [...moves].reverse()) {
    const expected = committed.get(move.ordinal);
    if (!expected || !sameMove(move, expected)) {
      observer.problem(`move ${move.ordinal} of ${customerId} is not the one committed`);
    }
    if (published.get(move.id) !== 1)
      observer.problem(`move ${move.ordinal} of ${customerId} is not in the feed once`);
    if (previous && previous.to !== move.from) observer.problem(`the moves of ${customerId} do not join up`);
    previous = move;
  }
  if (previous && previous.to !== standing?.segment) {
    observer.problem(
      `${customerId} stands in ${standing?.segment}, and the last move went to ${previous.to}`,
    );
  }
}

/** Whatever time alone does by the end has been done, and a timer stands for what it will do next. */
function checkTime({ observer }: World, record: CustomerRecord, { model, atMs }: FinalState): void {
  const due = reviewCustomer(record, { segments: model, consumption: undefined }, atMs);
  if (due && due.outbox.length > 0) observer.problem(`a move of ${record.customerId} is overdue`);
  else if (due) observer.problem(`${record.customerId} stands without its timer`);
}

/** The same events through the pure steps, in order of time, and one review at the end. */
async function checkAgainstOnePass(
  world: World,
  stores: Stores,
  record: CustomerRecord,
  events: readonly PurchaseEvent[],
  { model, atMs }: FinalState,
): Promise<void> {
  const { customerId } = record;
  const models = { segments: model, consumption: undefined };
  const moves: Migration[] = [];
  let expected = newCustomer(customerId);
  for (const [index, event] of events.entries()) {
    const positioned = { sequenceNumber: String(index + 1), subSequence: 0, event, ordered: true };
    expected = applyEvents(expected, [positioned], 'shard', models, world.settings.state).after;
    moves.push(...expected.outbox);
  }
  const reviewed = reviewCustomer(expected, models, atMs);
  moves.push(...(reviewed?.outbox ?? []));
  const standing = (reviewed ?? expected).standing;
  if (JSON.stringify(record.standing) !== JSON.stringify(standing)) {
    world.observer.problem(`the standing of ${customerId} is not that of one pass`);
  }
  const stored = (await stores.migrations.listByCustomer(customerId, { limit: 1_000 })).items.map(
    ({ id }) => id,
  );
  if (stored.reverse().join() !== moves.map(({ id }) => id).join()) {
    const actual = (await stores.migrations.listByCustomer(customerId, { limit: 1_000 })).items
      .slice()
      .reverse();
    world.observer.problem(
      `the moves of ${customerId} are not those of one pass: ${listed(actual)}; expected ${listed(moves)}`,
    );
  }
}

function checkQuarantine({ observer, stream, tables }: World): void {
  const expected: string[] = [];
  for (const shard of stream.shards) {
    for (const record of shard.records) {
      for (const [sub, meaning] of observer.open(record).entries()) {
        if (meaning.kind === 'poison') expected.push(`${shard.shardId} ${record.sequenceNumber} ${sub}`);
      }
    }
  }
  const stored = tables
    .items('quarantine')
    .map((item) => `${item.shardId} ${item.sequenceNumber} ${item.subSequence}`);
  if (stored.sort().join() !== expected.sort().join()) {
    const extra = stored.filter((place) => !expected.includes(place));
    const reasons = tables.items('quarantine').map((item) => `${item.reason} ${item.detail}`);
    observer.problem(
      `quarantine holds ${stored.length} records, expected ${expected.length}: ${extra} ${reasons}`,
    );
  }
}

function listed(moves: readonly Migration[]): string {
  return moves
    .map(({ atMs, cause, from, to }) => `${new Date(atMs).toISOString()} ${cause} ${from} > ${to}`)
    .join(', ');
}

function sameMove(a: Migration, b: Migration): boolean {
  const text = (move: Migration) =>
    [
      move.id,
      move.customerId,
      move.ordinal,
      move.atMs,
      move.from,
      move.to,
      move.cause,
      move.modelVersion,
    ].join('|');
  return text(a) === text(b);
}
