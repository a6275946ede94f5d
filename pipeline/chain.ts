import { concatMap, type Observable, of, pipe } from 'rxjs';
import { deaggregateRecords } from '../operators/deaggregate-records.ts';
import { decodeEvents } from '../operators/decode-events.ts';
import { detectMigrations } from '../operators/detect-migrations.ts';
import { dropDuplicates } from '../operators/drop-duplicates.ts';
import type { DecodeOptions } from '../operators/event/decode-event.ts';
import type { RecordBatch } from '../operators/event/record.ts';
import { predictConsumption } from '../operators/predict-consumption.ts';
import { reassignSegments } from '../operators/reassign-segments.ts';
import type { StateOptions } from '../operators/state/customer-state.ts';
import { updateFeatures } from '../operators/update-features.ts';
import { expandRecord } from '../sinks/kinesis-aggregation.ts';
import { type CheckpointDependencies, checkpointShard } from './checkpoint-shard.ts';
import { type CommitDependencies, type CommittedBatch, commitUpdates } from './commit-updates.ts';
import type { EventClock } from './event-clock.ts';
import { loadCustomers } from './load-customers.ts';

export interface ChainDependencies extends CommitDependencies, Pick<CheckpointDependencies, 'noteProgress'> {
  readonly decode: DecodeOptions;
  readonly state: StateOptions;
  /** Undefined where no one process sees all shards: ticks then only mark progress. */
  readonly clock: EventClock | undefined;
}

/**
 * The way of a batch of records, from the shard to its checkpoint. One batch of a shard is in the chain at a time;
 * each operator keeps the order.
 */
export function consumptionChain(
  dependencies: ChainDependencies,
): (batches: Observable<RecordBatch>) => Observable<CommittedBatch> {
  const read = pipe(deaggregateRecords({ expand: expandRecord }), decodeEvents(dependencies.decode));
  const judge = pipe(
    loadCustomers(dependencies),
    dropDuplicates(),
    updateFeatures(dependencies.state),
    reassignSegments(),
    predictConsumption(),
    detectMigrations(),
  );
  const write = pipe(commitUpdates(dependencies), checkpointShard(dependencies));
  // A tick splits what was read: the second part is judged only when the first has taken effect and the clock has moved.
  return pipe(
    read,
    concatMap((batch) => of(batch).pipe(judge, write)),
  );
}
