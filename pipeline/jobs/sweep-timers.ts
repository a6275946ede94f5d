import type { ActiveModelCache } from '../../sinks/active-model-cache.ts';
import { leaveIfStopping } from '../stopping.ts';
import { type ReviewDependencies, reviewCustomers } from './review-customers.ts';

export interface SweepDependencies extends ReviewDependencies {
  readonly models: ActiveModelCache;
}

/** Customers taken in hand at a time; their ids are stored while they are, so that a crash forgets none. */
const pageMax = 100;

/** How far before the last sweep timers are looked for: an index that lags behind its table shows them late. */
const overlapMs = 60_000;

/**
 * Fires every timer due at or before `toMs`, in order of their instants, page by page. The caller stores that the clock
 * stands at `toMs` once all that belongs to it is done.
 *
 * @returns how many customers were written
 */
export async function sweepTimers(toMs: number, dependencies: SweepDependencies): Promise<number> {
  const { checkpoints, customers } = dependencies.stores;
  const before = await checkpoints.clock();
  const models = await dependencies.models.current();
  const sweptToMs = before?.sweptToMs ?? 0;
  let written = 0;
  if (before && before.inHand.length > 0) {
    // The last process ended with these in hand: what it wrote may not have been published.
    const inHand = before.inHand.map((customerId) => ({ customerId }));
    written += await reviewCustomers(inHand, models, toMs, dependencies);
  }
  const reviewed = new Set<string>();
  const range = { fromMs: Math.max(0, Math.min(sweptToMs, toMs) - overlapMs), untilMs: toMs };
  for (;;) {
    leaveIfStopping(dependencies.stop);
    const due = await customers.due(range, pageMax + reviewed.size);
    // An index that lags behind its table goes on showing those just reviewed.
    const page = due.filter(({ customerId }) => !reviewed.has(customerId)).slice(0, pageMax);
    if (page.length === 0) return written;
    await checkpoints.putClock({ sweptToMs, inHand: page.map(({ customerId }) => customerId) });
    written += await reviewCustomers(page, models, toMs, dependencies);
    for (const { customerId } of page) reviewed.add(customerId);
    if (page.length < pageMax) return written;
  }
}
