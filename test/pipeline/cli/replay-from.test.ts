import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFrom, resolveStart } from '../../../pipeline/cli/replay-from.ts';
import { writeCheckpoints } from '../../../pipeline/cli/saved-checkpoints.ts';
import { silentLog } from '../../fixtures/pipeline-bench.ts';

const listed = { Shards: [{ ShardId: 'shard-a' }, { ShardId: 'shard-b' }] };
const options = {
  // Asked for the list of shards, and for nothing else.
  kinesis: { send: async () => listed } as unknown as KinesisClient,
  streamName: 'orders',
  log: silentLog,
};

describe('where the shards start', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-from-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test('with positions: those named behind them, the others at their checkpoints', async () => {
    expect(await resolveStart(parseFrom('shard-b:4961'), options)).toEqual({
      kind: 'positions',
      positions: new Map([['shard-b', { sequenceNumber: '4961', subSequence: 0, ended: false }]]),
      others: 'checkpoint',
    });
  });

  test('is refused for shards that the stream does not have', async () => {
    await expect(resolveStart(parseFrom('shard-a:1,shard-c:2'), options)).rejects.toThrow(
      'the stream orders has no shard shard-c; it has shard-a, shard-b',
    );
  });

  test('with a file: as it says, the others at the horizon, since they had not been begun', async () => {
    const path = join(folder, 'positions.json');
    const shard = { sequenceNumber: '4961', subSequence: 3, watermarkMs: 5, events: 7, quarantined: 1 };
    const shards = [
      { ...shard, shardId: 'shard-a', ended: true },
      // Trimmed from the stream since: nothing of it can be read.
      { ...shard, shardId: 'shard-0', ended: true },
    ];
    await writeCheckpoints(path, 'orders', shards, 0);
    const start = await resolveStart(parseFrom(`@${path}`), options);
    expect(start).toMatchObject({ kind: 'positions', others: 'horizon' });
    const positions = start?.kind === 'positions' ? start.positions : new Map();
    expect(positions.get('shard-a')).toMatchObject({ sequenceNumber: '4961', subSequence: 3, ended: true });
  });

  test('at the horizon, an instant or the checkpoints needs no list', async () => {
    const blind = { ...options, kinesis: {} as KinesisClient };
    expect(await resolveStart(parseFrom('horizon'), blind)).toEqual({ kind: 'horizon' });
    expect(await resolveStart(parseFrom('checkpoints'), blind)).toBeUndefined();
    const instant = await resolveStart(parseFrom('2024-03-01T10:00:00Z'), blind);
    expect(instant).toEqual({ kind: 'instant', atMs: Date.UTC(2024, 2, 1, 10) });
  });
});
