import { z } from '@hono/zod-openapi';
import { segmentFeatureNames } from '../../operators/segments/segment-model.ts';
import {
  Count,
  Currency,
  CustomerId,
  Instant,
  MigrationCauseName,
  Money,
  Segment,
  Units,
  Watermark,
} from './shared.ts';

const figure = (description: string, example: number) =>
  z.number().nullable().openapi({ description, example });

/** A sentence where something is missing. */
const abstained = (description: string) => z.string().nullable().openapi({ description, example: null });

const instantLike = (example: string) => Instant.nullable().openapi({ example });

/** Which record and models an answer rests on; null for what is not there yet. */
export const Versions = z
  .object({
    segments: z.string().nullable().openapi({ example: 'segments-2011-12-09' }),
    consumption: z.string().nullable().openapi({ example: 'consumption-2011-12-09' }),
    customer: z
      .number()
      .int()
      .openapi({ description: 'Version of the record of the customer.', example: 41 }),
  })
  .openapi('Versions');

/** What every answer about one customer begins with. */
export const envelope = {
  customerId: CustomerId,
  currency: Currency,
  asOf: Instant.openapi({ description: 'The instant the answer is right for.' }),
  watermark: Watermark,
  versions: Versions,
};

const WindowFeatures = z
  .object({ orders: Count, spend: Money, units: Units })
  .openapi('WindowFeatures', { description: 'Orders with event time in (asOf - window, asOf].' });

const LifetimeFeatures = z
  .object({
    orders: Count.openapi({ description: 'Orders with at least one unit bought.' }),
    purchaseDays: Count.openapi({ description: 'Distinct UTC days of such orders.' }),
    spend: Money.openapi({ description: 'Net of returns.' }),
    units: Units.openapi({ description: 'Net of returns.' }),
    firstPurchaseAt: instantLike('2010-12-07T14:57:00.000Z'),
    lastPurchaseAt: Instant.nullable(),
    returnRate: figure('Units returned / units bought; null when none were bought.', 0.0123),
  })
  .openapi('LifetimeFeatures');

const BehaviourFeatures = z
  .object({
    recencyDays: figure('Days since the last purchase.', 1.9),
    tenureDays: figure('Days since the first purchase.', 366.2),
    averageOrderValue: Money.nullable().openapi({ description: 'Net spend of an order.', example: 561.99 }),
    intervalMeanDays: figure('Mean gap between purchase days of the last 365 days.', 6.1),
    intervalVariation: figure('Deviation of those gaps / their mean: 0 like a clock, 1 like chance.', 0.8),
    regularity: figure('1 / (1 + variation squared): 1 like a clock, 0.5 like chance.', 0.61),
    trend: figure('Spend of the last 90 days / spend of the 90 days before; above 1 is growing.', 1.2),
    diversity: figure('Distinct products / product purchases: 1 is never the same twice.', 0.7),
    hourProfile: z.array(z.number()).openapi({
      description: 'Purchases of the last 365 days by UTC hour: 24 counts.',
      example: [0, 0, 0, 0, 0, 0, 0, 1, 4, 8, 11, 9, 10, 7, 5, 3, 2, 0, 0, 0, 0, 0, 0, 0],
    }),
    weekdayProfile: z.array(z.number()).openapi({
      description: 'The same by weekday: 7 counts from Monday.',
      example: [9, 12, 11, 14, 10, 0, 4],
    }),
  })
  .openapi('BehaviourFeatures');

export const Features = z
  .object({
    lifetime: LifetimeFeatures,
    windows: z.object({
      '7d': WindowFeatures,
      '30d': WindowFeatures,
      '90d': WindowFeatures,
      '365d': WindowFeatures,
    }),
    windowsApproximate: z.boolean().openapi({
      description:
        'True for a customer with more orders than are kept one by one: old ones then count by whole days.',
      example: false,
    }),
    behaviour: BehaviourFeatures,
  })
  .openapi('Features');

export const SegmentReasonBody = z
  .object({
    feature: z.enum(segmentFeatureNames),
    value: z.number().openapi({ example: 41.5 }),
    before: figure('Value at the assignment before; null for the first.', 12.1),
    weight: figure(
      'What its change since the assignment before added to the difference of squared distances; where it did not change, what it adds.',
      0.83,
    ),
    text: z.string().openapi({ example: 'Days since the last purchase went from 12.1 to 41.5.' }),
  })
  .openapi('SegmentReason');

const StandingReason = SegmentReasonBody.extend({
  now: figure('Value as of the answer; the others are as of the assignment.', 44.1),
  changeAt: figure(
    'Nearest value of this feature alone that makes another segment, once a move is due; null when none does.',
    67.2,
  ),
  changeTo: Segment.nullable().openapi({ example: 'Needs Attention' }),
}).openapi('StandingReason');

export const SegmentState = z
  .object({
    name: Segment.nullable(),
    since: instantLike('2011-10-02T04:11:09.000Z'),
    cause: MigrationCauseName.nullable(),
    reasons: z.array(StandingReason).openapi({
      description: 'What changed before what stayed, the strongest first in each; at most three.',
    }),
    nextChangeAt: Instant.nullable().openapi({
      description: 'When the segment changes if nothing is bought or returned; null when it stays.',
      example: '2012-01-19T18:20:31.000Z',
    }),
    nextSegment: Segment.nullable().openapi({ example: 'Needs Attention' }),
    moves: z.number().int().nullable().openapi({ description: 'Moves so far.', example: 3 }),
    modelVersion: z.string().nullable().openapi({ example: 'segments-2011-12-09' }),
    abstained: abstained('Why there is no segment; null when there is one.'),
  })
  .openapi('SegmentState');

const horizon = z.number().nullable();

const horizons = (description: string, example: Record<'7d' | '30d' | '90d', number>) =>
  z.object({ '7d': horizon, '30d': horizon, '90d': horizon }).openapi({ description, example });

const consumed = {
  lastAt: Instant,
  purchases: Count,
  repurchaseProbability: z
    .object({ '7d': z.number(), '30d': z.number() })
    .openapi({ example: { '7d': 0.31, '30d': 0.79 } }),
  usualGapDays: figure('Median gap between purchases; null when it was bought fewer than twice.', 12.4),
  regularity: figure(
    'Evenness of the gaps: 1 like chance, 50 like clockwork; null when it was bought fewer than three times.',
    1.8,
  ),
  expectedAt: instantLike('2011-12-21T10:00:00.000Z').openapi({
    description: 'Null when it was bought fewer than twice.',
  }),
  expectedQuantity: Units,
};

const ProductOutlook = z
  .object({
    productId: z.string().openapi({ example: '85123A' }),
    category: z.string().nullable().openapi({ example: null }),
    ...consumed,
  })
  .openapi('ProductOutlook');

const CategoryOutlook = z
  .object({ category: z.string().openapi({ example: 'tea' }), ...consumed })
  .openapi('CategoryOutlook');

const NextOrder = z
  .object({
    at: instantLike('2011-12-15T10:00:00.000Z'),
    from: instantLike('2011-12-10T16:00:00.000Z'),
    to: instantLike('2011-12-27T09:00:00.000Z'),
    abstained: abstained('Why no date is given; null when one is.'),
  })
  .openapi('NextOrder', { description: 'The likeliest date of the next order, and the bounds of 80 %.' });

export const PredictionChangeBody = z
  .object({
    code: z
      .enum(['purchase-today', 'silence-until', 'silence-since', 'purchase-day-more', 'spend-more'])
      .openapi({
        description:
          'purchase-today: a usual purchase now; silence-until: none until `at`; silence-since: none since `at`; ' +
          'purchase-day-more: one more purchase day in the past; spend-more: as much again on the last purchase day.',
        example: 'silence-until',
      }),
    feature: z
      .enum(['silenceDays', 'purchaseDays', 'spendPerPurchaseDay'])
      .openapi({ example: 'silenceDays' }),
    value: z.number().openapi({ description: 'Of the feature now: days, or money.', example: 12 }),
    to: z.number().openapi({ description: 'Of the feature after the change.', example: 41 }),
    at: Instant.nullable().openapi({ description: 'When the change is made or has come about.' }),
    outcome: z.enum(['purchaseProbability', 'expectedPurchases', 'expectedSpend']).openapi({
      description: 'What the change moves.',
      example: 'purchaseProbability',
    }),
    horizonDays: z.number().openapi({ example: 30 }),
    from: figure('The outcome as it is.', 0.82),
    becomes: figure('The outcome after the change.', 0.5),
    text: z.string().openapi({
      example:
        'If silent until 2012-01-18 (41 days), a purchase within 30 days becomes unlikely: its probability, now 82 %, falls below one half.',
    }),
  })
  .openapi('PredictionChange');

export const Predictions = z
  .object({
    probabilityAlive: figure('Probability that the customer still buys at all.', 0.98),
    expectedPurchases: horizons('Purchase days expected within 7, 30 and 90 days.', {
      '7d': 0.9,
      '30d': 3.7,
      '90d': 10.2,
    }),
    purchaseProbability: horizons('Probability of at least one purchase within the same horizons.', {
      '7d': 0.57,
      '30d': 0.92,
      '90d': 0.98,
    }),
    expectedSpend: horizons('Spend expected in the same horizons; nulls without a model of spend.', {
      '7d': 505.8,
      '30d': 2079.4,
      '90d': 5732.3,
    }),
    nextOrder: NextOrder,
    lifetimeValue: Money.nullable().openapi({
      description: 'Discounted spend to come; null without a model of spend.',
    }),
    products: z.array(ProductOutlook),
    categories: z.array(CategoryOutlook),
    reasons: z
      .array(
        z.object({
          code: z.string().openapi({ example: 'rhythm' }),
          text: z
            .string()
            .openapi({ example: 'Usual gap 6 days (median of the last 20), irregularly spaced.' }),
        }),
      )
      .openapi({
        description: 'What the figures rest on, in sentences.',
      }),
    changes: z.array(PredictionChangeBody).openapi({
      description:
        'What it would take to change the answer, as found by asking the model again; the strongest first.',
    }),
    abstained: abstained('Why there is no prediction; null when there is one.'),
    spendAbstained: abstained('Why expectedSpend and lifetimeValue are null; null when they are given.'),
  })
  .openapi('Predictions');

export const CustomerProfile = z
  .object({ ...envelope, features: Features, segment: SegmentState, predictions: Predictions })
  .openapi('CustomerProfile');

export const CustomerFeaturesAnswer = z
  .object({ ...envelope, features: Features })
  .openapi('CustomerFeatures');
export const CustomerPredictionsAnswer = z
  .object({ ...envelope, predictions: Predictions })
  .openapi('CustomerPredictions');
