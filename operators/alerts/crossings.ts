import type { CustomerRecord } from '../customer-record.ts';
import type { ConsumptionModel } from '../predict/consumption-model.ts';
import { forecastOver, outlookOver } from '../predict/purchase-outlook.ts';
import type { CustomerState } from '../state/customer-state.ts';
import { windowTotals } from '../state/windows.ts';
import { type RepeatedProduct, repeatedProducts } from './due-products.ts';
import type { AlertOccasion } from './fired-alert.ts';
import { firstFall } from './first-fall.ts';
import type { ReplenishmentCondition, TimedCondition } from './rule.ts';

/** The stretch of time looked at, and the model of each end: a new one may put a customer past a line by itself. */
export interface CrossingSpan {
  /** Left out. */
  readonly fromMs: number;
  /** Included. */
  readonly toMs: number;
  /** Nothing at or before is an occasion: the rule did not wait for it yet. */
  readonly activeFromMs: number;
  /**
   * What fell due so long before the end is given again, ms, default 0: an order that became known late may have moved it to
   * before the stretch. Less than recorded alerts are kept, which tell what has fired.
   */
  readonly lookBackMs?: number | undefined;
  readonly modelFrom: ConsumptionModel;
  readonly modelTo: ConsumptionModel;
}

const valueDays = 365;
const minPurchasesDefault = 2;

/**
 * The instants within a stretch of time at which a customer who bought nothing since passes the line of a condition. Of
 * stretches that follow each other each passing lies in one; what a purchase within a stretch has undone is in none.
 */
export function crossings(when: TimedCondition, record: CustomerRecord, span: CrossingSpan): AlertOccasion[] {
  return crossingsOf(record)(when, span);
}

/** `crossings` of one customer for any number of conditions: what depends on none is worked out once. */
export function crossingsOf(
  record: CustomerRecord,
): (when: TimedCondition, span: CrossingSpan) => AlertOccasion[] {
  const views = new Map<ConsumptionModel, CustomerView>();
  const viewBy = (model: ConsumptionModel): CustomerView => {
    const view = views.get(model) ?? customerView(record.state, model);
    views.set(model, view);
    return view;
  };
  return (when, span) => {
    if (span.toMs <= span.fromMs) return [];
    return when.kind === 'replenishment-due'
      ? replenishmentCrossings(when, record, span, viewBy)
      : fallCrossing(when, record, span, viewBy);
  };
}

/** A customer by one model. */
interface CustomerView {
  /** P(alive); 1 for who never purchased. */
  readonly aliveAt: (atMs: number) => number;
  /** Probability of a purchase within so many days of the instant; 1 for who never purchased. */
  readonly purchaseWithin: (days: number, atMs: number) => number;
  readonly products: () => readonly RepeatedProduct[];
}

type ViewBy = (model: ConsumptionModel) => CustomerView;

function customerView(state: CustomerState, model: ConsumptionModel): CustomerView {
  let outlookAt: ReturnType<typeof outlookOver> | undefined;
  let forecastAt: ReturnType<typeof forecastOver> | undefined;
  let products: readonly RepeatedProduct[] | undefined;
  return {
    aliveAt(atMs) {
      outlookAt ??= outlookOver(state, model);
      return outlookAt(atMs)?.probabilityAlive ?? 1;
    },
    purchaseWithin(days, atMs) {
      forecastAt ??= forecastOver(state, model);
      return forecastAt(atMs)?.probability(days) ?? 1;
    },
    products() {
      products ??= repeatedProducts(state, model);
      return products;
    },
  };
}

/** A probability that a customer's silence brings down. */
type FallCondition = Exclude<TimedCondition, ReplenishmentCondition>;

/** One passing of the line a silence: the cause names the purchase it began with. */
function fallCrossing(
  when: FallCondition,
  { customerId, state }: CustomerRecord,
  span: CrossingSpan,
  viewBy: ViewBy,
): AlertOccasion[] {
  const { below, minValueMicros = Number.NEGATIVE_INFINITY } = when;
  const { lastPurchaseAtMs } = state.lifetime;
  if (lastPurchaseAtMs === undefined) return [];
  const probabilityBy = (model: ConsumptionModel) => probabilityOf(when, viewBy(model));
  const atMs = fallInstant(span, lastPurchaseAtMs, (model) => {
    const probabilityAt = probabilityBy(model);
    return (instantMs) => probabilityAt(instantMs) < below;
  });
  if (atMs === undefined) return [];
  const valueMicros = windowTotals(state, atMs, valueDays).spendMicros;
  if (valueMicros < minValueMicros) return [];
  const fall = {
    below,
    probability: probabilityBy(span.modelTo)(atMs),
    lastPurchaseAtMs,
    modelVersion: span.modelTo.version,
  };
  const detail =
    when.kind === 'probability-alive'
      ? { kind: when.kind, ...fall }
      : { kind: when.kind, withinDays: when.withinDays, ...fall };
  return [
    { cause: `${when.kind}\n${customerId}\n${lastPurchaseAtMs}`, customerId, atMs, valueMicros, detail },
  ];
}

function probabilityOf(when: FallCondition, view: CustomerView): (atMs: number) => number {
  return when.kind === 'probability-alive'
    ? view.aliveAt
    : (atMs) => view.purchaseWithin(when.withinDays, atMs);
}

/**
 * When a probability fell below the line in this silence, if that is within the stretch: by itself (see `firstFall`), or at the
 * beginning of the stretch, where the new model has it below and the one before had not, nor had ever had it fall.
 */
function fallInstant(
  { fromMs, toMs, modelFrom, modelTo }: CrossingSpan,
  sinceMs: number,
  isBelowBy: (model: ConsumptionModel) => (atMs: number) => boolean,
): number | undefined {
  const isBelow = isBelowBy(modelTo);
  const fall = () => firstFall({ isBelow, sinceMs, fromMs, toMs });
  if (modelFrom === modelTo || fromMs < sinceMs) return fall();
  const wasBelow = isBelowBy(modelFrom);
  const atMs = isBelow(fromMs + 1) && !wasBelow(fromMs) ? fromMs + 1 : fall();
  if (atMs === undefined) return undefined;
  const before = firstFall({ isBelow: wasBelow, sinceMs, fromMs: sinceMs, toMs: fromMs });
  return before === undefined ? atMs : undefined;
}

/** A product is due its usual gap after it was last bought, as that gap was known then. */
function replenishmentCrossings(
  when: ReplenishmentCondition,
  { customerId, state }: CustomerRecord,
  { fromMs, toMs, activeFromMs, lookBackMs = 0, modelFrom, modelTo }: CrossingSpan,
  viewBy: ViewBy,
): AlertOccasion[] {
  const dueBefore = new Map<string, RepeatedProduct>();
  if (modelFrom !== modelTo) {
    for (const product of viewBy(modelFrom).products()) dueBefore.set(product.productId, product);
  }
  const againFromMs = Math.max(activeFromMs, toMs - lookBackMs);
  return viewBy(modelTo)
    .products()
    .filter((product) => isMeant(product, when))
    .flatMap((product): AlertOccasion[] => {
      const due = product.due();
      if (due === undefined || due.dueAtMs > toMs) return [];
      const dueBeforeMs = dueBefore.get(product.productId)?.due()?.dueAtMs ?? due.dueAtMs;
      if (dueBeforeMs <= fromMs && due.dueAtMs <= againFromMs) return [];
      const { productId, category, purchases, lastAtMs, expectedQuantityMilli } = product;
      const atMs = Math.max(due.dueAtMs, fromMs + 1);
      return [
        {
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
            usualGapDays: due.usualGapDays,
            expectedQuantityMilli,
            modelVersion: modelTo.version,
          },
        },
      ];
    });
}

function isMeant({ productId, category, purchases }: RepeatedProduct, when: ReplenishmentCondition): boolean {
  return (
    purchases >= (when.minPurchases ?? minPurchasesDefault) &&
    (when.products === undefined || when.products.includes(productId)) &&
    (when.categories === undefined || (category !== undefined && when.categories.includes(category)))
  );
}
