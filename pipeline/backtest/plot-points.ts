import type { BacktestReport } from '../../operators/backtest/backtest-report.ts';
import { calibrationBins } from '../../operators/backtest/calibration-bins.ts';
import { hash48 } from '../../operators/event/event-hash.ts';
import type { ConsumptionModel } from '../../operators/predict/consumption-model.ts';
import { purchaseOutlook } from '../../operators/predict/purchase-outlook.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import type { CustomerCase } from './predict-customers.ts';

/** Days at which cumulative purchases are looked at. */
const trackingPointsMax = 30;
/** Customers the shape of the predicted curve is computed from; its end is that of all. */
const trackingCustomersMax = 3_000;
/** Customers with as many repeats and more are one group. */
const countMax = 7;

/** The points of the report's plots; without a model, no points. */
export function plotPoints(
  cases: readonly CustomerCase[],
  model: ConsumptionModel | undefined,
  cutMs: number,
  horizonDays: number,
): BacktestReport['plots'] {
  if (model === undefined) return { calibration: [], tracking: [], conditional: [] };
  return {
    calibration: calibrationBins(
      cases.map((each) => each.model?.probability ?? 0),
      cases.map(({ waitDays }) => Number.isFinite(waitDays)),
    ),
    tracking: tracking(cases, model, cutMs, horizonDays),
    conditional: conditional(cases),
  };
}

function tracking(
  cases: readonly CustomerCase[],
  model: ConsumptionModel,
  cutMs: number,
  horizonDays: number,
): BacktestReport['plots']['tracking'] {
  const points = Math.min(trackingPointsMax, Math.floor(horizonDays));
  const days = Array.from({ length: points }, (_, index) => ((index + 1) * horizonDays) / points);
  const shape = evenSample(cases);
  const expectedBy = (day: number) =>
    shape.reduce(
      (sum, { state }) => sum + (purchaseOutlook(state, model, cutMs, day)?.expectedPurchases ?? 0),
      0,
    );
  const total = cases.reduce((sum, each) => sum + (each.model?.purchases ?? 0), 0);
  const shapeTotal = expectedBy(horizonDays);
  const scale = shapeTotal > 0 ? total / shapeTotal : 0;
  const cameAfter = cases
    .flatMap(({ outcome }) => outcome.days.map(({ atMs }) => (atMs - cutMs) / msPerDay))
    .sort((a, b) => a - b);
  let came = 0;
  return days.map((day) => {
    while (came < cameAfter.length && (cameAfter[came] as number) < day) came += 1;
    return { day, predicted: expectedBy(day) * scale, actual: came };
  });
}

function evenSample(cases: readonly CustomerCase[]): readonly CustomerCase[] {
  if (cases.length <= trackingCustomersMax) return cases;
  return cases
    .map((each) => ({ each, order: hash48(each.customerId) }))
    .sort((a, b) => a.order - b.order)
    .slice(0, trackingCustomersMax)
    .map(({ each }) => each);
}

function conditional(cases: readonly CustomerCase[]): BacktestReport['plots']['conditional'] {
  const groups = Array.from({ length: countMax + 1 }, () => ({ customers: 0, predicted: 0, actual: 0 }));
  for (const { repeats, model, outcome } of cases) {
    const group = groups[Math.min(repeats, countMax)];
    if (group === undefined) continue;
    group.customers += 1;
    group.predicted += model?.purchases ?? 0;
    group.actual += outcome.days.length;
  }
  return groups.flatMap(({ customers, predicted, actual }, count) =>
    customers === 0
      ? []
      : [{ count, customers, predicted: predicted / customers, actual: actual / customers }],
  );
}
