/** The purchase event as the chain carries it: validated, in reporting currency, integers only. */

/** One line of an order. A negative quantity is a return. */
export interface PurchaseItem {
  readonly productId: string;
  readonly category: string | undefined;
  /** Thousandths of a unit, an integer; negative for a return. */
  readonly quantityMilli: number;
  /** Price of one unit in micros (1e-6) of the reporting currency, an integer. */
  readonly unitPriceMicros: number;
}

/** Where and through what the purchase was made; every field is optional free text from the producer. */
export interface PurchaseContext {
  readonly channel?: string;
  readonly device?: string;
  readonly region?: string;
}

/** One order of one customer. */
export interface PurchaseEvent {
  readonly eventId: string;
  /** 48-bit hash of `eventId`: the duplicate mark, an integer below 2^48. */
  readonly eventHash: number;
  readonly customerId: string;
  readonly orderId: string;
  /** Event time, UTC milliseconds since 1970. */
  readonly occurredAtMs: number;
  readonly context: PurchaseContext | undefined;
  readonly items: readonly PurchaseItem[];
  /** Sum over items of quantity x unit price, micros of the reporting currency; net of returns. */
  readonly spendMicros: number;
  /** Sum of positive quantities, thousandths. */
  readonly boughtMilli: number;
  /** Sum of the magnitudes of negative quantities, thousandths. */
  readonly returnedMilli: number;
}

/** Says that no event at or before this instant follows on any shard; only a replaying producer sends it. */
export interface ClockTick {
  readonly upToMs: number;
}

/** Why a record was quarantined. */
export const rejectReasons = [
  'empty-record',
  'not-utf8',
  'not-json',
  'not-an-object',
  'unsupported-version',
  'unsupported-type',
  'missing-customer',
  'missing-event-id',
  'missing-order',
  'invalid-identifier',
  'invalid-time',
  'time-in-future',
  'invalid-context',
  'no-items',
  'too-many-items',
  'invalid-item',
  'invalid-quantity',
  'invalid-price',
  'unknown-currency',
  'amount-out-of-range',
  'damaged-aggregate',
  /** Fine by itself, but taking it into its customer fails each time. */
  'processing-failed',
] as const;
export type RejectReason = (typeof rejectReasons)[number];

/** A bad record is a value: the reason code, and one sentence that says which field and what was expected. */
export interface Rejection {
  readonly reason: RejectReason;
  readonly detail: string;
}

/** Decides exact order among events of one customer: by time, ties by hash. */
export interface EventOrder {
  readonly atMs: number;
  readonly hash: number;
}

export function compareEventOrder(a: EventOrder, b: EventOrder): number {
  return a.atMs - b.atMs || a.hash - b.hash;
}
