import type { z } from '@hono/zod-openapi';
import { describeChange } from '../../operators/predict/describe-change.ts';
import type { PredictionChange } from '../../operators/predict/prediction-counterfactuals.ts';
import type { PredictionChangeBody } from '../schemas/customer.ts';
import { figure, instantOrNull, money } from './amounts.ts';

/** What would change a prediction, money in the reporting currency. */
export function presentChange(change: PredictionChange): z.infer<typeof PredictionChangeBody> {
  const { code, feature, outcome, horizonDays } = change;
  const ofFeature = (value: number) => (feature === 'spendPerPurchaseDay' ? money(value) : value);
  const ofOutcome = (value: number) => (outcome === 'expectedSpendMicros' ? money(value) : figure(value));
  return {
    code,
    feature,
    value: ofFeature(change.value),
    to: ofFeature(change.to),
    at: instantOrNull(change.atMs),
    outcome: outcome === 'expectedSpendMicros' ? 'expectedSpend' : outcome,
    horizonDays,
    from: ofOutcome(change.from),
    becomes: ofOutcome(change.becomes),
    text: describeChange(change),
  };
}
