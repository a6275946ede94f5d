import { decodeEvent } from '../../operators/event/decode-event.ts';
import { ActiveModelCache } from '../../sinks/active-model-cache.ts';
import type { CheckpointStore } from '../../sinks/checkpoint-store.ts';
import { decodeOptions } from '../decode-options.ts';
import { readFileBatches } from '../ingest/file-batches.ts';
import { untilDone } from '../until-done.ts';
import type { BackfillOptions } from './backfill-file.ts';
import type { BackfillPoint } from './backfill-point.ts';
import { rearmTimers } from './rearm-timers.ts';
import { settleCustomers } from './settle-customers.ts';

export interface SettleFileOptions
  extends Pick<BackfillOptions, 'path' | 'settings' | 'stores' | 'nowMs' | 'signal' | 'log'> {
  readonly point: BackfillPoint;
  /** Newest order of the file; stands for the clock where none has started. */
  readonly newestMs: number | undefined;
  readonly onProgress: (fileBytes: number, orders: number) => void;
}

/** A new model shows here at most this much later, ms. */
const modelAgeMsMax = 5_000;

/**
 * Judges the customers of a file's orders as of the pipeline's clock, a batch of orders at a time; one with orders in
 * several batches finds nothing to do from the second on. Without a segment model there is nothing to judge by.
 *
 * @returns how many moved; undefined when stopped before the end
 */
export async function settleFile(options: SettleFileOptions): Promise<number | undefined> {
  const { path, settings, stores, nowMs, signal, log, point, newestMs, onProgress } = options;
  const doing = { signal, log, what: 'judging customers' };
  const models = new ActiveModelCache(stores.models, { ageMsMax: modelAgeMsMax, nowMs });
  const dependencies = { stores, models, writesInFlightMax: settings.writesInFlight };
  const decode = decodeOptions(settings);
  let moves = 0;
  if (point.finished) return moves;
  const batches = readFileBatches(path, {
    reportingCurrency: settings.currencies.reportingCurrency,
    skip: point.done,
    recordsMax: settings.batchRecords,
    nowMs,
  });
  for await (const { records, fileBytes } of batches) {
    const customerIds = new Set<string>();
    for (const { data, arrivedAtMs } of records) {
      const decoded = decodeEvent(data, arrivedAtMs, decode);
      if (decoded.kind === 'event') customerIds.add(decoded.event.customerId);
    }
    const moved = await untilDone(async () => {
      const clockMs = await clockOf(stores.checkpoints, newestMs);
      return settleCustomers([...customerIds], clockMs, dependencies);
    }, doing);
    if (moved === undefined) return undefined;
    moves += moved;
    await point.save(point.done + records.length, false);
    onProgress(fileBytes, point.done);
  }
  const rearmed = await untilDone(() => rearmTimers(stores), doing);
  if (rearmed === undefined) return undefined;
  if (rearmed > 0) log.debug({ rearmed }, 'timers set to where the clock stands');
  await point.save(point.done, true);
  return moves;
}

/** Where the pipeline's clock stands; before its first step, the newest order anywhere. */
async function clockOf(checkpoints: CheckpointStore, newestMs: number | undefined): Promise<number> {
  const clock = await checkpoints.clock();
  if (clock) return clock.sweptToMs;
  const watermarks = (await checkpoints.shards()).flatMap(({ watermarkMs }) => watermarkMs ?? []);
  return Math.max(newestMs ?? 0, ...watermarks);
}
