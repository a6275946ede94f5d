import type { Stores } from '../../sinks/stores.ts';
import type { PipelineCounters } from '../pipeline-counters.ts';
import { leaveIfStopping } from '../stopping.ts';

/**
 * Fills the counters from what is stored, once at start. Reads the customers', migrations' and quarantine tables whole.
 * @param stop ends the reading of customers between two pages
 * @throws TidemarkError `stopping` when stopped
 */
export async function recountTables(
  stores: Stores,
  counters: PipelineCounters,
  stop?: AbortSignal,
): Promise<void> {
  let cursor: string | undefined;
  do {
    leaveIfStopping(stop);
    const page = await stores.customers.scan({ limit: 1_000, cursor });
    for (const record of page.items) counters.recordFound(record);
    cursor = page.cursor;
  } while (cursor !== undefined);
  Object.assign(counters.migrationsByCause, await stores.migrations.countByCause());
  for (const [reason, count] of Object.entries(await stores.quarantine.countByReason())) {
    counters.quarantinedByReason.set(reason as never, count);
  }
}
