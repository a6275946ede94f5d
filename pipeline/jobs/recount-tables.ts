import type { Stores } from '../../sinks/stores.ts';
import type { PipelineCounters } from '../pipeline-counters.ts';

/** Fills the counters from what is stored, once at start. Reads the customers', migrations' and quarantine tables whole. */
export async function recountTables(stores: Stores, counters: PipelineCounters): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await stores.customers.scan({ limit: 1_000, cursor });
    for (const record of page.items) counters.recordFound(record);
    cursor = page.cursor;
  } while (cursor !== undefined);
  Object.assign(counters.migrationsByCause, await stores.migrations.countByCause());
  for (const [reason, count] of Object.entries(await stores.quarantine.countByReason())) {
    counters.quarantinedByReason.set(reason as never, count);
  }
}
