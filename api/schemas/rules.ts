import { z } from '@hono/zod-openapi';
import { ratePerHourMax, targetsMax } from '../../operators/alerts/rule.ts';
import { segmentSlugs } from '../segment-slug.ts';
import { Count, Instant, MigrationCauseName, RequestedInstant } from './shared.ts';

const listMax = 100;
const nameLengthMax = 200;
const valueMax = 1e9;

export const RulePath = z.object({
  id: z
    .string()
    .min(1)
    .max(64)
    .openapi({ param: { name: 'id', in: 'path' }, example: '5f2b8c1d9e0a7b6c4d' }),
});

const Slug = z.enum(segmentSlugs as [string, ...string[]]).openapi({ example: 'at-risk' });
const Slugs = z.array(Slug).min(1).max(segmentSlugs.length);
const MinValue = z.number().min(0).max(valueMax).openapi({
  description: 'Net spend of the 365 days before, at least, in the reporting currency.',
  example: 500,
});
const Names = z.array(z.string().min(1).max(256)).min(1).max(listMax);

const MigrationWhen = z
  .strictObject({
    kind: z.literal('migration'),
    from: Slugs.optional().openapi({ example: ['loyal'] }),
    to: Slugs.optional().openapi({ example: ['at-risk'] }),
    causes: z.array(MigrationCauseName).min(1).max(3).optional(),
    minValue: MinValue.optional(),
  })
  .openapi('MigrationWhen', { description: 'A move between segments; each list left out allows all.' });

const Below = z
  .number()
  .gt(0)
  .lt(1)
  .openapi({ description: 'Fires as the probability falls below it.', example: 0.3 });

const PurchaseProbabilityWhen = z
  .strictObject({
    kind: z.literal('purchase-probability'),
    // The document would name the first literal alone.
    withinDays: z
      .literal([30, 90])
      .openapi({ type: 'integer', enum: [30, 90], description: 'Days ahead.', example: 90 }),
    below: Below,
    minValue: MinValue.optional(),
  })
  .openapi('PurchaseProbabilityWhen', {
    description:
      'The probability that a silent customer buys within so many days falls below a line; once a silence, and not for who ' +
      'never was above it. Of a regular buyer it may rise before it falls, so each day since the last purchase is looked ' +
      'at: a fall that is undone within the same day is not seen.',
  });

const AliveWhen = z
  .strictObject({
    kind: z.literal('probability-alive'),
    below: Below,
    minValue: MinValue.optional(),
  })
  .openapi('ProbabilityAliveWhen', {
    description:
      'A silent customer’s probability of being alive falls below a line; once a silence. Where most bought once the data ' +
      'do not tell leaving from buying seldom, and it stays near 1: `purchase-probability` tells them apart there.',
  });

const ReplenishmentWhen = z
  .strictObject({
    kind: z.literal('replenishment-due'),
    products: Names.optional().openapi({ example: ['85123A'] }),
    categories: Names.optional(),
    minPurchases: z
      .number()
      .int()
      .min(2)
      .max(100)
      .optional()
      .openapi({ description: 'Of the product by the customer. Default 2.', example: 3 }),
  })
  .openapi('ReplenishmentWhen', {
    description:
      'The usual gap since a customer last bought a product is over, as that gap was known at the purchase; once a gap. What is bought ' +
      'of other products moves no day. An order that becomes known late may: a product that it makes due within the last 30 days fires ' +
      'with the first pass of a UTC day, one that it makes due earlier than that does not fire.',
  });

export const RuleWhen = z
  .discriminatedUnion('kind', [MigrationWhen, PurchaseProbabilityWhen, AliveWhen, ReplenishmentWhen])
  .openapi('RuleWhen');

const targetId = z
  .string()
  .regex(/^[0-9a-z]{1,32}$/)
  .openapi({ description: 'Stays the same for as long as the rule has the target.', example: '9c0e4a1f' });

const StreamTarget = z.strictObject({ kind: z.literal('stream') });
const WebhookTarget = z.strictObject({
  kind: z.literal('webhook'),
  url: z.string().min(1).max(2_048).openapi({
    description: 'Where it is read without the scope `admin`, the origin alone.',
    example: 'https://shop.example.com/hooks/tidemark',
  }),
});
const SnsTarget = z.strictObject({
  kind: z.literal('sns'),
  topicArn: z.string().min(1).max(300).openapi({ example: 'arn:aws:sns:eu-west-1:111111111111:alerts' }),
});
const EventBridgeTarget = z.strictObject({
  kind: z.literal('eventbridge'),
  bus: z
    .string()
    .min(1)
    .max(300)
    .openapi({ example: 'arn:aws:events:eu-west-1:111111111111:event-bus/alerts' }),
});

const givenId = { id: targetId.optional() };
const RequestedTarget = z.discriminatedUnion('kind', [
  StreamTarget.extend(givenId),
  WebhookTarget.extend(givenId),
  SnsTarget.extend(givenId),
  EventBridgeTarget.extend(givenId),
]);

const keptId = { id: targetId };
const Target = z
  .discriminatedUnion('kind', [
    StreamTarget.extend(keptId),
    WebhookTarget.extend(keptId),
    SnsTarget.extend(keptId),
    EventBridgeTarget.extend(keptId),
  ])
  .openapi('RuleTarget');

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected HH:MM, 00:00 to 23:59');
const QuietHours = z
  .strictObject({
    from: TimeOfDay.openapi({ example: '22:00' }),
    to: TimeOfDay.openapi({ description: 'Not included; may be on the next day.', example: '07:00' }),
    timeZone: z.string().min(1).max(64).openapi({ example: 'Europe/London' }),
  })
  .openapi('QuietHours', {
    description: 'By the wall clock of the zone; what would be sent is held until they end.',
  });

const RatePerHour = z.number().int().min(1).max(ratePerHourMax).openapi({
  description:
    'Alerts of one clock hour (UTC) at most; those beyond are recorded as suppressed and sent nowhere.',
  example: 60,
});

export const RuleInput = z
  .strictObject({
    name: z.string().trim().min(1).max(nameLengthMax).openapi({ example: 'Champions slipping away' }),
    enabled: z.boolean().default(true),
    when: RuleWhen,
    deliver: z.array(RequestedTarget).min(1).max(targetsMax),
    quietHours: QuietHours.nullish(),
    ratePerHour: RatePerHour.nullish(),
  })
  .openapi('RuleInput');

export const RuleUpdate = RuleInput.extend({
  version: z.number().int().min(1).optional().openapi({
    description: 'The version this is a change of; when it is not the present one, nothing is written.',
    example: 1,
  }),
}).openapi('RuleUpdate');

const ruleFields = {
  id: z.string().openapi({ example: '5f2b8c1d9e0a7b6c4d' }),
  name: z.string().openapi({ example: 'Champions slipping away' }),
  enabled: z.boolean(),
  when: RuleWhen,
  deliver: z.array(Target),
  quietHours: QuietHours.nullable(),
  ratePerHour: RatePerHour.nullable(),
  activeFrom: Instant.openapi({ description: 'Since when it is enabled with this condition.' }),
  createdAt: Instant,
  updatedAt: Instant,
  version: Count.openapi({ description: 'Grows by one with each change.', example: 1 }),
};

export const Rule = z.object(ruleFields).openapi('Rule');

const WebhookSecret = z
  .object({
    targetId,
    secret: z.string().nullable().openapi({
      description: 'Standard Webhooks secret. Shown this once: null where the answer is a repetition.',
      example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    }),
  })
  .openapi('WebhookSecret');

export const RuleWithSecrets = z
  .object({
    ...ruleFields,
    webhookSecrets: z
      .array(WebhookSecret)
      .openapi({ description: 'Of webhooks that are new with this request; no other answer shows them.' }),
  })
  .openapi('RuleWithSecrets');

export const RuleList = z.object({ items: z.array(Rule) }).openapi('RuleList');

export const RotatedSecrets = z.object({ webhookSecrets: z.array(WebhookSecret) }).openapi('RotatedSecrets');

/** A rule as it would be made, or its condition alone, and a stretch of time. */
export const RuleTestRequest = RuleInput.partial()
  .extend({
    when: RuleWhen,
    from: RequestedInstant.optional().openapi({
      type: 'string',
      format: 'date-time',
      example: '2011-09-09T00:00:00Z',
    }),
    to: RequestedInstant.optional().openapi({ type: 'string', format: 'date-time' }),
  })
  .openapi('RuleTestRequest');

const Occasion = z.object({
  customerId: z.string().openapi({ example: '12346' }),
  at: Instant,
  value: z.number().openapi({ description: 'In the reporting currency.', example: 1204.35 }),
  description: z.string().openapi({ example: 'Loyal to At Risk (time)' }),
});

export const RuleTestAnswer = z
  .object({
    from: Instant,
    to: Instant,
    matched: Count.openapi({ description: 'Of those examined.', example: 42 }),
    perDay: z.number().openapi({ description: 'Matches a day of the stretch, on average.', example: 1.5 }),
    sample: z.array(Occasion).openapi({ description: 'At most twenty.' }),
    examined: Count.openapi({
      description: 'Moves of the stretch, or customers, that were looked at.',
      example: 812,
    }),
    complete: z.boolean().openapi({ description: 'False when there are more than one request examines.' }),
  })
  .openapi('RuleTestAnswer');
