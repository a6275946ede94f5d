import type { PurchaseEvent } from '../event/purchase-event.ts';
import { type CustomerState, defaultStateOptions, msPerDay, utcDay } from '../state/customer-state.ts';
import { foldHistory } from '../state/fold-history.ts';
import { entryPurchaseDays, purchaseDays } from '../state/lifetime.ts';
import type { ConsumptionModel } from './consumption-model.ts';
import { firstBelow } from './first-below.ts';
import type { PurchaseForecast } from './purchase-forecast.ts';
import {
  forecastOver,
  outlookOver,
  outlookWithin,
  type PreparedOutlook,
  type PurchaseOutlook,
} from './purchase-outlook.ts';

/** What a prediction rests on, and what it would take to change the answer. */
export interface PredictionChange {
  readonly code: 'purchase-today' | 'silence-until' | 'silence-since' | 'purchase-day-more' | 'spend-more';
  readonly feature: 'silenceDays' | 'purchaseDays' | 'spendPerPurchaseDay';
  /** Of the feature, as it is: days, purchase days, or reporting currency micros. */
  readonly value: number;
  /** Of the feature, after the change. */
  readonly to: number;
  /** When the change is made, or has come about; UTC milliseconds. */
  readonly atMs: number;
  readonly outcome: 'purchaseProbability' | 'expectedPurchases' | 'expectedSpendMicros';
  readonly horizonDays: number;
  /** Of the outcome, as it is and after the change. */
  readonly from: number;
  readonly becomes: number;
}

/** Probabilities are told for a month ahead, amounts for three. */
const probabilityHorizonDays = 30;
const amountHorizonDays = 90;
/** A customer is likely to buy from this probability on; what changes that is told first. */
const likely = 0.5;
/** From this probability on it is worth telling when silence will have halved it. */
const halvedFrom = 0.01;
/** Changes of the outcome by less than about this share are not worth telling. */
const weightMin = 0.01;
/** Nor are those smaller than what is shown of them: a tenth of a percent, a hundredth of a purchase day or of the currency. */
const changeMin: Readonly<Record<PredictionChange['outcome'], number>> = {
  purchaseProbability: 0.001,
  expectedPurchases: 0.01,
  expectedSpendMicros: 10_000,
};
/** How far ahead silence is followed. */
const silenceDaysMax = 2 * 365;

/**
 * What would change one customer's prediction, strongest first: a purchase today, silence until some date, one more purchase
 * day, more spent. Each is found by asking `purchaseOutlook` again, of the state as the fold makes it or of a later instant, so
 * it agrees with the model by construction. Empty for a customer who never purchased, short for one of whom little is known.
 *
 * @param asOfMs not before the newest event
 */
export function predictionChanges(
  state: CustomerState,
  model: ConsumptionModel,
  asOfMs: number,
): PredictionChange[] {
  const lastAtMs = state.lifetime.lastPurchaseAtMs;
  if (lastAtMs === undefined) return [];
  const present = outlookOver(state, model)(asOfMs) as PreparedOutlook;
  const input: ChangeInput = {
    state,
    asOfMs,
    lastAtMs,
    silenceDays: Math.max(0, utcDay(asOfMs) - utcDay(lastAtMs)),
    now: {
      soon: outlookWithin(present, probabilityHorizonDays),
      later: outlookWithin(present, amountHorizonDays),
    },
    ask: (changed, horizonDays) =>
      outlookWithin(outlookOver(changed, model)(asOfMs) as PreparedOutlook, horizonDays),
    forecastAt: forecastOver(state, model),
  };
  return [purchaseToday(input), ...silence(input), purchaseDayMore(input), spendMore(input)]
    .filter((change) => change !== undefined)
    .filter(isWorthTelling)
    .sort((a, b) => weight(b) - weight(a));
}

function isWorthTelling(change: PredictionChange): boolean {
  const { outcome, from, becomes } = change;
  return weight(change) >= weightMin && Math.abs(becomes - from) >= changeMin[outcome];
}

/** How much the outcome changes: the magnitude of the logarithm of its ratio, finite for one that was or becomes 0. */
function weight({ from, becomes }: PredictionChange): number {
  return Math.abs(Math.log(Math.max(becomes, Number.MIN_VALUE)) - Math.log(Math.max(from, Number.MIN_VALUE)));
}

interface ChangeInput {
  readonly state: CustomerState;
  readonly asOfMs: number;
  readonly lastAtMs: number;
  /** Whole UTC days since the day of the last purchase. */
  readonly silenceDays: number;
  /** Of the state as it is, within the horizon of probabilities and that of amounts. */
  readonly now: { readonly soon: PurchaseOutlook; readonly later: PurchaseOutlook };
  /** Of another state, at the same instant. */
  readonly ask: (changed: CustomerState, horizonDays: number) => PurchaseOutlook;
  /** Of the state as it is. */
  readonly forecastAt: (atMs: number) => PurchaseForecast | undefined;
}

function purchaseToday({ state, asOfMs, silenceDays, now, ask }: ChangeInput): PredictionChange | undefined {
  if (silenceDays === 0) return undefined;
  const bought = withPurchase(state, asOfMs);
  return {
    code: 'purchase-today',
    feature: 'silenceDays',
    value: silenceDays,
    to: 0,
    atMs: asOfMs,
    outcome: 'purchaseProbability',
    horizonDays: probabilityHorizonDays,
    from: now.soon.purchaseProbability,
    becomes: ask(bought, probabilityHorizonDays).purchaseProbability,
  };
}

/** From when on silence makes a purchase unlikely (or half as likely), and since when it has. */
function silence({ asOfMs, lastAtMs, silenceDays, forecastAt }: ChangeInput): PredictionChange[] {
  const probability = (atMs: number) =>
    (forecastAt(atMs) as PurchaseForecast).probability(probabilityHorizonDays);
  const from = probability(asOfMs);
  const shared = {
    feature: 'silenceDays',
    value: silenceDays,
    outcome: 'purchaseProbability',
    horizonDays: probabilityHorizonDays,
    from,
  } as const;
  const changes: PredictionChange[] = [];
  const changeAt = (code: 'silence-until' | 'silence-since', atMs: number, seenAtMs: number) => {
    const to = Math.max(0, utcDay(seenAtMs) - utcDay(lastAtMs));
    changes.push({ ...shared, code, to, atMs, becomes: probability(seenAtMs) });
  };
  const untilMs =
    from < halvedFrom
      ? undefined
      : firstBelow(
          probability,
          from >= likely ? likely : from / 2,
          asOfMs,
          asOfMs + silenceDaysMax * msPerDay,
        );
  if (untilMs !== undefined) changeAt('silence-until', untilMs, untilMs);
  const sinceMs =
    from < likely && probability(lastAtMs) >= likely
      ? firstBelow(probability, likely, lastAtMs, asOfMs)
      : undefined;
  // The instant before is the last at which a purchase was likely.
  if (sinceMs !== undefined) changeAt('silence-since', sinceMs, sinceMs - 1);
  return changes;
}

function purchaseDayMore({ state, now, ask }: ChangeInput): PredictionChange | undefined {
  const atMs = middleOfLongestGap(state);
  if (atMs === undefined) return undefined;
  const more = withPurchase(state, atMs);
  return {
    code: 'purchase-day-more',
    feature: 'purchaseDays',
    value: purchaseDays(state),
    to: purchaseDays(more),
    atMs,
    outcome: 'expectedPurchases',
    horizonDays: amountHorizonDays,
    from: now.later.expectedPurchases,
    becomes: ask(more, amountHorizonDays).expectedPurchases,
  };
}

/** The last purchase day brings as much again as a usual one. */
function spendMore({ state, lastAtMs, now, ask }: ChangeInput): PredictionChange | undefined {
  const more = withPurchase(state, lastAtMs);
  const from = now.later.expectedSpendMicros;
  const becomes = ask(more, amountHorizonDays).expectedSpendMicros;
  if (from === undefined || becomes === undefined) return undefined;
  return {
    code: 'spend-more',
    feature: 'spendPerPurchaseDay',
    value: usualSpendMicros(state),
    to: usualSpendMicros(more),
    atMs: lastAtMs,
    outcome: 'expectedSpendMicros',
    horizonDays: amountHorizonDays,
    from,
    becomes,
  };
}

/** Noon of the UTC day in the middle of the longest gap between purchase days of the last year; undefined where none has room. */
function middleOfLongestGap({ entries }: CustomerState): number | undefined {
  const days = entryPurchaseDays(entries);
  let longest = { fromDay: 0, days: 1 };
  days.forEach((day, index) => {
    const before = days[index - 1];
    if (before !== undefined && day - before > longest.days)
      longest = { fromDay: before, days: day - before };
  });
  if (longest.days < 2) return undefined;
  return (longest.fromDay + Math.floor(longest.days / 2)) * msPerDay + msPerDay / 2;
}

function usualSpendMicros(state: CustomerState): number {
  return Math.max(0, Math.round(state.lifetime.purchaseSpendMicros / Math.max(1, purchaseDays(state))));
}

/** The state with one more usual purchase, as the fold makes it; consumption, which no outlook rests on, stays as it is. */
function withPurchase(state: CustomerState, atMs: number): CustomerState {
  return { ...state, ...foldHistory(state, usualPurchase(state, atMs), defaultStateOptions) };
}

/** A purchase as large as the customer's purchase days are on average, of nothing in particular. */
export function usualPurchase(state: CustomerState, atMs: number): PurchaseEvent {
  return {
    eventId: 'what-if',
    eventHash: unusedHash(state),
    customerId: 'what-if',
    orderId: 'what-if',
    occurredAtMs: atMs,
    context: undefined,
    items: [],
    spendMicros: usualSpendMicros(state),
    boughtMilli: Math.max(1, Math.round(state.lifetime.boughtMilli / Math.max(1, purchaseDays(state)))),
    returnedMilli: 0,
  };
}

/** No order of the state has it, so that the fold takes the purchase for a new one. */
function unusedHash(state: CustomerState): number {
  const isTaken = (hash: number) =>
    state.entries.some((entry) => entry.hash === hash) || state.oldHashes.includes(hash);
  let hash = 0;
  while (isTaken(hash)) hash += 1;
  return hash;
}
