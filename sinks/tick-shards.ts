import type { PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { DependencyError } from '../operators/errors.ts';
import { encodeDocument, tickDocument } from '../operators/event/event-document.ts';
import { toTidemarkError } from './aws-errors.ts';
import type { OpenShard } from './open-shards.ts';
import { type PutResult, recordsPerCallMax } from './put-lanes.ts';

export interface TickShardsOptions {
  readonly listShards: () => Promise<readonly OpenShard[]>;
  readonly call: (entries: PutRecordsRequestEntry[]) => Promise<readonly PutResult[]>;
  readonly backOff: (attempt: number) => Promise<void>;
  /** Rounds of listing and telling, 1... */
  readonly attemptsMax: number;
}

/**
 * Puts a clock tick on every open shard and gives the shards it found. The shards are listed anew each round, so one
 * that closes meanwhile is followed to its children.
 * @param upToMs UTC milliseconds; no event at or before it follows.
 * @throws ThrottledError | DependencyError when a shard is still not told after `attemptsMax` rounds.
 */
export async function tickOpenShards(
  upToMs: number,
  options: TickShardsOptions,
): Promise<readonly OpenShard[]> {
  const data = encodeDocument(tickDocument(upToMs));
  const told = new Set<string>();
  let lastError: string | undefined;
  for (let attempt = 1; attempt <= options.attemptsMax; attempt += 1) {
    if (attempt > 1) await options.backOff(attempt - 1);
    try {
      const shards = await options.listShards();
      const untold = shards.filter(({ shardId }) => !told.has(shardId));
      lastError = await tellShards(untold, data, told, options);
      if (shards.every(({ shardId }) => told.has(shardId))) return shards;
    } catch (error) {
      const failure = toTidemarkError(error, 'tick', { upToMs });
      if (!failure.retryable || attempt === options.attemptsMax) throw failure;
    }
  }
  const reason = lastError ?? 'the shards kept changing';
  throw new DependencyError(
    'tick-failed',
    `the clock tick did not reach all shards in ${options.attemptsMax} rounds: ${reason}`,
    { retryable: true, context: { upToMs, told: [...told] } },
  );
}

/** One round; gives the last error of a shard that can be tried again. */
async function tellShards(
  shards: readonly OpenShard[],
  data: Uint8Array,
  told: Set<string>,
  options: TickShardsOptions,
): Promise<string | undefined> {
  let lastError: string | undefined;
  for (let from = 0; from < shards.length; from += recordsPerCallMax) {
    const asked = shards.slice(from, from + recordsPerCallMax);
    const results = await options.call(
      asked.map((shard) => ({
        PartitionKey: 'tick',
        ExplicitHashKey: shard.startHash.toString(),
        Data: data,
      })),
    );
    for (const result of results) {
      // Told is the shard that answered: after a reshard it is another one than was asked.
      if (result.ok) told.add(result.shardId);
      else if (result.retryable) lastError = result.error;
      else throw new DependencyError('tick-refused', result.error, { context: { shards: asked.length } });
    }
  }
  return lastError;
}
