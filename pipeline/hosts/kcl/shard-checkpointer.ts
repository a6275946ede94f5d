import { DependencyError } from '../../../operators/errors.ts';
import type { RecordPosition } from '../../../operators/event/record.ts';
import type { Log } from '../../log.ts';
import { type CheckpointAnswer, checkpointLine } from './protocol.ts';

/** `behind`: not stored, and stored with a later one just as well. `lease-lost`: another worker has the shard. */
export type CheckpointOutcome = 'stored' | 'behind' | 'lease-lost';

export interface ShardCheckpointerOptions {
  readonly write: (line: string) => Promise<void>;
  /** The daemon's answer to the checkpoint just asked for. */
  readonly answer: () => Promise<CheckpointAnswer>;
  readonly pause: (durationMs: number) => Promise<void>;
  readonly log: Log;
  /** Times one checkpoint is asked for while the lease table does not take it. Default 5. */
  readonly attemptsMax?: number;
}

/** Errors of the daemon that say that the lease table did not take it this time. */
const transientErrors = new Set(['ThrottlingException', 'KinesisClientLibDependencyException']);

/**
 * Has the daemon store how far the shard has come, in its lease table. What the table does not take is asked for again
 * with growing waits (100 ms doubled each time), a bounded number of times.
 * @throws DependencyError `kcl-checkpoint` when the daemon refuses for good: the lease table is not as it must be, or
 *   the position is none of what was handed over.
 */
export async function checkpointLease(
  at: RecordPosition | undefined,
  options: ShardCheckpointerOptions,
): Promise<CheckpointOutcome> {
  const attemptsMax = options.attemptsMax ?? 5;
  for (let attempt = 1; ; attempt += 1) {
    await options.write(checkpointLine(at));
    const { error } = await options.answer();
    if (error === undefined || error === null) return 'stored';
    if (error === 'ShutdownException') {
      options.log.info({ error }, 'the lease is another worker’s; it goes on from the last checkpoint');
      return 'lease-lost';
    }
    if (!transientErrors.has(error)) {
      throw new DependencyError('kcl-checkpoint', `the daemon refused a checkpoint: ${error}`, {
        context: { at, error },
      });
    }
    options.log.warn({ error, attempt }, 'the lease table did not take a checkpoint');
    if (attempt >= attemptsMax) return 'behind';
    await options.pause(100 * 2 ** (attempt - 1));
  }
}
