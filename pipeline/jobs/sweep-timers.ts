import type { ActiveModels } from '../../operators/batch.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import type { ActiveModelCache } from '../active-model-cache.ts';
import { type ReviewDependencies, reviewCustomers } from './review-customers.ts';

export interface SweepDependencies extends ReviewDependencies {
  readonly models: ActiveModelCache;
}

/** Customers taken in hand at a time; their ids are stored while they are, so that a crash forgets none. */
const pageMax = 100;

/** Longest stretch of timers asked for at once: the index is read day by day. */
const stretchMsMax = 365 * msPerDay;

/** How far before the last sweep timers are looked for: an index that lags behind its table shows them late. */
const overlapMs = 60_000;

/**
 * Fires every timer due at or before `toMs`, in order of their instants, page by page. The caller stores that the clock
 * stands at `toMs` once all that belongs to it is done.
 *
 * @returns how many customers were written
 */
export async function sweepTimers(toMs: number, dependencies: SweepDependencies): Promise<number> {
  const { stores } = dependencies;
  const before = await stores.checkpoints.clock();
  const models = await dependencies.models.current();
  const sweptToMs = before?.sweptToMs ?? toMs - msPerDay;
  let written = 0;
  if (before && before.inHand.length > 0) {
    // The last process ended with these in hand: what it wrote may not have been published.
    written += await reviewCustomers(
      before.inHand.map((customerId) => ({ customerId })),
      models,
      toMs,
      dependencies,
    );
  }
  let fromMs = Math.min(sweptToMs, toMs) - overlapMs;
  while (fromMs < toMs) {
    const untilMs = Math.min(toMs, fromMs + stretchMsMax);
    written += await sweepStretch({ fromMs, untilMs }, toMs, sweptToMs, models, dependencies);
    fromMs = untilMs;
  }
  return written;
}

/** Fires the timers of one stretch of time, bringing each customer up to `toMs` at once. */
async function sweepStretch(
  stretch: { fromMs: number; untilMs: number },
  toMs: number,
  sweptToMs: number,
  models: ActiveModels,
  dependencies: SweepDependencies,
): Promise<number> {
  const { checkpoints, customers } = dependencies.stores;
  const reviewed = new Set<string>();
  let written = 0;
  for (;;) {
    const due = await customers.due(stretch, pageMax + reviewed.size);
    // An index that lags behind its table goes on showing those just reviewed.
    const page = due.filter(({ customerId }) => !reviewed.has(customerId)).slice(0, pageMax);
    if (page.length === 0) return written;
    await checkpoints.putClock({ sweptToMs, inHand: page.map(({ customerId }) => customerId) });
    written += await reviewCustomers(page, models, toMs, dependencies);
    for (const { customerId } of page) reviewed.add(customerId);
    if (page.length < pageMax) return written;
  }
}
