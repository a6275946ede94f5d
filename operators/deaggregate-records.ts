import { map, type OperatorFunction } from 'rxjs';
import type { RecordBatch, StreamRecord } from './event/record.ts';

export interface DeaggregateOptions {
  /** Gives the user records inside a KPL-aggregated record, the record itself if it is plain, or says it is damaged. */
  readonly expand: (record: StreamRecord) => readonly StreamRecord[] | 'damaged';
}

/** A user record with the partition key of the stream's record it came in: its own if that was a plain one. */
export interface UserStreamRecord extends StreamRecord {
  readonly streamKey: string;
}

/** A batch of user records, with the aggregated ones that could not be opened. */
export interface UserRecordBatch extends RecordBatch {
  readonly records: readonly UserStreamRecord[];
  readonly damaged: readonly StreamRecord[];
}

/** Opens aggregated records, keeping the order of the shard. */
export function deaggregateStep(batch: RecordBatch, options: DeaggregateOptions): UserRecordBatch {
  const records: UserStreamRecord[] = [];
  const damaged: StreamRecord[] = [];
  for (const record of batch.records) {
    const expanded = options.expand(record);
    if (expanded === 'damaged') damaged.push(record);
    else for (const user of expanded) records.push({ ...user, streamKey: record.partitionKey });
  }
  return { ...batch, records, damaged };
}

export function deaggregateRecords(
  options: DeaggregateOptions,
): OperatorFunction<RecordBatch, UserRecordBatch> {
  return map((batch) => deaggregateStep(batch, options));
}
