import { concatMap, from, map, type OperatorFunction, pipe } from 'rxjs';
import type { DecodedBatch } from './batch.ts';
import type { UserRecordBatch, UserStreamRecord } from './deaggregate-records.ts';
import { type DecodeOptions, decodeEvent } from './event/decode-event.ts';
import type { Rejection } from './event/purchase-event.ts';
import {
  comparePositions,
  type PositionedEvent,
  type QuarantinedRecord,
  type RecordPosition,
} from './event/record.ts';

const damagedAggregate: Rejection = {
  reason: 'damaged-aggregate',
  detail: 'the record is marked as KPL-aggregated, but its checksum or content is wrong',
};

/**
 * Decodes a batch. A clock tick ends a batch, so that everything before it takes effect before the clock moves:
 * a batch with ticks inside becomes several, in order.
 */
export function decodeStep(batch: UserRecordBatch, options: DecodeOptions): DecodedBatch[] {
  const parts: DecodedBatch[] = [];
  const { shardId, behindMs, atTip, shardEnded } = batch;
  const records = inOrder(batch);
  const damaged = new Set(batch.damaged.map(positionKey));
  let events: PositionedEvent[] = [];
  let quarantined: QuarantinedRecord[] = [];
  let end: RecordPosition | undefined;
  /** Behind the last record of the stream that is wholly decoded; one that is aggregated holds several of ours. */
  let wholeEnd: RecordPosition | undefined;
  records.forEach((record, index) => {
    end = { sequenceNumber: record.sequenceNumber, subSequence: record.subSequence };
    const isWhole = records[index + 1]?.sequenceNumber !== record.sequenceNumber;
    if (isWhole) wholeEnd = end;
    const decoded = damaged.has(positionKey(record))
      ? { kind: 'rejected' as const, rejection: damagedAggregate }
      : decodeEvent(record.data, record.arrivedAtMs, options);
    if (decoded.kind === 'event') {
      events.push({ ...end, event: decoded.event, ordered: record.streamKey === decoded.event.customerId });
    } else if (decoded.kind === 'rejected') {
      const { streamKey: _, ...raw } = record;
      quarantined.push({ ...raw, shardId, rejection: decoded.rejection });
    } else {
      // Reading goes on behind whole records only, so a part that ends inside one must not be checkpointed there.
      const part = { shardId, behindMs, events, quarantined, tick: decoded.tick, end: wholeEnd };
      parts.push({ ...part, atTip: false, shardEnded: false });
      events = [];
      quarantined = [];
    }
  });
  parts.push({ shardId, behindMs, events, quarantined, tick: undefined, end, atTip, shardEnded });
  return parts;
}

/** A host may have opened aggregated records itself, so that several share one sequence number. */
function positionKey({ sequenceNumber, subSequence }: RecordPosition): string {
  return `${sequenceNumber}/${subSequence}`;
}

/** User records and damaged ones together, in the order of the shard. */
function inOrder({ records, damaged }: UserRecordBatch): readonly UserStreamRecord[] {
  if (damaged.length === 0) return records;
  const unopened = damaged.map((record) => ({ ...record, streamKey: record.partitionKey }));
  return [...records, ...unopened].sort(comparePositions);
}

export function decodeEvents(options: DecodeOptions): OperatorFunction<UserRecordBatch, DecodedBatch> {
  return pipe(
    map((batch: UserRecordBatch) => decodeStep(batch, options)),
    concatMap((batches) => from(batches)),
  );
}
