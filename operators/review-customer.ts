import type { ActiveModels } from './batch.ts';
import type { CustomerRecord } from './customer-record.ts';
import { nextReviewMs } from './next-review.ts';
import { firstStanding, letTimePass } from './reassign-segments.ts';

/**
 * What has become of a customer by `atMs` with no event: the record to write, or undefined when there is nothing to
 * write. Sweeps ask it of customers whose timer has come, roll-outs of everybody.
 */
export function reviewCustomer(
  record: CustomerRecord,
  models: ActiveModels,
  atMs: number,
): CustomerRecord | undefined {
  const model = models.segments;
  const { customerId, state } = record;
  const started = model && (record.standing ?? firstStanding(state, model));
  if (!started) return undefined;
  const { standing, migrations } = letTimePass(customerId, state, started, model, {
    toMs: atMs,
    inclusive: true,
  });
  const nextMs = nextReviewMs(state, standing, model);
  const moved = record.standing === undefined || migrations.length > 0;
  const fired = record.timerAtMs !== undefined && record.timerAtMs <= atMs;
  const earlier = nextMs !== undefined && (record.timerAtMs === undefined || nextMs < record.timerAtMs);
  if (!moved && !fired && !earlier) return undefined;
  return {
    ...record,
    version: record.version + 1,
    standing,
    outbox: migrations,
    timerAtMs: fired || earlier ? nextMs : record.timerAtMs,
  };
}
