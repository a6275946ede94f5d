import { z } from '@hono/zod-openapi';
import {
  Count,
  Currency,
  CustomerId,
  Instant,
  MigrationCauseName,
  NextCursor,
  PageQuery,
  Segment,
} from './shared.ts';

const ModelVersion = z.string().openapi({ example: 'segments-2011-12-09' });

const MigrationDetail = z.object({
  migrationId: z.string(),
  from: Segment,
  to: Segment.openapi({ example: 'At Risk' }),
  cause: MigrationCauseName,
  modelVersion: ModelVersion,
});

const AliveDetail = z.object({
  below: z.number().openapi({ example: 0.3 }),
  probabilityAlive: z.number().openapi({ example: 0.2999 }),
  lastPurchaseAt: Instant,
  modelVersion: ModelVersion,
});

const PurchaseProbabilityDetail = z.object({
  withinDays: z.number().openapi({ example: 90 }),
  below: z.number().openapi({ example: 0.3 }),
  purchaseProbability: z.number().openapi({ example: 0.2999 }),
  lastPurchaseAt: Instant,
  modelVersion: ModelVersion,
});

const ReplenishmentDetail = z.object({
  productId: z.string().openapi({ example: '85123A' }),
  category: z.string().nullable(),
  purchases: Count,
  lastAt: Instant,
  usualGapDays: z.number().openapi({ example: 28.4 }),
  expectedQuantity: z.number().openapi({ example: 6 }),
  modelVersion: ModelVersion,
});

const alertFields = {
  id: z
    .string()
    .openapi({ description: 'The same for the same rule and occasion.', example: '9a0b1c2d3e4f5a6b' }),
  feedKey: z.string().openapi({
    description: 'Place in the order of firing.',
    example: '1763900000000-00000-a1b2c3d4e5f6',
  }),
  ruleId: z.string(),
  ruleName: z.string().openapi({ description: 'As it was called then.', example: 'Champions slipping away' }),
  customerId: CustomerId,
  at: Instant.openapi({ description: 'When it happened, event time.' }),
  firedAt: Instant,
  kind: z.enum(['migration', 'purchase-probability', 'probability-alive', 'replenishment-due']),
  value: z.number().openapi({
    description: 'Net spend of the 365 days before `at`, in the reporting currency.',
    example: 1204.35,
  }),
  currency: Currency,
  detail: z
    .union([MigrationDetail, PurchaseProbabilityDetail, AliveDetail, ReplenishmentDetail])
    .openapi({ description: 'By `kind`.' }),
  suppressed: z.boolean().openapi({
    description: 'The rule had fired as often as it may in an hour: recorded, and delivered nowhere.',
  }),
};

/** Data of the stream's events. */
export const RuleAlert = z.object(alertFields).openapi('RuleAlert');

const deliveryFields = {
  id: z.string().nullable().openapi({
    description: 'What a webhook’s receiver tells repeats by; null for the stream.',
    example: 'dlv_9a0b1c2d3e4f5a6b_9c0e4a1f',
  }),
  kind: z.enum(['stream', 'webhook', 'sns', 'eventbridge']),
  target: z.string().nullable().openapi({
    description: 'Topic, bus, or origin of the URL; null for the stream.',
    example: 'https://shop.example.com',
  }),
  status: z.enum(['pending', 'held', 'delivered', 'dead', 'suppressed']).openapi({
    description:
      'held: until the quiet hours end; dead: given up after the last attempt; suppressed: beyond the cap of the hour, ' +
      'or the rule was disabled, changed or deleted first.',
  }),
  attempts: Count.openapi({ example: 1 }),
  lastError: z.string().nullable().openapi({ example: 'answered 500' }),
  nextAttemptAt: Instant.nullable(),
};

const AlertDelivery = z.object(deliveryFields).openapi('AlertDelivery');

const RuleAlertWithDeliveries = z
  .object({ ...alertFields, deliveries: z.array(AlertDelivery) })
  .openapi('RuleAlertWithDeliveries');

export const RuleAlertPage = z
  .object({ items: z.array(RuleAlertWithDeliveries), nextCursor: NextCursor })
  .openapi('RuleAlertPage');

export const RuleAlertQuery = PageQuery.extend({
  rule: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .openapi({ param: { name: 'rule', in: 'query' }, description: 'Only alerts of this rule.' }),
});

export const Delivery = z
  .object({
    ...deliveryFields,
    alertId: z.string(),
    ruleId: z.string(),
    firedAt: Instant,
    updatedAt: Instant,
  })
  .openapi('Delivery');

export const DeliveryPage = z
  .object({ items: z.array(Delivery), nextCursor: NextCursor })
  .openapi('DeliveryPage');

export const DeliveryQuery = PageQuery.extend({
  status: z
    .enum(['dead'])
    .default('dead')
    .openapi({ param: { name: 'status', in: 'query' }, description: 'Those given up.' }),
});

export const DeliveryPath = z.object({
  id: z
    .string()
    .min(1)
    .max(128)
    .openapi({ param: { name: 'id', in: 'path' }, example: 'dlv_9a0b1c2d3e4f5a6b_9c0e4a1f' }),
});
