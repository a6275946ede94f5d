import type { CustomerRecord } from '../customer-record.ts';
import type { PurchaseEvent } from '../event/purchase-event.ts';
import type { Migration, SegmentName } from '../segments/segment-model.ts';

/** An order as it counts in the population: when, how much, and under which segment it was taken in. */
export interface PurchaseFact {
  readonly customerId: string;
  readonly atMs: number;
  /** 48-bit hash of the event id. */
  readonly hash: number;
  /** Net of returns; micros of the reporting currency. */
  readonly spendMicros: number;
  /** Thousandths of a unit; 0 for an order of returns only, which is no purchase. */
  readonly boughtMilli: number;
  /** The segment held right before the order took effect; undefined for none. */
  readonly segment: SegmentName | undefined;
}

/** A move as it counts in the population. */
export type MoveFact = Pick<
  Migration,
  'customerId' | 'ordinal' | 'atMs' | 'from' | 'to' | 'cause' | 'spend365Micros'
>;

/** What the population's totals need of a customer's record. */
export interface CustomerFootprint {
  readonly segment: SegmentName | undefined;
  readonly events: number;
  readonly firstEventAtMs: number;
}

export function footprintOf({ standing, state }: CustomerRecord): CustomerFootprint {
  const { events, firstEventAtMs } = state.lifetime;
  return { segment: standing?.segment, events, firstEventAtMs };
}

export function purchaseFact(event: PurchaseEvent, segment: SegmentName | undefined): PurchaseFact {
  const { customerId, occurredAtMs, eventHash, spendMicros, boughtMilli } = event;
  return { customerId, atMs: occurredAtMs, hash: eventHash, spendMicros, boughtMilli, segment };
}
