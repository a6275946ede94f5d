import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { InvalidArgumentError } from 'commander';
import { ConfigurationError } from '../../operators/errors.ts';
import { parseInstant } from '../../operators/event/parse-instant.ts';
import { listShards, type ReplayFrom } from '../hosts/stream-consumer.ts';
import type { Log } from '../log.ts';
import { readCheckpoints } from './saved-checkpoints.ts';

/** Where a replay was told to start. A file and the names of shards are looked up when the stream is at hand. */
export type ReplayStart =
  | { readonly kind: 'horizon' }
  | { readonly kind: 'checkpoints' }
  | { readonly kind: 'instant'; readonly atMs: number }
  /** Sequence numbers by shard. */
  | { readonly kind: 'positions'; readonly sequenceNumbers: ReadonlyMap<string, string> }
  | { readonly kind: 'file'; readonly path: string };

const position = /^([a-zA-Z0-9_.-]{1,128}):(0|[1-9]\d{0,127})$/;

/**
 * @param text `horizon`, `checkpoints`, an instant, `shard:sequence` once or more with commas between them, or `@file`
 * @throws InvalidArgumentError for anything else, and for an instant that lies in the future
 */
export function parseFrom(text: string): ReplayStart {
  if (text === 'horizon' || text === 'checkpoints') return { kind: text };
  if (text.startsWith('@') && text.length > 1) return { kind: 'file', path: text.slice(1) };
  const positions = text.split(',').map((part) => position.exec(part));
  if (positions.every((match) => match !== null)) {
    const sequenceNumbers = new Map(positions.map((match) => [match[1] as string, match[2] as string]));
    if (sequenceNumbers.size < positions.length) {
      throw new InvalidArgumentError('A shard is named twice.');
    }
    return { kind: 'positions', sequenceNumbers };
  }
  const atMs = parseInstant(text);
  if (atMs === undefined) {
    throw new InvalidArgumentError(
      'Expected horizon or an instant such as 2026-11-22T10:15:00Z, checkpoints, a position such as ' +
        'shardId-000000000000:4961, or @FILE.',
    );
  }
  if (atMs > Date.now()) throw new InvalidArgumentError('The instant lies in the future.');
  return { kind: 'instant', atMs };
}

export interface ResolveOptions {
  readonly kinesis: KinesisClient;
  readonly streamName: string;
  readonly log: Log;
}

/**
 * Turns what was asked for into where each shard starts; undefined: at its checkpoint.
 * @throws ConfigurationError when the file can't be used, or a shard that was named is not on the stream.
 */
export async function resolveStart(
  from: ReplayStart,
  { kinesis, streamName, log }: ResolveOptions,
): Promise<ReplayFrom | undefined> {
  if (from.kind === 'horizon') return { kind: 'horizon' };
  if (from.kind === 'checkpoints') return undefined;
  if (from.kind === 'instant') return from;
  const listed = new Set((await listShards(kinesis, streamName)).map(({ ShardId }) => ShardId));
  const absent = (shardIds: Iterable<string>) => [...shardIds].filter((shardId) => !listed.has(shardId));
  if (from.kind === 'positions') {
    const unknown = absent(from.sequenceNumbers.keys());
    if (unknown.length > 0) {
      throw new ConfigurationError([
        `--from: the stream ${streamName} has no shard ${unknown.join(', ')}; it has ${[...listed].join(', ')}`,
      ]);
    }
    const positions = new Map(
      [...from.sequenceNumbers].map(([shardId, sequenceNumber]) => [
        shardId,
        { sequenceNumber, subSequence: 0, ended: false },
      ]),
    );
    return { kind: 'positions', positions, others: 'checkpoint' };
  }
  const saved = await readCheckpoints(from.path, streamName);
  const positions = new Map(saved.map((shard) => [shard.shardId, shard]));
  const trimmed = absent(positions.keys());
  if (trimmed.length > 0) log.warn({ shards: trimmed }, 'no longer on the stream, so not read');
  return { kind: 'positions', positions, others: 'horizon' };
}

/** In a word or two, for the summary. */
export function describeFrom(from: ReplayStart): string {
  switch (from.kind) {
    case 'horizon':
      return 'horizon';
    case 'checkpoints':
      return 'the checkpoints';
    case 'instant':
      return new Date(from.atMs).toISOString();
    case 'file':
      return from.path;
    case 'positions':
      return [...from.sequenceNumbers].map(([shardId, sequence]) => `${shardId}:${sequence}`).join(',');
  }
}
