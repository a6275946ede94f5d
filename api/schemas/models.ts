import { z } from '@hono/zod-openapi';
import { Backtest } from './backtests.ts';
import { Count, Instant, Money, NextCursor, PageQuery, Segment } from './shared.ts';

const figure = (description: string, example: number) =>
  z.number().nullable().openapi({ description, example });

const method = z.string().openapi({
  description:
    'maximum-likelihood; penalised: under a weak prior, where the likelihood has no inner maximum; assumed: too little data.',
  example: 'maximum-likelihood',
});

export const ModelKindName = z
  .enum(['segments', 'consumption'])
  .openapi('ModelKind', { example: 'consumption' });

const idLengthMax = 256;
const unprintable = /[\p{Cc}\p{Cs}]/u;

export const ModelPath = z.object({
  id: z
    .string()
    .min(1)
    .max(idLengthMax)
    .refine((id) => !unprintable.test(id), { error: 'expected a version without control characters' })
    .openapi({
      param: { name: 'id', in: 'path' },
      description: 'The version of the model.',
      example: 'consumption-0001-a1b2c3',
    }),
});

export const ModelsQuery = PageQuery.extend({
  kind: ModelKindName.optional().openapi({ param: { name: 'kind', in: 'query' } }),
});

const backtestsMax = 20;
const backtestsDefault = 3;

export const QualityQuery = z.object({
  backtests: z
    .string()
    .regex(/^\d{1,2}$/, `expected an integer from 0 to ${backtestsMax}`)
    .transform(Number)
    .pipe(z.number().int().min(0).max(backtestsMax))
    .default(backtestsDefault)
    .openapi({
      type: 'integer',
      minimum: 0,
      maximum: backtestsMax,
      default: backtestsDefault,
      param: { name: 'backtests', in: 'query' },
      example: backtestsDefault,
      description: 'How many of the last backtests to give.',
    }),
});

const summary = {
  id: z.string().openapi({ description: 'The version.', example: 'consumption-0001-a1b2c3' }),
  kind: ModelKindName,
  fittedAt: Instant.nullable().openapi({ description: 'Clock instant of the fit.' }),
  active: z.boolean().openapi({ description: 'True for the one that answers are made with.' }),
  sampleSize: Count.nullable().openapi({
    description: 'Customers that the fit saw; null for a model of an older version.',
    example: 4372,
  }),
};

export const ModelPage = z
  .object({ items: z.array(z.object(summary).openapi('Model')), nextCursor: NextCursor })
  .openapi('ModelPage');

const features = z
  .object({
    recencyDays: z.number().openapi({ example: 12.4 }),
    tenureDays: z.number().openapi({ example: 301.2 }),
    orders365: z.number().openapi({ example: 14.8 }),
    spend365: Money,
  })
  .nullable();

const SegmentQuality = z
  .object({
    inertia: figure('Mean squared distance to the nearest centroid, transformed units.', 0.9),
    silhouette: figure('Mean simplified silhouette, -1..1.', 0.42),
    inertiaRatio: figure('Inertia over that of the best of ten batch fits; 1 is as good.', 1.001),
    adjustedRandIndex: figure('Agreement of the labels with those of that best fit; 1 is the same.', 0.99),
    margin: figure('Past a boundary by this much before a customer moves, transformed units.', 0.2),
    dwellDays: figure('Days after a move before time alone may make the next one.', 0),
    segments: z.array(
      z.object({
        name: Segment,
        size: Count.openapi({ description: 'Customers of the sample.' }),
        share: z.number().openapi({ example: 0.12 }),
        medians: features.openapi({ description: 'Of the members, in plain units.' }),
        meaningHolds: z
          .boolean()
          .nullable()
          .openapi({ description: 'Whether the members are what the name says.', example: true }),
        unmet: z.array(z.string()).openapi({ description: 'What the name promises and the members miss.' }),
      }),
    ),
    drift: z
      .object({
        asOf: Instant.nullable(),
        customers: figure('Customers it rests on, older ones counting for less.', 4210),
        inertiaRatio: figure('Mean squared distance now over that of the fit.', 1.04),
        farShare: figure('Share farther from every centroid than all but 1 % of the sample were.', 0.012),
        stabilityIndex: z.object({
          recencyDays: figure('Population stability index.', 0.03),
          tenureDays: figure('Population stability index.', 0.11),
          orders365: figure('Population stability index.', 0.02),
          spend365: figure('Population stability index.', 0.02),
        }),
        alarm: z
          .string()
          .nullable()
          .openapi({ description: 'Why a refit is asked for; null while none is.', example: null }),
      })
      .nullable()
      .openapi({ description: 'How far the customers have moved since; null until measured.' }),
  })
  .openapi('SegmentModelQuality');

const Rates = z.object({
  r: z.number().openapi({ example: 0.243 }),
  alpha: z.number().openapi({ description: 'In days; for items in purchase days.', example: 30.9 }),
  a: z.number().openapi({ example: 0.793 }),
  b: z.number().openapi({ example: 2.426 }),
  method,
});

const Regularity = z.object({
  shape: z.number().openapi({ description: '1: as irregular as chance; more: regular.', example: 1.4 }),
  weightGaps: z.number().openapi({ description: 'Weight of this prior, in gaps.', example: 3 }),
});

const Replenishment = Rates.extend({ regularity: Regularity }).openapi('ReplenishmentParameters');

const ConsumptionQuality = z
  .object({
    bgNbd: Rates.extend({ logLikelihood: figure('Time in days.', -9582.4) }),
    gammaGamma: z
      .object({
        p: z.number().openapi({ example: 6.25 }),
        q: z.number().openapi({ example: 3.74 }),
        v: z.number().openapi({ example: 15.44 }),
        logLikelihood: figure('Money in the reporting currency.', -4055.9),
        customers: Count.openapi({ description: 'With repeat spend.' }),
        method,
      })
      .nullable()
      .openapi({ description: 'Null when there was too little repeat spend to fit it.' }),
    regularity: Regularity,
    replenishment: z.object({ products: Replenishment, categories: Replenishment }),
    purchasing: z
      .object({
        kind: z
          .string()
          .openapi({ description: 'The model of purchases that was chosen.', example: 'blend' }),
        candidates: z
          .array(
            z.object({
              name: z.string().openapi({ example: 'bg-nbd' }),
              rmse: figure('Purchase days within the inner period.', 1.61),
              brier: figure('Of the probability of buying.', 0.161),
              auc: figure('Of the probability of buying.', 0.757),
              chosen: z.boolean(),
              reason: z.string().openapi({ example: 'Worse than the blend on RMSE.' }),
            }),
          )
          .openapi({
            description:
              'Every candidate and simple rule as scored within the fit, on a period it had not learned from, and why it was chosen or not.',
          }),
      })
      .nullable()
      .openapi({ description: 'Null for a model of an older version: BG/NBD alone.' }),
  })
  .openapi('ConsumptionModelQuality');

export const ModelQuality = z
  .object({
    ...summary,
    segments: SegmentQuality.nullable().openapi({ description: 'Null for a consumption model.' }),
    consumption: ConsumptionQuality.nullable().openapi({ description: 'Null for a segment model.' }),
    backtests: z
      .array(Backtest)
      .openapi({ description: 'The last backtests of the predictions, with the baselines, newest first.' }),
  })
  .openapi('ModelQuality');
