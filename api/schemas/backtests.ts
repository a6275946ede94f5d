import { z } from '@hono/zod-openapi';
import { Count, Currency, Instant } from './shared.ts';

const figure = (description: string, example: number) =>
  z.number().nullable().openapi({ description, example });

const Predictor = z
  .enum(['model', 'zero', 'personal-rate', 'past-count', 'recency', 'population-rate'])
  .openapi('Predictor', { description: 'The model, or one of the simple rules it has to beat.' });

const amounts = {
  meanAbsoluteError: figure('Per customer.', 0.76),
  rootMeanSquaredError: figure('Per customer.', 1.52),
  correlation: figure('Pearson; null where one side does not vary.', 0.64),
  predictedTotal: figure('Over all customers.', 1890.2),
  totalBias: figure('Predicted over actual total, less one.', 0.021),
};

const PurchaseScores = z
  .object({
    predictor: Predictor,
    ...amounts,
    brier: figure('Mean squared error of the probability of buying.', 0.149),
    expectedCalibrationError: figure('Mean gap of probability and share of buyers over ten bins.', 0.02),
    areaUnderCurve: figure('Buyers against others, by probability.', 0.79),
    concordance: figure('C-index of the probability against the time to the first purchase.', 0.76),
  })
  .openapi('PurchaseScores', { description: 'Of purchase days within the horizon.' });

const SpendScores = z
  .object({ predictor: Predictor, ...amounts })
  .openapi('SpendScores', { description: 'Of spend within the horizon, in the currency of the backtest.' });

const RankingAtK = z.object({
  k: z.number().int().openapi({ example: 10 }),
  recall: z.number().openapi({ example: 0.18 }),
  ndcg: z.number().openapi({ example: 0.12 }),
  phr: z.number().openapi({ description: 'Share of customers with at least one hit.', example: 0.5 }),
});

const RankingScores = z
  .object({
    ranker: z.string().openapi({ description: '`model`, or a simple ranking to beat.', example: 'model' }),
    customers: Count,
    all: z.array(RankingAtK),
    repeat: z.array(RankingAtK).openapi({ description: 'Against what the customer had bought before.' }),
    new: z.array(RankingAtK).openapi({ description: 'Against what was new to the customer.' }),
  })
  .openapi('RankingScores');

const Verdict = z
  .object({
    measure: z.string().openapi({ example: 'RMSE' }),
    standing: z.enum(['best', 'shared', 'behind', 'none']).openapi({
      description:
        'best: better than every baseline; shared: none is better, one as good; behind: one is better; none: no score.',
      example: 'best',
    }),
    model: figure('The score of the model.', 1.52),
    rival: z
      .object({ predictor: Predictor, value: z.number() })
      .nullable()
      .openapi({
        description: 'The best of the baselines.',
        example: { predictor: 'past-count', value: 1.84 },
      }),
  })
  .openapi('Verdict');

const BacktestPlots = z
  .object({
    calibration: z
      .array(z.object({ customers: Count, predicted: z.number(), actual: z.number() }))
      .openapi({ description: 'Bins of equal size by probability of buying: predicted and actual share.' }),
    tracking: z
      .array(z.object({ day: z.number(), predicted: z.number(), actual: z.number() }))
      .openapi({ description: 'Cumulative purchase days of all customers by day after the cut.' }),
    conditional: z
      .array(z.object({ count: Count, customers: Count, predicted: z.number(), actual: z.number() }))
      .openapi({
        description: 'Mean purchase days by repeat purchase days before the cut; the last bin is open.',
      }),
  })
  .openapi('BacktestPlots');

export const Backtest = z
  .object({
    id: z.string().openapi({ example: '001323435000000-1a2b3c4d' }),
    storedAt: Instant,
    input: z.string().openapi({ description: 'The file, without its folder.', example: 'orders.csv.gz' }),
    cut: z.string().openapi({ format: 'date-time', example: '2011-09-01T00:00:00.000Z' }),
    horizonDays: z.number().openapi({ example: 90 }),
    currency: Currency.openapi({ description: 'ISO 4217 code of the money in this backtest.' }),
    customers: Count.openapi({ description: 'With a purchase before the cut.' }),
    buyers: Count.openapi({ description: 'Of them, those who bought within the horizon.' }),
    model: z.object({
      version: z.string().openapi({ description: 'Of the model fitted at the cut.' }),
      purchases: z.string().openapi({ description: 'Which model of purchases was chosen, in words.' }),
      fittedTo: Count,
      notFitted: z
        .string()
        .nullable()
        .openapi({ description: 'Why there was no model; null when there was.', example: null }),
      notes: z.array(z.string()),
    }),
    verdicts: z.object({
      purchases: z.array(Verdict),
      spend: z.array(Verdict).nullable().openapi({ description: 'Null where the file has no prices.' }),
    }),
    purchases: z.array(PurchaseScores),
    spend: z.array(SpendScores).nullable(),
    nextOrder: z.object({
      customers: Count,
      dated: Count.openapi({ description: 'Customers a date was named for.' }),
      abstainedShare: z.number().openapi({ example: 0.62 }),
      medianAbsoluteErrorDays: figure('Of those who bought within the horizon.', 11.4),
      baselineMedianAbsoluteErrorDays: figure('Of the mean gap so far, as a date.', 14),
      intervalCoverage: figure('Share of the 80 % intervals that held the date.', 0.79),
      intervalCoverageOfBuyers: figure('The same of those who bought within the horizon.', 0.78),
      intervalWidthDaysMedian: figure('Days.', 47.5),
    }),
    products: z.array(RankingScores).nullable(),
    categories: z.array(RankingScores).nullable(),
    plots: BacktestPlots,
  })
  .openapi('Backtest', {
    description: 'Predictions made at a cut from what came before it, scored against what came after.',
  });
