import { microsPerUnit } from '../event/money.ts';
import type { CustomerState } from '../state/customer-state.ts';
import { bgNbdInDays, expectedTransactions, probabilityAlive } from './bg-nbd.ts';
import type { ConsumptionModel } from './consumption-model.ts';
import { expectedTransactionValue } from './gamma-gamma.ts';
import { purchaseStatistics, repeatHistory, spendHistory } from './purchase-statistics.ts';

/** What is expected of one customer within one horizon. */
export interface PurchaseOutlook {
  /** 0..1. */
  readonly probabilityAlive: number;
  /** Purchase days within the horizon, >= 0. */
  readonly expectedPurchases: number;
  /** Probability of at least one purchase within the horizon, 0..1. */
  readonly purchaseProbability: number;
  /** Reporting currency micros; undefined without a model of spend. */
  readonly expectedSpendMicros: number | undefined;
}

/**
 * What the active model expects of a customer within `(asOf, asOf + horizonDays]`; undefined for one who never purchased.
 *
 * @param horizonDays > 0, any real number
 */
export function purchaseOutlook(
  state: CustomerState,
  model: ConsumptionModel,
  asOfMs: number,
  horizonDays: number,
): PurchaseOutlook | undefined {
  const statistics = purchaseStatistics(state, asOfMs);
  if (statistics === undefined) return undefined;
  const parameters = bgNbdInDays(model.bgNbd);
  const history = repeatHistory(statistics);
  const alive = probabilityAlive(parameters, history);
  const expectedPurchases = expectedTransactions(parameters, history, horizonDays);
  const noPurchaseAlive = (1 + horizonDays / (parameters.alpha + history.T)) ** -(parameters.r + history.x);
  const value = model.gammaGamma && expectedTransactionValue(model.gammaGamma, spendHistory(statistics));
  return {
    probabilityAlive: alive,
    expectedPurchases,
    purchaseProbability: alive * (1 - noPurchaseAlive),
    expectedSpendMicros:
      value === undefined ? undefined : Math.round(expectedPurchases * value * microsPerUnit),
  };
}
