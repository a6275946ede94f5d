import { InvariantError } from '../../operators/errors.ts';
import type { PopulationView } from '../../operators/population/population-view.ts';
import type { Page, PageRequest, Stores } from '../../sinks/stores.ts';
import type { PipelineCounters } from '../pipeline-counters.ts';
import { leaveIfStopping } from '../stopping.ts';
import { watchForecasts } from './keep-forecasts.ts';

/** Items of one read. */
const pageMax = 1_000;

/**
 * Fills the counters and their population from what is stored, once at start. Reads the customers', purchases',
 * migrations' and quarantine tables whole.
 * @param stop ends the reading between two pages
 * @throws TidemarkError `stopping` when stopped
 */
export async function recountTables(
  stores: Stores,
  counters: PipelineCounters,
  stop?: AbortSignal,
): Promise<void> {
  const { population } = counters;
  if (population === undefined) throw new InvariantError('there is no population to count into');
  const clock = await stores.checkpoints.clock();
  if (clock !== undefined) watchForecasts(population, clock.sweptToMs, true);
  await rebuildPopulation(stores, population, stop);
  for (const [reason, count] of Object.entries(await stores.quarantine.countByReason())) {
    counters.quarantinedByReason.set(reason as never, count);
  }
}

/** Tells a population of everything stored; what it knows already changes nothing. */
export async function rebuildPopulation(
  {
    customers,
    purchases,
    migrations,
    models,
  }: Pick<Stores, 'customers' | 'purchases' | 'migrations' | 'models'>,
  population: PopulationView,
  stop?: AbortSignal,
): Promise<void> {
  for (const { fittedAtMs } of await models.list('segments')) population.modelFitted(fittedAtMs);
  await tellAll(
    (page) => migrations.scanFacts(page),
    (move) => population.moveSeen(move),
    stop,
  );
  await tellAll(
    (page) => purchases.scanFacts(page),
    (purchase) => population.purchaseSeen(purchase),
    stop,
  );
  await tellAll(
    (page) => customers.scan(page),
    (record) => population.recordSeen(record),
    stop,
  );
}

async function tellAll<Fact>(
  read: (page: PageRequest) => Promise<Page<Fact>>,
  tell: (fact: Fact) => void,
  stop: AbortSignal | undefined,
): Promise<void> {
  let cursor: string | undefined;
  do {
    leaveIfStopping(stop);
    const page = await read({ limit: pageMax, cursor });
    for (const fact of page.items) tell(fact);
    cursor = page.cursor;
  } while (cursor !== undefined);
}
