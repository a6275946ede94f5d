import type { ApiDependencies, QuarantineReplay } from '../../api/dependencies.ts';
import { InvariantError } from '../../operators/errors.ts';
import { type ReplayDependencies, type ReplayOutcome, replayQuarantine } from '../jobs/replay-quarantine.ts';

/** How the API puts a quarantined record on the stream again: by the job of the command line, one record at a time. */
export function replayRecord(
  dependencies: Pick<ReplayDependencies, 'quarantine' | 'producer' | 'decode' | 'nowMs'>,
): ApiDependencies['replayQuarantined'] {
  return async (id, mended): Promise<QuarantineReplay> => {
    let outcome: ReplayOutcome | undefined;
    await replayQuarantine(
      { ids: [id] },
      {
        ...dependencies,
        mended,
        dryRun: false,
        onOutcome: (told) => {
          outcome = told;
        },
      },
    );
    return answerOf(outcome);
  };
}

function answerOf(outcome: ReplayOutcome | undefined): QuarantineReplay {
  switch (outcome?.kind) {
    case 'replayed':
      return { kind: outcome.kind, eventId: outcome.eventId };
    case 'rejected':
      return { kind: outcome.kind, rejection: outcome.rejection };
    case 'truncated':
    case 'unknown':
    case 'failed':
      return { kind: outcome.kind };
    default:
      throw new InvariantError('a replay of one record told no outcome of it');
  }
}
