import type { CustomerRecord } from '../../operators/customer-record.ts';
import { DependencyError } from '../../operators/errors.ts';
import { nextReviewMs } from '../../operators/next-review.ts';
import { letTimePass } from '../../operators/reassign-segments.ts';
import { applyEvent, type StandingStep, startStanding } from '../../operators/segments/advance-standing.ts';
import type { SegmentModel } from '../../operators/segments/segment-model.ts';
import type { ActiveModelCache } from '../../sinks/active-model-cache.ts';
import { boundedMap } from '../../sinks/bounded-map.ts';
import type { Stores } from '../../sinks/stores.ts';

/**
 * The customer after orders were folded in that nobody judged when they came: the record to write, or undefined when
 * the standing is right as it is. Whatever the moves would have been in the past, it is one move, at the clock (or at
 * the newest order, if that is ahead of it): what happened long ago alarms nobody today. A customer without a standing
 * gets the first one there, which is no move. Doing it again changes nothing.
 *
 * Only a customer who stands between two segments, within the margin against flapping, may have been moved by the past
 * and not be moved by the present: then the past's moves are made, from the customer's newest order on.
 *
 * @param clockMs where the pipeline's clock stands, UTC milliseconds
 */
export function settleCustomer(
  record: CustomerRecord,
  model: SegmentModel,
  clockMs: number,
): CustomerRecord | undefined {
  const { state, timerAtMs } = record;
  const step = settledStep(record, model, clockMs);
  const standing = step?.standing ?? record.standing;
  if (standing === undefined) return undefined;
  const nextMs = nextReviewMs(state, standing, model);
  const earlier = nextMs !== undefined && (timerAtMs === undefined || nextMs < timerAtMs);
  if (step === undefined && !earlier) return undefined;
  return {
    ...record,
    version: record.version + 1,
    standing,
    outbox: step?.migrations ?? [],
    timerAtMs: earlier ? nextMs : timerAtMs,
  };
}

function settledStep(
  { customerId, state, standing }: CustomerRecord,
  model: SegmentModel,
  clockMs: number,
): StandingStep | undefined {
  const { events, lastEventAtMs } = state.lifetime;
  if (events === 0) return undefined;
  if (standing === undefined) {
    const startMs = Math.max(clockMs, lastEventAtMs, model.fittedAtMs);
    return { standing: startStanding(state, model, startMs, 'model'), migrations: [] };
  }
  // A standing that is wrong ends in the first millisecond after the newest order.
  const until = { toMs: Math.max(clockMs, lastEventAtMs + 1), inclusive: true };
  const past = letTimePass(customerId, state, standing, model, until);
  // Orders wait for no dwell, so a standing may be wrong although time alone would not move it yet.
  const present = { ...standing, modelVersion: model.version };
  const judged = applyEvent(customerId, state, present, model, clockMs);
  if (judged.migrations.length > 0) return judged;
  return past.migrations.length > 0 ? past : undefined;
}

export interface SettleDependencies {
  readonly stores: Pick<Stores, 'customers' | 'migrations'>;
  readonly models: ActiveModelCache;
  /** Customer writes in flight, 1... */
  readonly writesInFlightMax: number;
}

const attemptsMax = 10;

/**
 * Settles customers as of the clock and publishes their moves. Safe to repeat after a crash: moves that were written and
 * not published are in the customers' outboxes, and are published then.
 *
 * @returns how many moved
 */
export async function settleCustomers(
  customerIds: readonly string[],
  clockMs: number,
  { stores, models, writesInFlightMax }: SettleDependencies,
): Promise<number> {
  const { customers, migrations } = stores;
  const stored = await customers.getMany(customerIds);
  const settleOne = async (customerId: string): Promise<CustomerRecord | undefined> => {
    let record = stored.get(customerId);
    for (let attempt = 1; attempt <= attemptsMax && record; attempt += 1) {
      if (record.outbox.length > 0) await migrations.republish(record.outbox);
      const { segments } = await models.atLeast([record.standing?.modelVersion]);
      const next = segments && settleCustomer(record, segments, clockMs);
      if (next === undefined) return undefined;
      if ((await customers.put(next)) === 'written') return next;
      record = await customers.get(customerId);
    }
    if (record === undefined) return undefined;
    throw new DependencyError(
      'write-conflict',
      `customer was written by others ${attemptsMax} times in a row`,
      {
        retryable: true,
        context: { customerId },
      },
    );
  };
  const written = await boundedMap(customerIds, writesInFlightMax, settleOne);
  const moves = written.flatMap((record) => record?.outbox ?? []).sort((a, b) => a.atMs - b.atMs);
  if (moves.length > 0) await migrations.publish(moves);
  return moves.length;
}
