import { type KinesisClient, ListShardsCommand, type Shard } from '@aws-sdk/client-kinesis';
import { defer, EMPTY, filter, lastValueFrom, type Observable, of, repeat, tap } from 'rxjs';
import type { RecordBatch, RecordPosition } from '../../operators/event/record.ts';
import { callAws } from '../../sinks/aws-errors.ts';
import type { ShardCheckpoint } from '../../sinks/checkpoint-store.ts';
import { type ChainDependencies, consumptionChain } from '../chain.ts';
import type { CommittedBatch } from '../commit-updates.ts';
import type { Log } from '../log.ts';
import { ShardSource, type ShardStart } from '../shard-source.ts';
import { untilDone } from '../until-done.ts';

/** Where reading starts in place of the checkpoints. */
export type ReplayFrom =
  /** Everything that the stream still holds. */
  | { readonly kind: 'horizon' }
  /** The first record of each shard that arrived at or after an instant. */
  | { readonly kind: 'instant'; readonly atMs: number }
  | {
      readonly kind: 'positions';
      /** Read on after these; sequence number `0`: from the shard's horizon. A shard that had ended is left out. */
      readonly positions: ReadonlyMap<string, RecordPosition & { readonly ended: boolean }>;
      /** Where the shards start that are not named. */
      readonly others: 'checkpoint' | 'horizon';
    };

export interface StreamConsumerOptions {
  readonly kinesis: KinesisClient;
  readonly streamName: string;
  readonly chain: ChainDependencies;
  readonly recordsMax: number;
  readonly pollMs: number;
  /** See `ShardSourceOptions`. */
  readonly coalesceMs?: number;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Default: the checkpoints. */
  readonly replayFrom?: ReplayFrom | undefined;
  /** True for an emulator, which gives no answer when asked for an instant after a shard's last record. */
  readonly skipToInstant?: boolean;
  readonly onBatch?: (batch: CommittedBatch) => void;
}

/**
 * Consumes every shard of the stream in this process: shards in parallel, each in order, the children of a split or
 * merge after their parents. Resolves when stopped; rejects on an error that trying again can't mend.
 */
export async function consumeStream(options: StreamConsumerOptions): Promise<void> {
  const { checkpoints } = options.chain.stores;
  const running = new Map<string, Promise<void>>();
  const stopAll = new AbortController();
  const signal = AbortSignal.any([options.signal, stopAll.signal]);
  const stored = await untilDone(() => checkpoints.shards(), {
    signal,
    log: options.log,
    what: 'reading the checkpoints',
  });
  if (!stored) return;
  for (const checkpoint of stored) {
    options.chain.counters.shards.set(checkpoint.shardId, checkpoint);
    options.chain.clock?.seen(checkpoint.watermarkMs);
  }
  const done = shardsDone(stored, options.replayFrom);

  const listing = { signal, log: options.log, what: 'listing the shards' };
  return new Promise<void>((resolve, reject) => {
    const fail = (error: unknown) => {
      // First: stopping resolves what has no shard running.
      reject(error);
      stopAll.abort();
    };
    const startReady = async (): Promise<void> => {
      const shards = await untilDone(() => listShards(options.kinesis, options.streamName), listing);
      if (!shards) {
        // Stopped before anything was started: nobody else is there to say so.
        if (running.size === 0) resolve();
        return;
      }
      const ready = shards.filter((shard) => !running.has(shardIdOf(shard)) && isReady(shard, shards, done));
      // All of them enter the clock before the first is read: none may run ahead of one that is yet to start.
      for (const shard of ready) options.chain.clock?.add(shardIdOf(shard));
      for (const shard of ready) running.set(shardIdOf(shard), start(shardIdOf(shard)));
    };
    const start = async (shardId: string): Promise<void> => {
      try {
        const ended = await consumeShard(shardId, { ...options, signal });
        if (ended) {
          done.add(shardId);
          await startReady();
          // Not earlier: with neither the parent nor its children in it, the clock would run ahead of what these hold.
          options.chain.clock?.remove(shardId);
        }
        running.delete(shardId);
        if (signal.aborted && running.size === 0) resolve();
      } catch (error) {
        fail(error);
      }
    };
    signal.addEventListener('abort', () => running.size === 0 && resolve(), { once: true });
    startReady().catch(fail);
  });
}

/** Reads one shard to its end (its last checkpoint is returned) or until stopped (undefined). */
function consumeShard(shardId: string, options: StreamConsumerOptions): Promise<ShardCheckpoint | undefined> {
  const { chain, signal, log } = options;
  return untilDone(
    async (progressed) => {
      const stored = (await chain.stores.checkpoints.shards()).find((shard) => shard.shardId === shardId);
      // What a failed batch counted is counted again when it is read again.
      if (stored) chain.counters.shards.set(shardId, stored);
      else chain.counters.shards.delete(shardId);
      const source = new ShardSource({ ...options, shardId, start: startOf(shardId, stored, options) });
      await lastValueFrom(shardBatches(source, options).pipe(tap(progressed)), { defaultValue: undefined });
      return source.ended ? chain.counters.shards.get(shardId) : undefined;
    },
    { signal, log, what: 'reading a shard', context: { shardId } },
  );
}

/** A replay starts over after a failure: doing things again changes nothing. */
function startOf(
  shardId: string,
  stored: ShardCheckpoint | undefined,
  { replayFrom }: StreamConsumerOptions,
): ShardStart {
  if (replayFrom && replayFrom.kind !== 'positions') return replayFrom;
  const fromStored = !replayFrom || replayFrom.others === 'checkpoint' ? stored : undefined;
  const position = replayFrom?.positions.get(shardId) ?? fromStored;
  return position && position.sequenceNumber !== '0' ? { kind: 'after', position } : { kind: 'horizon' };
}

/** Shards not to be read: their children may start. A replay reads again what had been read to its end. */
function shardsDone(
  stored: readonly ShardCheckpoint[],
  replayFrom: StreamConsumerOptions['replayFrom'],
): Set<string> {
  const ended = (shards: Iterable<readonly [string, { readonly ended: boolean }]>) =>
    [...shards].flatMap(([shardId, shard]) => (shard.ended ? [shardId] : []));
  const byId = stored.map((shard) => [shard.shardId, shard] as const);
  if (!replayFrom) return new Set(ended(byId));
  if (replayFrom.kind !== 'positions') return new Set();
  const { positions, others } = replayFrom;
  const unnamed = others === 'checkpoint' ? byId.filter(([shardId]) => !positions.has(shardId)) : [];
  return new Set([...ended(positions), ...ended(unnamed)]);
}

/** One batch after the other: the next is asked for only when the one before has been checkpointed. */
function shardBatches(source: ShardSource, options: StreamConsumerOptions): Observable<CommittedBatch> {
  let finished = false;
  return defer(async () => {
    const batch = await source.next();
    finished = batch === undefined || batch.shardEnded;
    return batch;
  }).pipe(
    filter((batch): batch is RecordBatch => batch !== undefined),
    consumptionChain(options.chain),
    tap((batch) => options.onBatch?.(batch)),
    repeat({ delay: () => (finished || options.signal.aborted ? EMPTY : of(true)) }),
  );
}

function isReady(shard: Shard, shards: readonly Shard[], done: ReadonlySet<string>): boolean {
  if (done.has(shardIdOf(shard))) return false;
  const parents = [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined);
  // A parent that is no longer listed has been trimmed from the stream: nothing of it can be read any more.
  return parents.every((parent) => done.has(parent) || !shards.some((other) => other.ShardId === parent));
}

function shardIdOf(shard: Shard): string {
  return shard.ShardId ?? '';
}

/** All shards of the stream, closed ones included, oldest first. */
export async function listShards(kinesis: KinesisClient, streamName: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let NextToken: string | undefined;
  do {
    const output = await callAws('ListShards', { streamName }, () =>
      kinesis.send(new ListShardsCommand(NextToken ? { NextToken } : { StreamName: streamName })),
    );
    shards.push(...(output.Shards ?? []));
    NextToken = output.NextToken;
  } while (NextToken);
  return shards;
}
