import type { PurchaseContext, PurchaseEvent, PurchaseItem } from '../operators/event/purchase-event.ts';
import { type PurchaseFact, purchaseFact } from '../operators/population/population-facts.ts';
import { segmentIndex, segmentKeys, unassignedIndex } from '../operators/population/segment-index.ts';
import type { SegmentName } from '../operators/segments/segment-model.ts';
import { type Expiry, isExpired } from './expiry.ts';
import { packedBytes, packText, unpackText } from './packed-body.ts';
import { decodeCursor, encodeCursor } from './page-cursor.ts';
import { checkLimit } from './page-limit.ts';
import type { PurchaseStore, StoredPurchase, TakenPurchase } from './stores.ts';
import type { Item, TableAccess } from './table-access.ts';
import { type BatchRetry, getMany, putMany } from './table-batches.ts';

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
          taken: packTaken(event),
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
    async scanFacts(page) {
      const listing = 'purchase-facts';
      const found = await table.scan({
        ProjectionExpression: 'customerId, orderKey, taken, expiresAt',
        Limit: checkLimit(page.limit),
        ExclusiveStartKey: decodeCursor(page.cursor, listing, {}, ['customerId', 'orderKey']),
      });
      const nowMs = expiry.nowMs();
      const items = found.items.filter((item) => !isExpired(item, nowMs));
      // Stored by a version that kept no attribute of its own for this: the whole purchase tells.
      const untold = items.filter(({ taken }) => typeof taken !== 'string');
      const keys = untold.map(({ customerId, orderKey }) => ({ customerId, orderKey }));
      const read = keys.length === 0 ? [] : await getMany(table, keys, retry);
      const told = items.flatMap((item) =>
        typeof item.taken === 'string' ? [toFact(item, item.taken)] : [],
      );
      return {
        items: [...told, ...read.map((item) => purchaseFact(toPurchase(item), undefined))],
        cursor: encodeCursor(listing, found.lastKey),
      };
    },
  };
}

/**
 * What the population counts of a purchase, in some 20 bytes beside the body, so that counting all of them again reads
 * neither lines nor prices: segment, thousandths bought, micros spent.
 */
function packTaken({ segment, boughtMilli, spendMicros }: TakenPurchase): string {
  return `${segmentIndex(segment)} ${boughtMilli} ${spendMicros}`;
}

function toFact(item: Item, taken: string): PurchaseFact {
  const [segment = unassignedIndex, boughtMilli = 0, spendMicros = 0] = taken.split(' ').map(Number);
  const [time = '', hash = ''] = (item.orderKey as string).split('#');
  return {
    customerId: item.customerId as string,
    atMs: Date.parse(time),
    hash: Number.parseInt(hash, 16),
    spendMicros,
    boughtMilli,
    segment: segmentNamed(segment),
  };
}

function segmentNamed(index: number): SegmentName | undefined {
  return index === unassignedIndex ? undefined : (segmentKeys[index] as SegmentName | undefined);
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
    segment: typeof item.taken === 'string' ? segmentNamed(Number(item.taken.split(' ')[0])) : undefined,
  };
}
