import { concatMap, from, map, type OperatorFunction, pipe } from 'rxjs';
import type { DecodedBatch } from './batch.ts';
import type { UserRecordBatch } from './deaggregate-records.ts';
import { type DecodeOptions, decodeEvent } from './event/decode-event.ts';
import type { Rejection } from './event/purchase-event.ts';
import {
  comparePositions,
  type PositionedEvent,
  type QuarantinedRecord,
  type RecordPosition,
  type StreamRecord,
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
  const batches: DecodedBatch[] = [];
  let events: PositionedEvent[] = [];
  let quarantined: QuarantinedRecord[] = batch.damaged.map((record) =>
    quarantine(record, batch.shardId, damagedAggregate),
  );
  let end: RecordPosition | undefined;
  const common = { shardId: batch.shardId, behindMs: batch.behindMs };
  for (const record of batch.records) {
    end = { sequenceNumber: record.sequenceNumber, subSequence: record.subSequence };
    const decoded = decodeEvent(record.data, record.arrivedAtMs, options);
    if (decoded.kind === 'event') {
      events.push({ ...end, event: decoded.event });
    } else if (decoded.kind === 'rejected') {
      quarantined.push(quarantine(record, batch.shardId, decoded.rejection));
    } else {
      batches.push({
        ...common,
        events,
        quarantined,
        tick: decoded.tick,
        end,
        atTip: false,
        shardEnded: false,
      });
      events = [];
      quarantined = [];
    }
  }
  // A damaged record that is the last of the batch moves the checkpoint past itself.
  const last = batch.damaged.at(-1);
  if (last && (end === undefined || comparePositions(last, end) > 0)) {
    end = { sequenceNumber: last.sequenceNumber, subSequence: last.subSequence };
  }
  batches.push({
    ...common,
    events,
    quarantined,
    tick: undefined,
    end,
    atTip: batch.atTip,
    shardEnded: batch.shardEnded,
  });
  return batches;
}

export function decodeEvents(options: DecodeOptions): OperatorFunction<UserRecordBatch, DecodedBatch> {
  return pipe(
    map((batch: UserRecordBatch) => decodeStep(batch, options)),
    concatMap((batches) => from(batches)),
  );
}

function quarantine(record: StreamRecord, shardId: string, rejection: Rejection): QuarantinedRecord {
  return { ...record, shardId, rejection };
}
