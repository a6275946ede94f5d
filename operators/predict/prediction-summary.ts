import type { PredictionSummary } from '../customer-record.ts';
import type { CustomerState } from '../state/customer-state.ts';
import type { ConsumptionModel } from './consumption-model.ts';
import { predictNextOrder } from './next-order.ts';
import { prepareOutlook } from './purchase-outlook.ts';

/**
 * The cheap part of a prediction, the one stored with the customer: no products, no money, no reasons.
 * Undefined for a customer who never purchased.
 */
export function predictionSummary(
  state: CustomerState,
  model: ConsumptionModel,
  asOfMs: number,
): PredictionSummary | undefined {
  const outlook = prepareOutlook(state, model, asOfMs);
  if (outlook === undefined) return undefined;
  const next = predictNextOrder(state, model, asOfMs, outlook.forecast.probability(365));
  return {
    asOfMs,
    modelVersion: model.version,
    probabilityAlive: outlook.probabilityAlive,
    expectedPurchases30: outlook.forecast.expected(30),
    nextOrderAtMs: next.ok ? next.nextOrder.atMs : undefined,
  };
}
