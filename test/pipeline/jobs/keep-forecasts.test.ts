import { describe, expect, test } from 'vitest';
import { newCustomer } from '../../../operators/customer-record.ts';
import type { PurchaseEvent } from '../../../operators/event/purchase-event.ts';
import { purchaseFact } from '../../../operators/population/population-facts.ts';
import { PopulationView } from '../../../operators/population/population-view.ts';
import {
  forecastInstant,
  nextForecastInstant,
  type SegmentForecast,
} from '../../../operators/population/segment-forecast.ts';
import { segmentIndex } from '../../../operators/population/segment-index.ts';
import { purchaseOutlook } from '../../../operators/predict/purchase-outlook.ts';
import type { SegmentName } from '../../../operators/segments/segment-model.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { foldEvents } from '../../../operators/state/fold-events.ts';
import { keepForecasts, watchForecasts } from '../../../pipeline/jobs/keep-forecasts.ts';
import { consumptionModel } from '../../contracts/records.ts';
import { memoryStores } from '../../fixtures/memory-stores.ts';
import { baseMs, bought } from '../../fixtures/purchases.ts';
import { standingOf } from '../../operators/segments/factories.ts';

const atMs = forecastInstant(baseMs);
const day = (days: number) => atMs + Math.round(days * msPerDay);
const model = consumptionModel({ fittedAtMs: day(-30) });

/** One customer with orders so many days from the instant of the forecast, who stands in a segment. */
function tellCustomer(
  population: PopulationView,
  customerId: string,
  segment: SegmentName,
  days: readonly number[],
): PurchaseEvent[] {
  const events = days.map((when) => bought({ atMs: day(when), customerId, id: `${customerId} ${when}` }));
  const blank = newCustomer(customerId);
  const { state } = foldEvents(blank.state, events);
  for (const event of events) population.purchaseSeen(purchaseFact(event, undefined));
  population.recordSeen({ ...blank, version: 1, state, standing: standingOf({ segment }) });
  return events;
}

function openPopulation(): PopulationView {
  const population = new PopulationView();
  population.modelFitted(day(-40));
  return population;
}

const figuresOf = (forecast: SegmentForecast | undefined, segment: SegmentName | undefined) =>
  forecast?.segments[segmentIndex(segment)];

test('instants are the last milliseconds of every 28th day', () => {
  expect(new Date(atMs).toISOString()).toMatch(/T23:59:59\.999Z$/);
  expect(forecastInstant(atMs)).toBe(atMs);
  expect(forecastInstant(atMs - 1)).toBe(atMs - 28 * msPerDay);
  expect(nextForecastInstant(atMs)).toBe(atMs + 28 * msPerDay);
});

describe('a forecast', () => {
  test('is the sum over a segment’s members, from what was known at its instant alone', async () => {
    const { checkpoints } = memoryStores();
    const population = openPopulation();
    watchForecasts(population, day(1), true);
    // Late by a day, as on a schedule: what came since must not show.
    const known = tellCustomer(population, 'a', 'Loyal', [-60, -30, -5, 0.5]).slice(0, 3);
    tellCustomer(population, 'b', 'Loyal', [-3]);
    tellCustomer(population, 'c', 'New', [0.7]);
    await keepForecasts(day(1), { stores: { checkpoints }, population, model });
    const [forecast] = await checkpoints.forecasts();
    const { state } = foldEvents(newCustomer('a').state, known);
    const other = foldEvents(newCustomer('b').state, [bought({ atMs: day(-3), id: 'b -3' })]).state;
    const expected = [state, other].map((one) => purchaseOutlook(one, model, atMs, 28));
    const figures = figuresOf(forecast, 'Loyal');
    expect(forecast).toMatchObject({ atMs, closedAtMs: undefined, modelVersion: model.version });
    expect(figures?.customers).toBe(2);
    expect(figures?.expectedPurchases).toBeCloseTo(
      expected.reduce((sum, outlook) => sum + (outlook?.expectedPurchases ?? 0), 0),
      9,
    );
    const spend = expected.reduce((sum, outlook) => sum + (outlook?.expectedSpendMicros ?? 0), 0);
    expect(Math.abs((figures?.expectedSpendMicros ?? 0) - spend)).toBeLessThan(3);
    expect(figuresOf(forecast, 'New')?.customers).toBe(0);
  });

  test('is closed 28 days later with what the same members did, wherever they stand by then', async () => {
    const { checkpoints } = memoryStores();
    const population = openPopulation();
    watchForecasts(population, atMs, true);
    tellCustomer(population, 'a', 'At Risk', [-5, 2.2, 2.5, 9, 28, 28.001]);
    tellCustomer(population, 'b', 'At Risk', [-5]);
    // Moved there only afterwards, from Loyal by way of New.
    const moves = [
      { ordinal: 1, atMs: day(3), from: 'Loyal', to: 'New' },
      { ordinal: 2, atMs: day(4), from: 'New', to: 'At Risk' },
    ] as const;
    for (const move of [...moves].reverse()) {
      population.moveSeen({ ...move, customerId: 'a', cause: 'time', spend365Micros: 1 });
    }
    const dependencies = { stores: { checkpoints }, population, model };
    await keepForecasts(atMs, dependencies);
    expect(figuresOf((await checkpoints.forecasts())[0], 'Loyal')?.actualPurchases).toBeUndefined();
    await keepForecasts(day(27.9), dependencies);
    expect((await checkpoints.forecasts())[0]?.closedAtMs).toBeUndefined();
    watchForecasts(population, day(28), false);
    await keepForecasts(day(28), dependencies);
    const [closed, next] = await checkpoints.forecasts();
    expect(closed?.closedAtMs).toBe(day(28));
    expect(figuresOf(closed, 'Loyal')).toMatchObject({
      customers: 1,
      actualPurchases: 3,
      actualSpendMicros: 40_000_000,
    });
    expect(figuresOf(closed, 'At Risk')).toMatchObject({
      customers: 1,
      actualPurchases: 0,
      actualSpendMicros: 0,
    });
    expect(next).toMatchObject({ atMs: day(28), closedAtMs: undefined });
    expect(figuresOf(next, 'At Risk')?.customers).toBe(2);
  });

  test('is stored once, however often it is asked for, and not without a model fitted by then', async () => {
    const { checkpoints } = memoryStores();
    const population = openPopulation();
    watchForecasts(population, atMs, true);
    tellCustomer(population, 'a', 'Loyal', [-5]);
    const dependencies = { stores: { checkpoints }, population };
    expect(await keepForecasts(atMs, { ...dependencies, model: undefined })).toBe(false);
    const later = consumptionModel({ fittedAtMs: atMs + 1 });
    expect(await keepForecasts(atMs, { ...dependencies, model: later })).toBe(false);
    expect(await keepForecasts(atMs, { ...dependencies, model })).toBe(true);
    const stored = await checkpoints.forecasts();
    expect(await keepForecasts(atMs, { ...dependencies, model })).toBe(false);
    expect(await checkpoints.forecasts()).toEqual(stored);
  });

  test('is neither made nor closed at an instant that nobody watched', async () => {
    const { checkpoints } = memoryStores();
    const population = openPopulation();
    tellCustomer(population, 'a', 'Loyal', [-5]);
    const dependencies = { stores: { checkpoints }, population, model };
    expect(await keepForecasts(atMs, dependencies)).toBe(false);
    watchForecasts(population, atMs, true);
    await keepForecasts(atMs, dependencies);
    // The clock jumps over two instants.
    watchForecasts(population, day(28 * 3 + 1), false);
    await keepForecasts(day(28 * 3 + 1), dependencies);
    const kept = (await checkpoints.forecasts()).map((forecast) => [forecast.atMs, forecast.closedAtMs]);
    expect(kept).toEqual([
      [atMs, undefined],
      [day(28 * 3), undefined],
    ]);
  });
});
