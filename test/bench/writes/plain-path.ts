import type { ActiveModels } from '../../../operators/batch.ts';
import type { CustomerRecord } from '../../../operators/customer-record.ts';
import type { UserStreamRecord } from '../../../operators/deaggregate-records.ts';
import { decodeEvent } from '../../../operators/event/decode-event.ts';
import { boundedMap } from '../../../sinks/bounded-map.ts';
import { customerItem } from '../../../sinks/customer-table.ts';
import { TableAccess } from '../../../sinks/table-access.ts';
import { WriteMeter } from '../../../sinks/write-meter.ts';
import { decodeOptions, foldRecords } from '../bench-models.ts';
import type { PathCost, TidemarkRun } from './tidemark-path.ts';

const customersAtOnce = 32;

/**
 * The plain design on the same events: for each, read the customer's item, write it, write the purchase. The same items of
 * the same sizes, without timers, moves, duplicates' safety or conditions: what is compared is how often they are written.
 */
export async function runPlain(
  run: Pick<TidemarkRun, 'label' | 'dynamo' | 'tables' | 'records' | 'models'>,
): Promise<PathCost> {
  const meter = new WriteMeter();
  const customers = new TableAccess(run.dynamo, run.tables.customers, 'customers', meter);
  const purchases = new TableAccess(run.dynamo, run.tables.purchases, 'purchases', meter);
  const steps = stepsByCustomer(run.records, run.models);
  const cpuBefore = process.cpuUsage();
  const startedAtMs = performance.now();
  await boundedMap([...steps.values()], customersAtOnce, async (ofCustomer) => {
    for (const { after, record } of ofCustomer) {
      await customers.get({ customerId: after.customerId });
      await customers.put(customerItem(after));
      const body = new TextDecoder().decode(record.data);
      await purchases.put({ customerId: after.customerId, orderKey: record.sequenceNumber, body });
    }
  });
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    label: run.label,
    events: run.records.length,
    usage: meter.usage(),
    elapsedMs: performance.now() - startedAtMs,
    cpuMs: (user + system) / 1_000,
  };
}

interface Step {
  readonly after: CustomerRecord;
  readonly record: UserStreamRecord;
}

/** The customer as it stands after each event. */
function stepsByCustomer(records: readonly UserStreamRecord[], models: ActiveModels): Map<string, Step[]> {
  const steps = new Map<string, Step[]>();
  const valid = records.filter(
    ({ data, arrivedAtMs }) => decodeEvent(data, arrivedAtMs, decodeOptions).kind === 'event',
  );
  let position = 0;
  foldRecords(valid, models, 1, (after) => {
    const record = valid[position++] as UserStreamRecord;
    const ofCustomer = steps.get(after.customerId);
    if (ofCustomer) ofCustomer.push({ after, record });
    else steps.set(after.customerId, [{ after, record }]);
  });
  return steps;
}
