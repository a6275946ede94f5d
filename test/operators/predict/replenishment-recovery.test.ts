import { describe, expect, test } from 'vitest';
import type { ConsumptionModel, ProductPrediction } from '../../../operators/predict/consumption-model.ts';
import { ConsumptionSample } from '../../../operators/predict/consumption-sample.ts';
import { fitBgNbd } from '../../../operators/predict/fit-bg-nbd.ts';
import { fitRegularity } from '../../../operators/predict/fit-regularity.ts';
import { predictProducts } from '../../../operators/predict/replenishment.ts';
import type { CustomerState } from '../../../operators/state/customer-state.ts';
import { atDay, customer, type Draws, draws, model } from './factories.ts';

const untilDay = 240;
const untilMs = atDay(untilDay);

/** Somebody who buys tea at Erlang gaps up to day 240, and when the next tea is really bought. */
interface TeaDrinker {
  readonly state: CustomerState;
  readonly shape: number;
  readonly meanGapDays: number;
  readonly nextDay: number;
}

/** Means from 10 to 30 days; the first purchase lies long before what is looked at. */
function teaDrinkers(count: number, shapeOf: (index: number) => number, random: Draws): TeaDrinker[] {
  return Array.from({ length: count }, (_, index) => {
    const shape = shapeOf(index);
    const meanGapDays = 10 + 20 * random.uniform();
    const gap = () => random.gamma(shape, shape / meanGapDays);
    const days: number[] = [];
    let day = meanGapDays * random.uniform();
    for (; day < untilDay; day += gap()) days.push(day);
    return { state: customer(days), shape, meanGapDays, nextDay: day };
  });
}

/** The priors are fitted to these very customers, as a fit of the product does. */
function fittedTo(drinkers: readonly TeaDrinker[]): ConsumptionModel {
  const sample = new ConsumptionSample();
  for (const { state } of drinkers) sample.add(state, untilMs);
  const { gaps, histories } = sample.productHistories();
  const regularity = fitRegularity(gaps);
  const repurchases = fitBgNbd(histories);
  if (!regularity.ok || !repurchases.ok) throw new Error('not fitted');
  const { r, alpha, a, b, method } = repurchases.fit;
  const products = { r, alphaPurchaseDays: alpha, a, b, method, regularity: regularity.prior };
  return { ...model, replenishment: { ...model.replenishment, products } };
}

function predicted({ state, meanGapDays }: TeaDrinker, fit: ConsumptionModel): ProductPrediction {
  const context = {
    state,
    model: fit,
    asOfMs: untilMs,
    probabilityAlive: 1,
    purchaseRate: 1 / meanGapDays,
    top: 1,
  };
  const [tea] = predictProducts(context);
  if (tea?.expectedAtMs === undefined || tea.regularity === undefined) throw new Error('nothing predicted');
  return tea;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

const share = <T>(list: readonly T[], holds: (one: T) => boolean) => list.filter(holds).length / list.length;

describe.each([1, 3, 9])('Erlang-%d gaps', (shape) => {
  const drinkers = teaDrinkers(250, () => shape, draws(200 + shape));
  const fit = fittedTo(drinkers);
  const found = drinkers.map((drinker) => ({ ...drinker, tea: predicted(drinker, fit) }));

  test('the regularity found is the one they were drawn with', () => {
    expect(fit.replenishment.products.regularity.shape / shape).toBeGreaterThan(0.85);
    expect(fit.replenishment.products.regularity.shape / shape).toBeLessThan(1.15);
    const own = median(found.map(({ tea }) => tea.regularity as number));
    expect(own / shape).toBeGreaterThan(0.8);
    expect(own / shape).toBeLessThan(1.25);
  });

  test('the usual gap is the median of the gaps each was drawn with', () => {
    // Exact for one, by Wilson and Hilferty from three on.
    const medianOverMean = shape === 1 ? Math.LN2 : (1 - 1 / (9 * shape)) ** 3;
    const ratios = found.map(
      ({ tea, meanGapDays }) => (tea.usualGapDays as number) / (meanGapDays * medianOverMean),
    );
    expect(median(ratios)).toBeGreaterThan(0.93);
    expect(median(ratios)).toBeLessThan(1.07);
  });

  test('half of them come before the date named, and as many within 7 and 30 days as foreseen', () => {
    const before = share(found, ({ tea, nextDay }) => atDay(nextDay) < (tea.expectedAtMs as number));
    expect(before).toBeGreaterThan(0.42);
    expect(before).toBeLessThan(0.58);
    for (const days of [7, 30] as const) {
      const foreseen =
        found.reduce((sum, { tea }) => sum + tea.repurchaseProbability[days], 0) / found.length;
      expect(Math.abs(share(found, ({ nextDay }) => nextDay < untilDay + days) - foreseen)).toBeLessThan(
        0.07,
      );
    }
  });
});

test('in a mixture of those who buy by chance and by the clock each is told by their own gaps', () => {
  const drinkers = teaDrinkers(200, (index) => (index % 2 === 0 ? 1 : 20), draws(299));
  const fit = fittedTo(drinkers);
  const shapes = (of: number) =>
    drinkers
      .filter(({ shape }) => shape === of)
      .map((drinker) => predicted(drinker, fit).regularity as number);
  // A light prior: the population does not say which of the two somebody is.
  expect(fit.replenishment.products.regularity.weightGaps).toBeLessThan(4);
  expect(median(shapes(1))).toBeLessThan(1.6);
  expect(median(shapes(20))).toBeGreaterThan(9);
  expect(share(shapes(20), (own) => own > 4)).toBeGreaterThan(0.95);
  expect(share(shapes(1), (own) => own < 4)).toBeGreaterThan(0.95);
});
