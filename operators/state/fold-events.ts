import type { PurchaseEvent } from '../event/purchase-event.ts';
import { type CustomerState, defaultStateOptions, msPerDay, type StateOptions } from './customer-state.ts';
import { emptyHistory, foldHistory, type PurchaseHistory } from './fold-history.ts';
import { foldRecent } from './fold-recent.ts';

/** The state of a customer of whom nothing is known. */
export const emptyState: CustomerState = {
  ...emptyHistory,
  recent: [],
  products: [],
  categories: [],
  evicted: 0,
};

/** An applied event and the purchase history as it stood right after it: what segments are judged by. */
export interface FoldedEvent {
  readonly event: PurchaseEvent;
  readonly history: PurchaseHistory;
}

export interface FoldResult {
  readonly state: CustomerState;
  /** One per event, in the order given. */
  readonly trail: readonly FoldedEvent[];
}

/**
 * Folds events into a customer's state, in the order given. The caller has removed duplicates (`isDuplicate`).
 * The final state is the same for every order and every split into calls, as long as no event is older than the
 * retention and, for consumption by product, disorder stays within the recent purchases.
 *
 * @example foldEvents(emptyState, [event]).state.lifetime.events === 1
 */
export function foldEvents(
  state: CustomerState,
  events: readonly PurchaseEvent[],
  options: StateOptions = defaultStateOptions,
): FoldResult {
  if (events.length === 0) return { state, trail: [] };
  const trail: FoldedEvent[] = [];
  let history: PurchaseHistory = {
    entries: state.entries,
    tiles: state.tiles,
    oldDays: state.oldDays,
    oldDaysDropped: state.oldDaysDropped,
    oldHashes: state.oldHashes,
    lifetime: state.lifetime,
  };
  for (const event of events) {
    history = foldHistory(history, event, options);
    trail.push({ event, history });
  }
  const recent = foldRecent(state, events, history.lifetime.lastEventAtMs, options);
  return { state: { ...history, ...recent }, trail };
}

/** True when an event with this id is remembered: as an entry, as one that has left the entries, or among the recent. */
export function isDuplicate(state: CustomerState, event: Pick<PurchaseEvent, 'eventHash'>): boolean {
  // Newest first: a redelivery mostly follows close behind the original.
  for (let index = state.entries.length - 1; index >= 0; index -= 1) {
    if (state.entries[index]?.hash === event.eventHash) return true;
  }
  return (
    state.oldHashes.includes(event.eventHash) ||
    state.recent.some((purchase) => purchase.hash === event.eventHash)
  );
}

/** True when the event was, on arrival, older than the allowed lateness: it counts in lifetime totals, but in no window. */
export function isLate({ event, history }: FoldedEvent, options: StateOptions): boolean {
  return event.occurredAtMs <= history.lifetime.lastEventAtMs - options.retentionDays * msPerDay;
}
