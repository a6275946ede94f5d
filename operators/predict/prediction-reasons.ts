import { type CustomerState, msPerDay, utcDay } from '../state/customer-state.ts';
import type { PredictionReason } from './consumption-model.ts';
import { purchaseGapDays } from './gap-regularity.ts';
import type { PurchaseStatistics } from './purchase-statistics.ts';
import { logGapSurvival, type RenewalGap } from './renewal-gap.ts';

export interface ReasonInput {
  readonly state: CustomerState;
  readonly statistics: PurchaseStatistics;
  readonly asOfMs: number;
  readonly alive: number;
  /** Reporting currency. */
  readonly orderValue: number | undefined;
  /** Law of the running gap; undefined when the next order was not predicted. */
  readonly gap: RenewalGap | undefined;
  /** Why the model is not known to beat simple rules; undefined where it did. */
  readonly reservation: string | undefined;
}

/** Shape of the gaps from which buying is called regular: they then spread by less than 0.6 of their mean. */
const regularShapeMin = 3;

/** What a prediction rests on, one sentence each, the weightiest first; last, where there is one, the reservation about its model. */
export function predictionReasons(input: ReasonInput): PredictionReason[] {
  const { state, statistics, asOfMs } = input;
  const silentDays = silenceDays(state, asOfMs);
  const gapsDays = purchaseGapDays(state);
  const reasons = [historyReason(state, statistics, silentDays)];
  if (input.gap && gapsDays.length >= 2) reasons.push(...rhythmReasons(input.gap, gapsDays, silentDays));
  reasons.push(aliveReason(statistics, input.alive));
  const value = orderValueReason(statistics, input.orderValue);
  if (value) reasons.push(value);
  if (input.reservation !== undefined) reasons.push({ code: 'reservation', text: input.reservation });
  return reasons;
}

function silenceDays(state: CustomerState, asOfMs: number): number {
  const lastDay = utcDay(state.lifetime.lastPurchaseAtMs ?? asOfMs);
  return Math.max(0, utcDay(asOfMs) - lastDay);
}

function historyReason(
  state: CustomerState,
  statistics: PurchaseStatistics,
  silentDays: number,
): PredictionReason {
  const days = statistics.repeatPurchases + 1;
  const first = new Date(utcDay(state.lifetime.firstPurchaseAtMs ?? 0) * msPerDay).toISOString().slice(0, 10);
  const last = silentDays === 0 ? 'today' : `${inDays(silentDays)} ago`;
  const text =
    days === 1
      ? `Bought on one day only, ${first}, ${last}.`
      : `Bought on ${days} days since ${first}, last ${last}.`;
  return { code: 'history', text };
}

function rhythmReasons(gap: RenewalGap, gapsDays: readonly number[], silentDays: number): PredictionReason[] {
  const usual = median(gapsDays);
  const evenness =
    gap.shape >= regularShapeMin ? 'evenly spaced' : gap.shape < 0.9 ? 'in bursts' : 'irregularly spaced';
  const rhythm = `Usual gap ${inDays(usual)} (median of the last ${gapsDays.length}), ${evenness}.`;
  const reasons: PredictionReason[] = [{ code: 'rhythm', text: rhythm }];
  const longer = Math.exp(logGapSurvival(gap, silentDays));
  if (silentDays > usual && longer < 0.5) {
    const times = (silentDays / usual).toFixed(1);
    const text = `Silent for ${inDays(silentDays)}, ${times} times the usual gap; expected of ${percent(longer)} of such gaps.`;
    reasons.push({ code: 'overdue', text });
  }
  return reasons;
}

function aliveReason({ repeatPurchases }: PurchaseStatistics, alive: number): PredictionReason {
  const text =
    repeatPurchases === 0
      ? 'No repeat yet: how soon and whether one comes is judged by all customers like this.'
      : `Still a customer with a probability of ${percent(alive)}.`;
  return { code: 'alive', text };
}

function orderValueReason(
  { repeatPurchases, meanRepeatSpend }: PurchaseStatistics,
  orderValue: number | undefined,
): PredictionReason | undefined {
  if (orderValue === undefined) return undefined;
  const expected = `a purchase day is expected to bring ${orderValue.toFixed(2)}`;
  const text =
    meanRepeatSpend === undefined
      ? `No repeat spend yet: ${expected}, as over all customers.`
      : `Repeat purchase days brought ${meanRepeatSpend.toFixed(2)} on average (${repeatPurchases}); ${expected}.`;
  return { code: 'order-value', text };
}

function inDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

function percent(probability: number): string {
  if (probability > 0 && probability < 0.01) return 'less than 1 %';
  if (probability < 1 && probability > 0.99) return 'more than 99 %';
  return `${Math.round(probability * 100)} %`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
