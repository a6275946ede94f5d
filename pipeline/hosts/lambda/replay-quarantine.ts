import * as z from 'zod';
import { ConfigurationError } from '../../../operators/errors.ts';
import type { RejectReason } from '../../../operators/event/purchase-event.ts';
import { createEventProducer } from '../../../sinks/event-producer.ts';
import { decodeOptions } from '../../decode-options.ts';
import {
  type QuarantineSelection,
  type ReplayOutcome,
  replayQuarantine,
} from '../../jobs/replay-quarantine.ts';
import { leaveIfStopping } from '../../stopping.ts';
import { isOutOfTime } from './out-of-time.ts';
import { guardTime, type InvocationContext } from './time-guard.ts';
import { onFirstCall, type WarmStart } from './warm-start.ts';

/** Some records by their ids, all open ones of one reason, or all open ones. */
const requestSchema = z
  .strictObject({
    ids: z.array(z.string().min(1)).min(1).max(1_000).optional(),
    reason: z.string().min(1).optional(),
    all: z.literal(true).optional(),
    /** True checks and sends nothing. */
    dryRun: z.boolean().default(false),
  })
  .refine(
    ({ ids, reason, all }) => [ids, reason, all].filter((choice) => choice !== undefined).length === 1,
    'say which records: one of ids, reason, all',
  );

export interface ReplayAnswer {
  readonly replayed: number;
  readonly refused: number;
  /** False when time ran out: the same request goes on with what is left. */
  readonly finished: boolean;
  /** What became of the first hundred. */
  readonly outcomes: readonly ReplayOutcome[];
}

export type QuarantineReplayer = (event: unknown, context: InvocationContext) => Promise<ReplayAnswer>;

const outcomesMax = 100;
/** Time kept for a page in hand, ms. */
const reserveMs = 15_000;

/**
 * Puts quarantined records on the stream again, on an operator's word; see the job of the same name.
 * @throws ConfigurationError for a request that does not say which records
 */
export function quarantineReplayer(warm: WarmStart): QuarantineReplayer {
  const { clients, logger, nowMs, settings, stores } = warm;
  return async (event, context) => {
    const { selection, dryRun } = readRequest(event);
    const guard = guardTime(context, reserveMs);
    const producer = createEventProducer({ kinesis: clients.kinesis, streamName: settings.stream });
    const { quarantine } = stores;
    const total = { replayed: 0, refused: 0 };
    const outcomes: ReplayOutcome[] = [];
    let finished = true;
    try {
      await replayQuarantine(selection, {
        quarantine: {
          list: (page) => {
            leaveIfStopping(guard.signal);
            return quarantine.list(page);
          },
          get: (id) => {
            leaveIfStopping(guard.signal);
            return quarantine.get(id);
          },
          markReplayed: (id, atMs) => quarantine.markReplayed(id, atMs),
        },
        producer,
        decode: decodeOptions(settings),
        nowMs,
        dryRun,
        onOutcome: (outcome) => {
          const good = outcome.kind === 'replayed' || outcome.kind === 'would-be-replayed';
          total[good ? 'replayed' : 'refused'] += 1;
          if (outcomes.length < outcomesMax) outcomes.push(outcome);
        },
      });
    } catch (error) {
      if (!isOutOfTime(error)) throw error;
      finished = false;
    } finally {
      guard.release();
      await producer.close();
    }
    logger.info('quarantine replayed', { ...total, finished, dryRun });
    return { ...total, finished, outcomes };
  };
}

/** What Lambda calls. */
export const handler: QuarantineReplayer = onFirstCall(quarantineReplayer);

function readRequest(event: unknown): { selection: QuarantineSelection; dryRun: boolean } {
  const parsed = requestSchema.safeParse(event ?? {});
  if (!parsed.success) {
    throw new ConfigurationError(
      parsed.error.issues.map(({ path, message }) => [...path, message].join(': ')),
    );
  }
  const { ids, reason, dryRun } = parsed.data;
  const selection = ids ? { ids } : { openWithReason: reason as RejectReason | undefined };
  return { selection, dryRun };
}
