import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigurationError } from '../../operators/errors.ts';
import type { ShardCheckpoint } from '../../sinks/checkpoint-store.ts';

const savedSchema = z.object({
  stream: z.string(),
  savedAt: z.string(),
  shards: z.array(
    z.object({
      shardId: z.string().min(1),
      sequenceNumber: z.string().regex(/^(0|[1-9]\d{0,127})$/),
      subSequence: z.number().int().min(0),
      ended: z.boolean(),
    }),
  ),
});

/** How far one shard had been processed. */
export type SavedCheckpoint = z.infer<typeof savedSchema>['shards'][number];

/**
 * Writes where each shard stands, as JSON. The figures of a checkpoint stay out: only the position is read again.
 * @throws ConfigurationError when the file can't be written.
 */
export async function writeCheckpoints(
  path: string,
  stream: string,
  shards: readonly ShardCheckpoint[],
  nowMs: number,
): Promise<void> {
  const positions = shards.map(
    ({ shardId, sequenceNumber, subSequence, ended }): SavedCheckpoint => ({
      shardId,
      sequenceNumber,
      subSequence,
      ended,
    }),
  );
  const saved = { stream, savedAt: new Date(nowMs).toISOString(), shards: positions };
  try {
    await writeFile(path, `${JSON.stringify(saved, null, 2)}\n`);
  } catch (error) {
    throw new ConfigurationError([`${path} can't be written: ${messageOf(error)}`], { cause: error });
  }
}

/** @throws ConfigurationError when the file can't be read, is no such file, or is of another stream. */
export async function readCheckpoints(path: string, stream: string): Promise<readonly SavedCheckpoint[]> {
  let saved: z.infer<typeof savedSchema>;
  try {
    saved = savedSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === undefined ? 'it is no file of --save-checkpoints' : messageOf(error);
    throw new ConfigurationError([`${path} can't be read: ${why}`], { cause: error });
  }
  if (saved.stream !== stream) {
    throw new ConfigurationError([`${path} is of the stream ${saved.stream}, not ${stream}; see --stream`]);
  }
  return saved.shards;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
