import type { PredictionSummary } from '../customer-record.ts';
import type { CustomerState } from '../state/customer-state.ts';
import { bgNbdInDays, expectedTransactions, probabilityAlive } from './bg-nbd.ts';
import type { ConsumptionModel } from './consumption-model.ts';
import { predictNextOrder } from './next-order.ts';
import { purchaseStatistics, repeatHistory } from './purchase-statistics.ts';

/**
 * The cheap part of a prediction, the one stored with the customer: no products, no money, no reasons.
 * Undefined for a customer who never purchased.
 */
export function predictionSummary(
  state: CustomerState,
  model: ConsumptionModel,
  asOfMs: number,
): PredictionSummary | undefined {
  const statistics = purchaseStatistics(state, asOfMs);
  if (statistics === undefined) return undefined;
  const parameters = bgNbdInDays(model.bgNbd);
  const history = repeatHistory(statistics);
  const next = predictNextOrder(state, model, asOfMs);
  return {
    asOfMs,
    modelVersion: model.version,
    probabilityAlive: probabilityAlive(parameters, history),
    expectedPurchases30: expectedTransactions(parameters, history, 30),
    nextOrderAtMs: next.ok ? next.nextOrder.atMs : undefined,
  };
}
