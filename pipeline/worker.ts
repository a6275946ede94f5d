import { lastValueFrom, of } from 'rxjs';
import type { RecordBatch } from '../operators/event/record.ts';
import { ActiveModelCache } from '../sinks/active-model-cache.ts';
import type { Stores } from '../sinks/stores.ts';
import { type ChainDependencies, consumptionChain } from './chain.ts';
import type { CommittedBatch } from './commit-updates.ts';
import { createCustomerCache } from './customer-cache.ts';
import { decodeOptions } from './decode-options.ts';
import { PipelineCounters } from './pipeline-counters.ts';
import type { Settings } from './settings.ts';

export interface WorkerOptions {
  readonly settings: Settings;
  readonly stores: Stores;
  /** The wall clock, UTC milliseconds. */
  readonly nowMs: () => number;
  /** How old the active models may be, ms: an activation shows at most this much later. */
  readonly modelAgeMsMax: number;
  /** In place of exact checkpoints, where others work on the same shard at the same time. */
  readonly noteProgress?: ChainDependencies['noteProgress'];
}

/** The chain with what it keeps in memory, for hosts that are handed their batches and live by the wall clock. */
export interface Worker {
  readonly counters: PipelineCounters;
  /** What the jobs of this process share with the chain. */
  readonly chain: ChainDependencies;
  /**
   * Takes one batch through the chain and resolves once all its effects are stored. Batches of one shard come one after
   * the other; others may run beside it. After a rejection the same batch can be processed again.
   */
  process(batch: RecordBatch): Promise<CommittedBatch>;
}

export function createWorker(options: WorkerOptions): Worker {
  const { settings, stores, nowMs, modelAgeMsMax, noteProgress } = options;
  const counters = new PipelineCounters();
  const chain: ChainDependencies = {
    stores,
    customers: stores.customers,
    cache: createCustomerCache(settings.cacheCustomers),
    models: new ActiveModelCache(stores.models, { ageMsMax: modelAgeMsMax, nowMs }),
    counters,
    // No one process sees all shards, so ticks only mark progress.
    clock: undefined,
    noteProgress,
    decode: decodeOptions(settings),
    state: settings.state,
    writesInFlightMax: settings.writesInFlight,
    sweptToMs: nowMs,
    writePurchases: settings.purchaseHistory,
  };
  const run = consumptionChain(chain);
  return {
    counters,
    chain,
    process: (batch) => lastValueFrom(of(batch).pipe(run)),
  };
}
