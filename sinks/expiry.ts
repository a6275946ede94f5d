import { msPerDay } from '../operators/state/customer-state.ts';
import type { Item } from './table-access.ts';

/** When items of a table are dropped: so many days after they were written. */
export interface Expiry {
  readonly nowMs: () => number;
  /** What to add to an item written now; nothing when items are kept for good. */
  attributes(): { readonly expiresAt?: number };
  /** What was written before has expired, UTC milliseconds; undefined when items are kept for good. */
  expiredBeforeMs(): number | undefined;
}

/** @param retentionDays undefined keeps items for good. */
export function expiryAfter(retentionDays: number | undefined, nowMs: () => number): Expiry {
  return {
    nowMs,
    attributes: () =>
      retentionDays === undefined
        ? {}
        : { expiresAt: Math.floor((nowMs() + retentionDays * msPerDay) / 1_000) },
    expiredBeforeMs: () => (retentionDays === undefined ? undefined : nowMs() - retentionDays * msPerDay),
  };
}

/** The service deletes expired items hours to days late, and emulators never do: readers leave them out. */
export function isExpired(item: Item, nowMs: number): boolean {
  return typeof item.expiresAt === 'number' && item.expiresAt * 1_000 <= nowMs;
}
