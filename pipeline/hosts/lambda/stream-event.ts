import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import type { RecordBatch, StreamRecord } from '../../../operators/event/record.ts';

/**
 * The records of an invocation as batches of one shard each, at most `recordsMax` a batch, in their order. The service
 * gives an invocation records of one shard only; should that ever change, each run of a shard is a batch of its own.
 * @param nowMs wall clock, to tell how far behind the stream the records are
 */
export function toBatches(event: KinesisStreamEvent, recordsMax: number, nowMs: number): RecordBatch[] {
  const runs: { readonly shardId: string; readonly records: StreamRecord[] }[] = [];
  for (const record of event.Records) {
    const shardId = shardIdOf(record);
    const run = runs.at(-1);
    if (run?.shardId === shardId && run.records.length < recordsMax) run.records.push(toStreamRecord(record));
    else runs.push({ shardId, records: [toStreamRecord(record)] });
  }
  return runs.map(({ shardId, records }) => ({
    shardId,
    records,
    behindMs: Math.max(0, nowMs - (records.at(-1)?.arrivedAtMs ?? nowMs)),
    // The event source knows whether more is there; what it hands over does not say.
    atTip: false,
    shardEnded: false,
  }));
}

/** `eventID` is the shard's id, a colon and the sequence number. */
function shardIdOf({ eventID }: KinesisStreamRecord): string {
  return eventID.slice(0, eventID.lastIndexOf(':'));
}

function toStreamRecord({ kinesis }: KinesisStreamRecord): StreamRecord {
  return {
    sequenceNumber: kinesis.sequenceNumber,
    subSequence: 0,
    partitionKey: kinesis.partitionKey,
    data: Buffer.from(kinesis.data, 'base64'),
    arrivedAtMs: Math.round(kinesis.approximateArrivalTimestamp * 1_000),
  };
}
