import { InvariantError, TidemarkError } from '../../operators/errors.ts';
import type { StreamRecord } from '../../operators/event/record.ts';
import type { QuarantineStore } from '../../sinks/stores.ts';

export interface SetAsideOptions {
  readonly quarantine: Pick<QuarantineStore, 'putMany'>;
  /** Told of each record once it is in quarantine. */
  readonly onQuarantined: (record: StreamRecord, shardId: string, error: unknown) => void;
}

/** Records put aside in one go; with one more the fault is taken to be ours rather than theirs. */
const setAsideMax = 10;

/**
 * Gives what puts a record into quarantine that decodes but breaks its processing, for one batch or invocation.
 * @throws InvariantError from the eleventh record on: the batch is then to be given again.
 */
export function setAsideInto(options: SetAsideOptions) {
  let count = 0;
  return async (record: StreamRecord, shardId: string, error: unknown): Promise<void> => {
    count += 1;
    if (count > setAsideMax) {
      throw new InvariantError(`more than ${setAsideMax} records in a row break their processing`, {
        shardId,
        code: error instanceof TidemarkError ? error.code : (error as Error).name,
      });
    }
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    await options.quarantine.putMany([
      { ...record, shardId, rejection: { reason: 'processing-failed', detail } },
    ]);
    options.onQuarantined(record, shardId, error);
  };
}
