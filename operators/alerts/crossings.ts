import type { CustomerRecord } from '../customer-record.ts';
import { bgNbdInDays } from '../predict/bg-nbd.ts';
import type { ConsumptionModel, ProductPrediction } from '../predict/consumption-model.ts';
import { prepareOutlook } from '../predict/purchase-outlook.ts';
import { repeatHistory } from '../predict/purchase-statistics.ts';
import { predictProducts } from '../predict/replenishment.ts';
import { type CustomerState, msPerDay } from '../state/customer-state.ts';
import { windowTotals } from '../state/windows.ts';
import type { AlertOccasion } from './fired-alert.ts';
import type { AliveCondition, ReplenishmentCondition } from './rule.ts';

/** The stretch of time looked at, and the model of each end: a new one may put a customer past a line by itself. */
export interface CrossingSpan {
  /** Left out. */
  readonly fromMs: number;
  /** Included. */
  readonly toMs: number;
  /** Nothing at or before is an occasion: the rule did not wait for it yet. */
  readonly activeFromMs: number;
  readonly modelFrom: ConsumptionModel;
  readonly modelTo: ConsumptionModel;
}

const valueDays = 365;
/** A purchase may become known this long after it happened and still count as one within the stretch, ms. */
const lateMsMax = msPerDay;
/** More than a customer's state has products. */
const productsMax = 10_000;
const minPurchasesDefault = 2;

/**
 * The instants within a stretch of time at which a customer who bought nothing since passes the line of a condition. Of
 * stretches that follow each other each passing lies in one; what a purchase within a stretch has undone is in none. A
 * product that a purchase of others within the stretch makes due earlier is given with the stretch, perhaps again: its
 * cause is the same.
 */
export function crossings(
  when: AliveCondition | ReplenishmentCondition,
  record: CustomerRecord,
  span: CrossingSpan,
): AlertOccasion[] {
  if (span.toMs <= span.fromMs) return [];
  return when.kind === 'probability-alive'
    ? aliveCrossing(when, record, span)
    : replenishmentCrossings(when, record, span);
}

/**
 * P(alive) falls while a customer is silent, so its passing below the line is bisected, to the millisecond. One passing a
 * silence: the cause names the purchase it began with.
 */
function aliveCrossing(
  { below, minValueMicros = Number.NEGATIVE_INFINITY }: AliveCondition,
  { customerId, state }: CustomerRecord,
  { fromMs, toMs, modelFrom, modelTo }: CrossingSpan,
): AlertOccasion[] {
  const lastPurchaseAtMs = state.lifetime.lastPurchaseAtMs;
  if (lastPurchaseAtMs === undefined) return [];
  const startMs = Math.max(fromMs, lastPurchaseAtMs);
  if (toMs <= startMs) return [];
  const isBelow = (model: ConsumptionModel, atMs: number) => probabilityAt(state, model, atMs) < below;
  if (!isBelow(modelTo, toMs) || isBelow(modelFrom, startMs)) return [];
  const atMs = firstInstant((instantMs) => isBelow(modelTo, instantMs), startMs, toMs);
  const valueMicros = windowTotals(state, atMs, valueDays).spendMicros;
  if (valueMicros < minValueMicros) return [];
  const probability = probabilityAt(state, modelTo, atMs);
  return [
    {
      cause: `probability-alive\n${customerId}\n${lastPurchaseAtMs}`,
      customerId,
      atMs,
      valueMicros,
      detail: {
        kind: 'probability-alive',
        below,
        probability,
        lastPurchaseAtMs,
        modelVersion: modelTo.version,
      },
    },
  ];
}

function probabilityAt(state: CustomerState, model: ConsumptionModel, atMs: number): number {
  return prepareOutlook(state, model, atMs)?.probabilityAlive ?? 1;
}

/** The first whole millisecond after `fromMs` at which what turns true once, and is by `toMs`, is true. */
function firstInstant(isTrue: (atMs: number) => boolean, fromMs: number, toMs: number): number {
  let before = fromMs;
  let from = toMs;
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (isTrue(middle)) from = middle;
    else before = middle;
  }
  return from;
}

/** A product is due its usual gap after it was last bought, as that gap was known at the customer's last purchase. */
function replenishmentCrossings(
  when: ReplenishmentCondition,
  { customerId, state }: CustomerRecord,
  { fromMs, toMs, activeFromMs, modelFrom, modelTo }: CrossingSpan,
): AlertOccasion[] {
  const due = dueProducts(state, modelTo, when).filter((product) => product.dueAtMs <= toMs);
  if (due.length === 0) return [];
  const dueBefore =
    modelFrom === modelTo
      ? undefined
      : new Map(
          dueProducts(state, modelFrom, when).map(({ productId, dueAtMs }) => [productId, dueAtMs] as const),
        );
  // A purchase changes the usual gaps of all products, so what is due by it may not have been due before.
  const hasBought = (state.lifetime.lastPurchaseAtMs ?? activeFromMs) > fromMs - lateMsMax;
  const passed = due.filter(
    ({ productId, dueAtMs }) =>
      (dueBefore?.get(productId) ?? dueAtMs) > fromMs || (hasBought && dueAtMs > activeFromMs),
  );
  return passed.map((product) => {
    const atMs = Math.max(product.dueAtMs, fromMs + 1);
    const { productId, category, purchases, lastAtMs, usualGapDays, expectedQuantityMilli } = product;
    return {
      cause: `replenishment-due\n${customerId}\n${productId}\n${lastAtMs}`,
      customerId,
      atMs,
      valueMicros: windowTotals(state, atMs, valueDays).spendMicros,
      detail: {
        kind: 'replenishment-due',
        productId,
        category,
        purchases,
        lastAtMs,
        usualGapDays,
        expectedQuantityMilli,
        modelVersion: modelTo.version,
      },
    };
  });
}

type DueProduct = ProductPrediction & { readonly usualGapDays: number; readonly dueAtMs: number };

function dueProducts(
  state: CustomerState,
  model: ConsumptionModel,
  when: ReplenishmentCondition,
): DueProduct[] {
  const { lastPurchaseAtMs } = state.lifetime;
  const outlook = lastPurchaseAtMs === undefined ? undefined : prepareOutlook(state, model, lastPurchaseAtMs);
  if (lastPurchaseAtMs === undefined || outlook === undefined) return [];
  const { r, alpha } = bgNbdInDays(model.bgNbd);
  const { x, T } = repeatHistory(outlook.statistics);
  const products = predictProducts({
    state,
    model,
    asOfMs: lastPurchaseAtMs,
    probabilityAlive: outlook.probabilityAlive,
    purchaseRate: (r + x) / (alpha + T),
    top: productsMax,
  });
  const isMeant = ({ productId, category }: ProductPrediction) =>
    (when.products === undefined || when.products.includes(productId)) &&
    (when.categories === undefined || (category !== undefined && when.categories.includes(category)));
  return products.flatMap((product) => {
    const { usualGapDays, lastAtMs, purchases } = product;
    if (usualGapDays === undefined || purchases < (when.minPurchases ?? minPurchasesDefault)) return [];
    const dueAtMs = Math.round(lastAtMs + usualGapDays * msPerDay);
    return isMeant(product) && Number.isSafeInteger(dueAtMs) ? [{ ...product, usualGapDays, dueAtMs }] : [];
  });
}
