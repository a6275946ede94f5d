import { setImmediate } from 'node:timers/promises';
import type { PopulationView } from '../../operators/population/population-view.ts';
import {
  actualOfMember,
  closeForecast,
  forecastInstant,
  forecastMember,
  nextForecastInstant,
  sumForecast,
} from '../../operators/population/segment-forecast.ts';
import type { ConsumptionModel } from '../../operators/predict/consumption-model.ts';
import type { Stores } from '../../sinks/stores.ts';
import { leaveIfStopping } from '../stopping.ts';

export interface ForecastDependencies {
  readonly stores: Pick<Stores, 'checkpoints'>;
  readonly population: PopulationView;
  /** The active model; without one nothing is forecast. */
  readonly model: ConsumptionModel | undefined;
  readonly stop?: AbortSignal | undefined;
}

/** Customers worked out before other work gets its turn: some milliseconds. */
const customersPerTurn = 250;

/**
 * Lets a population remember where customers stand at the last two instants of a forecast and at the next one. To be
 * called before anything that belongs to `toMs` is told to it, so that it misses no move.
 * @param isEmpty true where nothing at all has been told yet, so that of no instant anything has been missed
 */
export function watchForecasts(population: PopulationView, toMs: number, isEmpty = false): void {
  const { watch } = population;
  const newestMs = forecastInstant(toMs);
  const before = forecastInstant(newestMs - 1);
  const held = isEmpty || watch.has(before) ? [before] : [];
  watch.keep([...held, newestMs, nextForecastInstant(newestMs)]);
}

/**
 * Every 28 days of clock time adds up what is expected of each segment's members in the next 28 days, and what the members
 * of the forecast before have done since. Stored under its instant: done again after a crash, the same is stored again.
 * Instants that the clock jumps over have no forecast, nor those without a model fitted by then.
 *
 * @returns whether anything was stored
 */
export async function keepForecasts(
  toMs: number,
  { stores: { checkpoints }, population, model, stop }: ForecastDependencies,
): Promise<boolean> {
  const newestMs = forecastInstant(toMs);
  const { watch } = population;
  const stored = await checkpoints.forecasts();
  let kept = false;
  for (const forecast of stored) {
    const { atMs, closedAtMs } = forecast;
    if (closedAtMs !== undefined || nextForecastInstant(atMs) > toMs || !watch.has(atMs)) continue;
    const parts = await ofAll(population, stop, (row) => actualOfMember(population, row, atMs));
    await checkpoints.putForecast(closeForecast(forecast, parts, nextForecastInstant(atMs)));
    kept = true;
  }
  const isMade = stored.some(({ atMs }) => atMs === newestMs);
  if (isMade || model === undefined || model.fittedAtMs > newestMs || !watch.has(newestMs)) return kept;
  const parts = await ofAll(population, stop, (row) => forecastMember(population, row, model, newestMs));
  await checkpoints.putForecast(sumForecast(parts, { atMs: newestMs, model }));
  return true;
}

async function ofAll<Part>(
  { rows }: PopulationView,
  stop: AbortSignal | undefined,
  partOf: (row: number) => Part | undefined,
): Promise<Part[]> {
  const parts: Part[] = [];
  for (let row = 0; row < rows.ids.length; row += 1) {
    if (row % customersPerTurn === customersPerTurn - 1) {
      leaveIfStopping(stop);
      await setImmediate();
    }
    const part = partOf(row);
    if (part !== undefined) parts.push(part);
  }
  return parts;
}
