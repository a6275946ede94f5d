import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { from, lastValueFrom } from 'rxjs';
import type { ActiveModels } from '../../../operators/batch.ts';
import type { UserStreamRecord } from '../../../operators/deaggregate-records.ts';
import type { RecordBatch } from '../../../operators/event/record.ts';
import { defaultStateOptions } from '../../../operators/state/customer-state.ts';
import { consumptionChain } from '../../../pipeline/chain.ts';
import { createCustomerCache } from '../../../pipeline/customer-cache.ts';
import { PipelineCounters } from '../../../pipeline/pipeline-counters.ts';
import { ActiveModelCache } from '../../../sinks/active-model-cache.ts';
import { openStores } from '../../../sinks/open-stores.ts';
import type { TableNames, TableRole } from '../../../sinks/table-definitions.ts';
import { type TableUsage, WriteMeter } from '../../../sinks/write-meter.ts';
import { decodeOptions } from '../bench-models.ts';

export interface PathCost {
  readonly label: string;
  readonly events: number;
  readonly usage: Readonly<Record<TableRole, TableUsage>>;
  readonly elapsedMs: number;
  /** Time of this process, the SDK's included, the service's not. */
  readonly cpuMs: number;
}

export interface TidemarkRun {
  readonly label: string;
  readonly dynamo: DynamoDBDocumentClient;
  readonly tables: TableNames;
  readonly records: readonly UserStreamRecord[];
  readonly models: ActiveModels;
  /** Events of one flush: what one read, or one coalescing window, brings. */
  readonly flushEvents: number;
  readonly cacheCustomers: number;
}

/** The chain as the hosts run it, one shard, flush by flush. What the models' storing costs is not counted. */
export async function runTidemark(run: TidemarkRun): Promise<PathCost> {
  const setUp = openStores(run.dynamo, run.tables);
  const { segments, consumption } = run.models;
  if (segments && consumption) {
    await setUp.models.put('segments', segments);
    await setUp.models.put('consumption', consumption);
    await setUp.models.activate('segments', segments.version);
    await setUp.models.activate('consumption', consumption.version);
  }
  const meter = new WriteMeter();
  const stores = openStores(run.dynamo, run.tables, { meter });
  const chain = consumptionChain({
    stores,
    customers: stores.customers,
    cache: createCustomerCache(run.cacheCustomers),
    models: new ActiveModelCache(stores.models, { ageMsMax: 3_600_000, nowMs: Date.now }),
    counters: new PipelineCounters(),
    clock: undefined,
    decode: decodeOptions,
    state: defaultStateOptions,
    writesInFlightMax: 128,
    sweptToMs: () => 0,
    writePurchases: true,
  });
  const cpuBefore = process.cpuUsage();
  const startedAtMs = performance.now();
  await lastValueFrom(from(flushes(run)).pipe(chain));
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    label: run.label,
    events: run.records.length,
    usage: meter.usage(),
    elapsedMs: performance.now() - startedAtMs,
    cpuMs: (user + system) / 1_000,
  };
}

function* flushes({ records, flushEvents }: TidemarkRun): Generator<RecordBatch> {
  for (let start = 0; start < records.length; start += flushEvents) {
    yield {
      shardId: 'shardId-000000000000',
      records: records.slice(start, start + flushEvents),
      behindMs: 0,
      atTip: false,
      shardEnded: false,
    };
  }
}
