import type { PurchaseContext } from './purchase-event.ts';

/** One line of an order on the wire. A negative quantity is a return. */
export interface ItemDocument {
  readonly productId: string;
  readonly category?: string;
  /** A text here is what a source could not read as a number; the decoder quarantines the order with that reason. */
  readonly quantity: number | string;
  /** Price of one unit in `currency`; a text as with `quantity`. */
  readonly unitPrice: number | string;
}

/** The purchase event as it stands on the stream, version 1: JSON in UTF-8, one event an order. */
export interface PurchaseDocument {
  readonly v: 1;
  /** The producer's idempotency key: the same order always carries the same one. At most 256 characters. */
  readonly eventId: string;
  readonly type: 'purchase';
  /** Also the partition key. At most 256 characters. */
  readonly customerId: string;
  readonly orderId: string;
  /** ISO 8601 with a zone. */
  readonly occurredAt: string;
  /** ISO 4217 code. */
  readonly currency: string;
  readonly context?: PurchaseContext;
  readonly items: readonly ItemDocument[];
}

/** Says that no event at or before `upTo` follows on any shard; only a replaying producer sends it. */
export interface TickDocument {
  readonly v: 1;
  readonly type: 'tick';
  /** ISO 8601 with a zone. */
  readonly upTo: string;
}

const encoder = new TextEncoder();

/** The bytes of a document as they go on the stream. */
export function encodeDocument(document: PurchaseDocument | TickDocument): Uint8Array {
  return encoder.encode(JSON.stringify(document));
}

/** @param upToMs UTC milliseconds; no event at or before it follows. */
export function tickDocument(upToMs: number): TickDocument {
  return { v: 1, type: 'tick', upTo: new Date(upToMs).toISOString() };
}
