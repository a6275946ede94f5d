import type { z } from '@hono/zod-openapi';
import type { ActiveModels } from '../../operators/batch.ts';
import type { CustomerFeatures } from '../../operators/features/customer-features.ts';
import type { CustomerPrediction, PerHorizon } from '../../operators/predict/consumption-model.ts';
import {
  type PredictionChange,
  predictionChanges,
} from '../../operators/predict/prediction-counterfactuals.ts';
import type { CustomerState } from '../../operators/state/customer-state.ts';
import type { CustomerView } from '../../operators/view-customer.ts';
import type { Features, Predictions, SegmentState } from '../schemas/customer.ts';
import { figure, instant, instantOrNull, money, moneyOrNull, units } from './amounts.ts';
import { presentChange } from './prediction-changes.ts';
import { presentStandingReasons } from './segment-reasons.ts';

/** Consumption features as the contract spells them. */
export function presentFeatures(features: CustomerFeatures): z.infer<typeof Features> {
  const { lifetime, windows, windowsApproximate } = features;
  const windowOf = (days: keyof typeof windows) => ({
    orders: windows[days].orders,
    spend: money(windows[days].spendMicros),
    units: units(windows[days].unitsMilli),
  });
  return {
    lifetime: {
      orders: lifetime.orders,
      purchaseDays: lifetime.purchaseDays,
      spend: money(lifetime.spendMicros),
      units: units(lifetime.unitsMilli),
      firstPurchaseAt: instantOrNull(lifetime.firstPurchaseAtMs),
      lastPurchaseAt: instantOrNull(lifetime.lastPurchaseAtMs),
      returnRate: lifetime.returnRate ?? null,
    },
    windows: { '7d': windowOf(7), '30d': windowOf(30), '90d': windowOf(90), '365d': windowOf(365) },
    windowsApproximate,
    behaviour: presentBehaviour(features),
  };
}

function presentBehaviour({ behaviour }: CustomerFeatures): z.infer<typeof Features>['behaviour'] {
  const variation = behaviour.intervalVariation;
  return {
    recencyDays: figure(behaviour.recencyDays),
    tenureDays: figure(behaviour.tenureDays),
    averageOrderValue: moneyOrNull(behaviour.averageOrderValueMicros),
    intervalMeanDays: figure(behaviour.intervalMeanDays),
    intervalVariation: figure(variation),
    regularity: figure(variation === undefined ? undefined : 1 / (1 + variation * variation)),
    trend: figure(behaviour.trend),
    diversity: figure(behaviour.productDiversity),
    hourProfile: [...behaviour.hourProfile],
    weekdayProfile: [...behaviour.weekdayProfile],
  };
}

/** The segment at the instant of the view, and what would change it. */
export function presentSegment(view: CustomerView, models: ActiveModels): z.infer<typeof SegmentState> {
  const { standing, next, whatIf } = view;
  return {
    name: standing?.segment ?? null,
    since: instantOrNull(standing?.sinceMs),
    cause: standing?.cause ?? null,
    reasons: presentStandingReasons(standing?.reasons ?? [], whatIf),
    nextChangeAt: instantOrNull(next?.atMs),
    nextSegment: next?.segment ?? null,
    moves: standing?.migrations ?? null,
    modelVersion: standing?.modelVersion ?? null,
    abstained: standing === undefined ? segmentAbstained(models) : null,
  };
}

function segmentAbstained(models: ActiveModels): string {
  return models.segments === undefined
    ? 'No segment model is active yet.'
    : 'This customer has not been assigned to a segment yet.';
}

/** Predictions as the contract spells them; every field is there, null where there is nothing to say. */
export function presentPredictions(
  view: CustomerView,
  models: ActiveModels,
  state: CustomerState,
): z.infer<typeof Predictions> {
  return view.prediction === undefined || models.consumption === undefined
    ? noPredictions(
        models.consumption === undefined
          ? 'No consumption model is active yet.'
          : 'This customer has not bought anything yet that a prediction could rest on.',
      )
    : presentPrediction(view.prediction, predictionChanges(state, models.consumption, view.asOfMs));
}

/** The shape of predictions when there are none, and why. */
export function noPredictions(abstained: string): z.infer<typeof Predictions> {
  return {
    probabilityAlive: null,
    expectedPurchases: { '7d': null, '30d': null, '90d': null },
    purchaseProbability: { '7d': null, '30d': null, '90d': null },
    expectedSpend: { '7d': null, '30d': null, '90d': null },
    nextOrder: { at: null, from: null, to: null, abstained },
    lifetimeValue: null,
    products: [],
    categories: [],
    reasons: [],
    changes: [],
    abstained,
    spendAbstained: abstained,
  };
}

function presentPrediction(
  prediction: CustomerPrediction,
  changes: readonly PredictionChange[],
): z.infer<typeof Predictions> {
  const { nextOrder, expectedSpendMicros } = prediction;
  return {
    probabilityAlive: figure(prediction.probabilityAlive),
    expectedPurchases: perHorizon(prediction.expectedPurchases, figure),
    purchaseProbability: perHorizon(prediction.purchaseProbability, figure),
    expectedSpend: perHorizon(expectedSpendMicros, moneyOrNull),
    nextOrder: {
      at: instantOrNull(nextOrder?.atMs),
      from: instantOrNull(nextOrder?.fromMs),
      to: instantOrNull(nextOrder?.toMs),
      abstained:
        nextOrder === undefined ? (prediction.nextOrderAbstained ?? 'Too little is known for a date.') : null,
    },
    lifetimeValue: moneyOrNull(prediction.lifetimeValueMicros),
    products: prediction.products.map(({ productId, category, ...rest }) => ({
      productId,
      category: category ?? null,
      ...presentConsumed(rest),
    })),
    categories: prediction.categories.map(({ category, ...rest }) => ({
      category,
      ...presentConsumed(rest),
    })),
    reasons: prediction.reasons.map(({ code, text }) => ({ code, text })),
    changes: changes.map(presentChange),
    abstained: null,
    spendAbstained:
      expectedSpendMicros === undefined || prediction.lifetimeValueMicros === undefined
        ? 'Too few customers bought repeatedly to fit a model of spend.'
        : null,
  };
}

function presentConsumed(consumed: Omit<CustomerPrediction['categories'][number], 'category'>) {
  return {
    lastAt: instant(consumed.lastAtMs),
    purchases: consumed.purchases,
    repurchaseProbability: {
      '7d': figure(consumed.repurchaseProbability[7]) ?? 0,
      '30d': figure(consumed.repurchaseProbability[30]) ?? 0,
    },
    usualGapDays: figure(consumed.usualGapDays),
    regularity: figure(consumed.regularity),
    expectedAt: instantOrNull(consumed.expectedAtMs),
    expectedQuantity: units(consumed.expectedQuantityMilli),
  };
}

function perHorizon(values: PerHorizon | undefined, present: (value: number | undefined) => number | null) {
  return { '7d': present(values?.[7]), '30d': present(values?.[30]), '90d': present(values?.[90]) };
}
