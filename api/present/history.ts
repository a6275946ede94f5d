import type { z } from '@hono/zod-openapi';
import type { PublishedMigration, StoredPurchase } from '../../sinks/stores.ts';
import type { MigrationBody, Purchase } from '../schemas/history.ts';
import { figure, instant, money, units } from './amounts.ts';
import { presentReasons } from './segment-reasons.ts';

/** One purchase with all its lines. */
export function presentPurchase(purchase: StoredPurchase): z.infer<typeof Purchase> {
  const { context } = purchase;
  return {
    eventId: purchase.eventId,
    orderId: purchase.orderId,
    occurredAt: instant(purchase.occurredAtMs),
    spend: money(purchase.spendMicros),
    unitsBought: units(purchase.boughtMilli),
    unitsReturned: units(purchase.returnedMilli),
    segment: purchase.segment ?? null,
    omittedItems: purchase.omittedItems,
    context:
      context === undefined
        ? null
        : {
            channel: context.channel ?? null,
            device: context.device ?? null,
            region: context.region ?? null,
          },
    items: purchase.items.map((item) => ({
      productId: item.productId,
      category: item.category ?? null,
      quantity: units(item.quantityMilli),
      unitPrice: money(item.unitPriceMicros),
    })),
  };
}

/** One move between segments. */
export function presentMigration(
  migration: PublishedMigration,
  currency: string,
): z.infer<typeof MigrationBody> {
  return {
    id: migration.id,
    feedKey: migration.feedKey,
    customerId: migration.customerId,
    ordinal: migration.ordinal,
    at: instant(migration.atMs),
    publishedAt: instant(migration.publishedAtMs),
    from: migration.from,
    to: migration.to,
    cause: migration.cause,
    reasons: presentReasons(migration.reasons),
    distanceFrom: figure(migration.distanceFrom),
    distanceTo: figure(migration.distanceTo),
    spend365: money(migration.spend365Micros),
    currency,
    modelVersion: migration.modelVersion,
  };
}
