import { msPerDay } from '../state/customer-state.ts';
import type { RankedKind } from './basket-history.ts';
import { choosePurchasing } from './choose-purchasing.ts';
import type {
  BgNbdParameters,
  ConsumptionModel,
  GammaGammaParameters,
  ReplenishmentPrior,
} from './consumption-model.ts';
import type { ConsumptionSample } from './consumption-sample.ts';
import { type BgNbdFit, type FitBgNbdOptions, fitBgNbd } from './fit-bg-nbd.ts';
import { fitGammaGamma } from './fit-gamma-gamma.ts';
import { fitIntervalLevel } from './fit-interval-level.ts';
import { fitRanking } from './fit-ranking.ts';
import { fitRegularity } from './fit-regularity.ts';
import { fitRepurchasePaces, paceEvidence } from './fit-repurchase-paces.ts';
import { withMoneyOfAll } from './purchase-timeline.ts';

export interface FitConsumptionModelInput {
  readonly sample: ConsumptionSample;
  /** Clock instant of the fit, UTC milliseconds. */
  readonly fittedAtMs: number;
  readonly version: string;
  readonly bgNbd?: FitBgNbdOptions;
}

export type FitConsumptionModelResult =
  | {
      readonly ok: true;
      readonly model: ConsumptionModel;
      /** What a person should know of the fit: parts left out or penalised, and why. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/**
 * Fits the population parameters of every prediction to a sample of customers.
 *
 * Fails, with the reason, only where BG/NBD can't be fitted (too few customers or repeats): nothing is predicted without it.
 * Without enough repeat spend `gammaGamma` is left undefined and a note says why.
 */
export function fitConsumptionModel(input: FitConsumptionModelInput): FitConsumptionModelResult {
  const { sample, fittedAtMs, version } = input;
  const notes: string[] = [];
  const purchasing = fitBgNbd(sample.repeatHistories(), input.bgNbd);
  if (!purchasing.ok) return { ok: false, reason: `BG/NBD: ${purchasing.reason}` };
  if (purchasing.fit.method === 'penalised') {
    notes.push('BG/NBD: the likelihood has no interior maximum; fitted under a weak prior.');
  }
  const asOfDay = Math.floor(sample.asOfMs / msPerDay);
  const timelines = sample.timelines.timelines().map((timeline) => withMoneyOfAll(timeline, asOfDay));
  const { purchasing: choice, notes: choiceNotes } = choosePurchasing(timelines, asOfDay, purchasing.fit);
  notes.push(...choiceNotes);
  const spending = fitSpending(sample, notes);
  const regularity = fitRegularity(sample.purchaseUnevenness());
  if (!regularity.ok) return regularity;
  const products = fitReplenishment('products', sample, notes);
  if (!products.ok) return products;
  const categories = fitReplenishment('categories', sample, notes);
  if (!categories.ok) return categories;
  return {
    ok: true,
    notes,
    model: {
      version,
      fittedAtMs,
      sampleSize: sample.customers,
      bgNbd: bgNbdParameters(purchasing.fit),
      purchasing: choice,
      gammaGamma: spending,
      nextOrderLevel: fitIntervalLevel(timelines, asOfDay, purchasing.fit, regularity.prior),
      regularity: regularity.prior,
      replenishment: { products: products.prior, categories: categories.prior },
      ranking: fitRanking(sample.ranking),
    },
  };
}

function bgNbdParameters({ r, alpha, a, b, logLikelihood, method }: BgNbdFit): BgNbdParameters {
  return { r, alphaDays: alpha, a, b, logLikelihood, method };
}

function fitSpending(sample: ConsumptionSample, notes: string[]): GammaGammaParameters | undefined {
  const result = fitGammaGamma(sample.spendHistories());
  if (!result.ok) {
    notes.push(`No expected spend: ${result.reason}.`);
    return undefined;
  }
  const { p, q, v, logLikelihood, method, customers } = result.fit;
  if (method === 'penalised')
    notes.push('Gamma-Gamma: the likelihood has no interior maximum; fitted under a weak prior.');
  return { p, q, v, logLikelihood, method, customers };
}

type FitReplenishmentResult =
  | { readonly ok: true; readonly prior: ReplenishmentPrior }
  | { readonly ok: false; readonly reason: string };

/** Used where too few products were bought again to fit anything: one repurchase in five purchase days. */
const replenishmentAssumed = { r: 0.5, alphaPurchaseDays: 2.5, a: 1, b: 2, method: 'assumed' } as const;

function fitReplenishment(
  what: RankedKind,
  sample: ConsumptionSample,
  notes: string[],
): FitReplenishmentResult {
  const { histories, gaps } = what === 'products' ? sample.productHistories() : sample.categoryHistories();
  const regularity = fitRegularity(gaps);
  if (!regularity.ok) return { ok: false, reason: `${what}: ${regularity.reason}` };
  const repurchases = fitBgNbd(histories);
  if (!repurchases.ok) {
    notes.push(`Replenishment of ${what} is assumed, not fitted: ${repurchases.reason}.`);
    return { ok: true, prior: { ...replenishmentAssumed, regularity: regularity.prior } };
  }
  const { r, alpha, a, b, method } = repurchases.fit;
  const { evidence, dispersion } = paceEvidence(sample.ranking.states(), what, repurchases.fit);
  const paces = fitRepurchasePaces(evidence, dispersion);
  return {
    ok: true,
    prior: { r, alphaPurchaseDays: alpha, a, b, method, regularity: regularity.prior, paces },
  };
}
