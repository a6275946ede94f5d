import type { PurchaseContext, PurchaseEvent, PurchaseItem } from '../operators/event/purchase-event.ts';
import { type Expiry, isExpired } from './expiry.ts';
import { packedBytes, packText, unpackText } from './packed-body.ts';
import { decodeCursor, encodeCursor } from './page-cursor.ts';
import { checkLimit } from './page-limit.ts';
import type { PurchaseStore, StoredPurchase } from './stores.ts';
import type { Item, TableAccess } from './table-access.ts';
import { type BatchRetry, putMany } from './table-batches.ts';

/**
 * Most a packed purchase may take, so that with its keys it stays below an item's 400 KB.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
const bodyBytesMax = 380_000;

type PackedLine = readonly [
  productId: string,
  category: string | 0,
  quantityMilli: number,
  unitPriceMicros: number,
];

type PackedPurchase = readonly [
  eventId: string,
  orderId: string,
  eventHash: number,
  totals: readonly [spendMicros: number, boughtMilli: number, returnedMilli: number],
  context: PurchaseContext | 0,
  lines: readonly PackedLine[],
  omittedItems: number,
];

/**
 * The purchases of each customer with all their lines, one item each: normally one write unit. An order whose lines
 * do not fit an item even compressed keeps as many of them as fit, and says how many it left out.
 */
export function purchaseTable(table: TableAccess, expiry: Expiry, retry?: BatchRetry): PurchaseStore {
  return {
    async putMany(events) {
      const items = new Map<string, Item>();
      for (const event of events) {
        const orderKey = orderKeyOf(event);
        const item = {
          customerId: event.customerId,
          orderKey,
          body: packPurchase(event),
          ...expiry.attributes(),
        };
        items.set(JSON.stringify([event.customerId, orderKey]), item);
      }
      await putMany(table, [...items.values()], retry);
    },
    async list(customerId, page) {
      const listing = 'purchases';
      const found = await table.query({
        KeyConditionExpression: 'customerId = :customerId',
        ExpressionAttributeValues: { ':customerId': customerId },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: checkLimit(page.limit),
        ExclusiveStartKey: decodeCursor(page.cursor, listing, { customerId }, ['orderKey']),
      });
      const nowMs = expiry.nowMs();
      return {
        items: found.items.filter((item) => !isExpired(item, nowMs)).map(toPurchase),
        cursor: encodeCursor(listing, found.lastKey),
      };
    },
  };
}

/** ISO instant and event hash: sorts by time, and says the same for the same event. */
function orderKeyOf(event: PurchaseEvent): string {
  return `${new Date(event.occurredAtMs).toISOString()}#${event.eventHash.toString(16).padStart(12, '0')}`;
}

function packPurchase(event: PurchaseEvent): string | Uint8Array {
  let kept = event.items.length;
  for (;;) {
    const body = packText(JSON.stringify(toPacked(event, kept)));
    const size = packedBytes(body);
    if (size <= bodyBytesMax || kept === 0) return body;
    // A little less than proportional, so that a round or two are enough.
    kept = Math.floor(kept * Math.min(0.9, (bodyBytesMax / size) * 0.95));
  }
}

function toPacked(event: PurchaseEvent, kept: number): PackedPurchase {
  const lines = event.items
    .slice(0, kept)
    .map(
      (item): PackedLine => [item.productId, item.category ?? 0, item.quantityMilli, item.unitPriceMicros],
    );
  return [
    event.eventId,
    event.orderId,
    event.eventHash,
    [event.spendMicros, event.boughtMilli, event.returnedMilli],
    event.context ?? 0,
    lines,
    event.items.length - kept,
  ];
}

function toPurchase(item: Item): StoredPurchase {
  const [eventId, orderId, eventHash, totals, context, lines, omittedItems] = JSON.parse(
    unpackText(item.body),
  ) as PackedPurchase;
  const [spendMicros, boughtMilli, returnedMilli] = totals;
  return {
    eventId,
    eventHash,
    customerId: item.customerId as string,
    orderId,
    occurredAtMs: Date.parse((item.orderKey as string).split('#')[0] as string),
    context: context === 0 ? undefined : context,
    items: lines.map(
      ([productId, category, quantityMilli, unitPriceMicros]): PurchaseItem => ({
        productId,
        category: category === 0 ? undefined : category,
        quantityMilli,
        unitPriceMicros,
      }),
    ),
    spendMicros,
    boughtMilli,
    returnedMilli,
    omittedItems,
  };
}
