import { type CustomerState, msPerDay, type OrderEntry, utcDay } from '../state/customer-state.ts';
import { emptyState } from '../state/fold-events.ts';
import type { PopulationView } from './population-view.ts';

/** Days before the newest order whose orders a state keeps one by one. */
const retentionMs = 365 * msPerDay;

/**
 * The part of a customer's state that an outlook looks at, made of the orders held up to an instant: the same orders one
 * by one, the same days before them. Customers beyond the bounds of the state (512 orders a year) may differ in the
 * last digits.
 */
export function outlookState({ rows, ledger }: PopulationView, row: number, untilMs: number): CustomerState {
  const { columns } = rows;
  const entries: OrderEntry[] = [];
  const oldDays: number[] = [];
  let spendMicros = columns.spendMicros[row] as number;
  let lastEventAtMs: number | undefined;
  let lastPurchaseAtMs: number | undefined;
  let oldestDay = Number.NEGATIVE_INFINITY;
  ledger.visit(row, Number.NEGATIVE_INFINITY, (atMs, spend, boughtMilli) => {
    if (atMs > untilMs) {
      spendMicros -= spend;
      return;
    }
    if (lastEventAtMs === undefined) {
      lastEventAtMs = atMs;
      oldestDay = utcDay(atMs - retentionMs);
    }
    if (boughtMilli > 0) lastPurchaseAtMs ??= atMs;
    const day = utcDay(atMs);
    if (day >= oldestDay) {
      entries.push({ atMs, hash: 0, spendMicros: spend, boughtMilli, returnedMilli: 0 });
    } else if (boughtMilli > 0 && oldDays.at(-1) !== day) oldDays.push(day);
  });
  const firstPurchaseAtMs = columns.firstPurchaseAtMs[row] as number;
  return {
    ...emptyState,
    entries: entries.reverse(),
    oldDays: oldDays.reverse(),
    lifetime: {
      ...emptyState.lifetime,
      events: columns.events[row] as number,
      spendMicros,
      firstEventAtMs: columns.firstEventAtMs[row] as number,
      lastEventAtMs: lastEventAtMs ?? (columns.lastEventAtMs[row] as number),
      firstPurchaseAtMs: lastPurchaseAtMs === undefined ? undefined : firstPurchaseAtMs,
      lastPurchaseAtMs,
    },
  };
}
