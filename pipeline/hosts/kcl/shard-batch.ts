import type { RecordBatch, RecordPosition, StreamRecord } from '../../../operators/event/record.ts';
import { type DaemonMessage, type DaemonRecord, protocolError } from './protocol.ts';

type ProcessRecords = Extract<DaemonMessage, { action: 'processRecords' }>;

/**
 * The batch that the chain takes. The daemon has taken aggregated records apart: a user record comes at the sequence
 * number it shares with its neighbours and a sub-sequence number of its own, and under its own partition key. The key
 * of the stream's record is lost, and it alone would tell that a customer's records come in order everywhere: a Lambda
 * consumer that read the stream before may have left out an aggregated record, and gone on with the customer's others.
 * So such a user record goes without a key.
 *
 * Limit: the daemon does not say which records were aggregated. One that holds a single user record looks like a plain
 * record, and is taken for one: the user record's own key then passes for the stream's. Where the two
 * differ, and a Lambda consumer has left that record out before, it may be taken for applied and be left out again. This
 * project's producer puts such a record under its user record's own key, so that they never do.
 * @throws DependencyError `kcl-protocol` when data is not base64.
 */
export function toRecordBatch(shardId: string, { records, millisBehindLatest }: ProcessRecords): RecordBatch {
  const behindMs = Math.max(0, millisBehindLatest ?? 0);
  const isAggregated = ({ sequenceNumber, subSequenceNumber }: DaemonRecord, index: number) =>
    (subSequenceNumber ?? 0) > 0 || records[index + 1]?.sequenceNumber === sequenceNumber;
  return {
    shardId,
    records: records.map((record, index) =>
      toStreamRecord(record, isAggregated(record, index) ? '' : record.partitionKey),
    ),
    behindMs,
    atTip: records.length === 0 && behindMs === 0,
    shardEnded: false,
  };
}

/** What the chain is told at a shard's end: nothing more follows. */
export function endOfShard(shardId: string): RecordBatch {
  return { shardId, records: [], behindMs: 0, atTip: true, shardEnded: true };
}

/** Where the lease is checkpointed once the batch has taken effect; undefined for an empty one. */
export function endPosition({ records }: RecordBatch): RecordPosition | undefined {
  const last = records.at(-1);
  return last && { sequenceNumber: last.sequenceNumber, subSequence: last.subSequence };
}

function toStreamRecord(record: DaemonRecord, partitionKey: string): StreamRecord {
  return {
    sequenceNumber: record.sequenceNumber,
    subSequence: record.subSequenceNumber ?? 0,
    partitionKey,
    data: decodeBase64(record.data ?? '', record.sequenceNumber),
    arrivedAtMs: record.approximateArrivalTimestamp ?? 0,
  };
}

/** Node leaves out what is not base64 without a word, so the length tells. */
function decodeBase64(text: string, sequenceNumber: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (text.length % 4 !== 0 || bytes.byteLength !== (text.length / 4) * 3 - padding) {
    throw protocolError(`the data of record ${sequenceNumber} is not base64`);
  }
  return bytes;
}
