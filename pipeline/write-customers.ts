import type { CustomerRecord } from '../operators/customer-record.ts';
import { DependencyError } from '../operators/errors.ts';
import type { Migration } from '../operators/segments/segment-model.ts';
import { boundedMap } from '../sinks/bounded-map.ts';
import type { Stores } from '../sinks/stores.ts';
import { statementsPerCall } from '../sinks/versioned-puts.ts';
import type { PipelineCounters } from './pipeline-counters.ts';

export interface WriteDependencies {
  readonly stores: Pick<Stores, 'customers' | 'migrations'>;
  readonly counters: Pick<PipelineCounters, 'conflicts' | 'recordFound'>;
  /** Customers handed to the store at once, 1... The store's own limit, over all shards, may hold some of them back. */
  readonly writesInFlightMax: number;
}

/** What a piece of work is about, and how it is done; `Work` stands for one customer. */
export interface CustomerWork<Work> {
  /** The record the work started from. */
  before(work: Work): CustomerRecord;
  /** The record to write, asked for right before the write; undefined leaves the customer as it is. */
  next(work: Work): CustomerRecord | undefined;
  /** The same work on what somebody else has written since; undefined when there is nothing to do any more. */
  again(
    lost: readonly { readonly work: Work; readonly current: CustomerRecord | undefined }[],
  ): Promise<readonly (Work | undefined)[]>;
  /** Told of each write as soon as it is known to be stored. */
  written(work: Work, record: CustomerRecord): void;
}

export interface CustomerResult<Work> {
  /** As it was done in the end; undefined when nothing was left to do. */
  readonly work: Work | undefined;
  /** What was written; undefined when nothing was. */
  readonly record: CustomerRecord | undefined;
}

/** Losing this many races for one customer in a row means that something other than a race is wrong. */
const attemptsMax = 10;

/**
 * Writes customers under their version condition: before each write publishes the moves it finds unpublished on the
 * record, which the write would drop; whoever was written by somebody else is loaded and worked on again.
 * A write whose answer was lost is such a conflict, too: its record is found stored, its moves are published from it.
 *
 * @returns results in the order of `all`
 * @throws DependencyError `write-conflict`, retryable, when one customer loses ten races in a row.
 */
export async function writeCustomers<Work>(
  all: readonly Work[],
  how: CustomerWork<Work>,
  dependencies: WriteDependencies,
): Promise<CustomerResult<Work>[]> {
  const { writesInFlightMax } = dependencies;
  const groupMax = Math.min(statementsPerCall, writesInFlightMax);
  const groups = Array.from({ length: Math.ceil(all.length / groupMax) }, (_, index) =>
    all.slice(index * groupMax, (index + 1) * groupMax),
  );
  const groupsAtOnce = Math.max(1, Math.floor(writesInFlightMax / groupMax));
  const results = await boundedMap(groups, groupsAtOnce, (group) => writeGroup(group, how, dependencies));
  return results.flat();
}

interface Turn<Work> {
  readonly work: Work;
  readonly position: number;
}

async function writeGroup<Work>(
  group: readonly Work[],
  how: CustomerWork<Work>,
  { stores: { customers, migrations }, counters }: WriteDependencies,
): Promise<CustomerResult<Work>[]> {
  const results = new Array<CustomerResult<Work>>(group.length);
  let pending: Turn<Work>[] = group.map((work, position) => ({ work, position }));
  for (const work of group) counters.recordFound(how.before(work));
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const unpublished = inOrder(pending.flatMap(({ work }) => how.before(work).outbox));
    if (unpublished.length > 0) await migrations.republish(unpublished);
    const writes: (Turn<Work> & { readonly record: CustomerRecord })[] = [];
    for (const turn of pending) {
      const record = how.next(turn.work);
      if (record) writes.push({ ...turn, record });
      else results[turn.position] = { work: turn.work, record: undefined };
    }
    if (writes.length === 0) return results;
    const outcomes = await customers.putMany(writes.map(({ record }) => record));
    const lost: Turn<Work>[] = [];
    for (const [index, { work, position, record }] of writes.entries()) {
      if (outcomes[index] === 'written') {
        how.written(work, record);
        results[position] = { work, record };
      } else {
        lost.push({ work, position });
      }
    }
    if (lost.length === 0) return results;
    counters.conflicts += lost.length;
    pending = await reload(lost, how, { customers, counters }, results);
  }
  throw new DependencyError(
    'write-conflict',
    `customer was written by others ${attemptsMax} times in a row`,
    { retryable: true, context: { customerIds: pending.map(({ work }) => how.before(work).customerId) } },
  );
}

async function reload<Work>(
  lost: readonly Turn<Work>[],
  how: CustomerWork<Work>,
  { customers, counters }: Pick<WriteDependencies, 'counters'> & Pick<Stores, 'customers'>,
  results: CustomerResult<Work>[],
): Promise<Turn<Work>[]> {
  const idOf = (work: Work) => how.before(work).customerId;
  const stored = await customers.getMany(lost.map(({ work }) => idOf(work)));
  for (const record of stored.values()) counters.recordFound(record);
  const again = await how.again(lost.map(({ work }) => ({ work, current: stored.get(idOf(work)) })));
  const pending: Turn<Work>[] = [];
  for (const [index, { position }] of lost.entries()) {
    const work = again[index];
    if (work === undefined) results[position] = { work, record: undefined };
    else pending.push({ work, position });
  }
  return pending;
}

/** Moves in the order they are published in: of time. */
export function inOrder(moves: readonly Migration[]): Migration[] {
  return [...moves].sort((a, b) => a.atMs - b.atMs);
}
