import type { z } from '@hono/zod-openapi';
import type { ConsumptionModel, ReplenishmentPrior } from '../../operators/predict/consumption-model.ts';
import { measureDrift } from '../../operators/segments/judge-candidate.ts';
import type { SegmentCandidate } from '../../operators/segments/segment-candidate.ts';
import type { SegmentFeatures, SegmentModel } from '../../operators/segments/segment-model.ts';
import type { ModelQuality } from '../schemas/models.ts';
import { figure, instantOrNull } from './amounts.ts';

type Body = z.infer<typeof ModelQuality>;

/** Whether the segments can be trusted: how tight they are, whether their names hold, and what has drifted since. */
export function presentSegmentQuality(
  model: SegmentModel,
  candidate: SegmentCandidate | undefined,
): NonNullable<Body['segments']> {
  const { quality, names, margin, dwellDays } = model;
  const { validation } = quality;
  const members = quality.sizes.reduce((sum, size) => sum + size, 0);
  return {
    inertia: figure(quality.inertia),
    silhouette: figure(quality.silhouette),
    inertiaRatio: figure(validation?.inertiaRatio),
    adjustedRandIndex: figure(validation?.adjustedRandIndex),
    margin: figure(margin),
    dwellDays: figure(dwellDays ?? 0),
    segments: names.map((name, index) => {
      const size = quality.sizes[index] ?? 0;
      const medians = validation?.medians[index];
      const meaning = validation?.meanings.find((check) => check.name === name);
      return {
        name,
        size,
        share: members === 0 ? 0 : Number((size / members).toFixed(6)),
        medians: medians === undefined ? null : presentMedians(medians),
        meaningHolds: meaning?.holds ?? null,
        unmet: [...(meaning?.unmet ?? [])],
      };
    }),
    drift: candidate?.baseVersion === model.version ? presentDrift(candidate, model) : null,
  };
}

function presentMedians({ recencyDays, tenureDays, orders365, spend365 }: SegmentFeatures) {
  return {
    recencyDays: figure(recencyDays) ?? 0,
    tenureDays: figure(tenureDays) ?? 0,
    orders365: figure(orders365) ?? 0,
    spend365: figure(spend365) ?? 0,
  };
}

function presentDrift(
  candidate: SegmentCandidate,
  model: SegmentModel,
): NonNullable<Body['segments']>['drift'] {
  const { customers, inertiaRatio, farShare, stabilityIndex, alarm } = measureDrift(
    candidate.population,
    model,
  );
  return {
    asOf: instantOrNull(candidate.atMs),
    customers: figure(customers),
    inertiaRatio: figure(inertiaRatio),
    farShare: figure(farShare),
    stabilityIndex: {
      recencyDays: figure(stabilityIndex.recencyDays),
      tenureDays: figure(stabilityIndex.tenureDays),
      orders365: figure(stabilityIndex.orders365),
      spend365: figure(stabilityIndex.spend365),
    },
    alarm,
  };
}

/** The parameters as fitted, and which model of purchases was chosen among which, and why. */
export function presentConsumptionQuality(model: ConsumptionModel): NonNullable<Body['consumption']> {
  const { bgNbd, gammaGamma, regularity, replenishment, purchasing } = model;
  return {
    bgNbd: {
      r: bgNbd.r,
      alpha: bgNbd.alphaDays,
      a: bgNbd.a,
      b: bgNbd.b,
      logLikelihood: figure(bgNbd.logLikelihood),
      method: bgNbd.method,
    },
    gammaGamma:
      gammaGamma === undefined
        ? null
        : {
            p: gammaGamma.p,
            q: gammaGamma.q,
            v: gammaGamma.v,
            logLikelihood: figure(gammaGamma.logLikelihood),
            customers: gammaGamma.customers,
            method: gammaGamma.method,
          },
    regularity: { ...regularity },
    replenishment: {
      products: presentReplenishment(replenishment.products),
      categories: presentReplenishment(replenishment.categories),
    },
    purchasing:
      purchasing === undefined
        ? null
        : {
            kind: purchasing.kind,
            candidates: purchasing.candidates.map(({ name, rmse, brier, auc, chosen, reason }) => {
              return { name, rmse, brier, auc, chosen, reason };
            }),
          },
  };
}

function presentReplenishment(prior: ReplenishmentPrior) {
  const { r, alphaPurchaseDays, a, b, method, regularity } = prior;
  return { r, alpha: alphaPurchaseDays, a, b, method, regularity: { ...regularity } };
}
