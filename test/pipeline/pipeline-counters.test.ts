import { describe, expect, test } from 'vitest';
import { startUpdate, type UpdateBatch } from '../../operators/batch.ts';
import { newCustomer } from '../../operators/customer-record.ts';
import { PipelineCounters } from '../../pipeline/pipeline-counters.ts';
import { customer, migration, quarantined } from '../contracts/records.ts';
import { updateBatch } from '../fixtures/batches.ts';
import { boughtOn } from '../fixtures/purchases.ts';
import { standingOf } from '../operators/segments/factories.ts';

const at = (sequence: number, changes: Partial<UpdateBatch> = {}): UpdateBatch => {
  const batch = updateBatch([boughtOn(sequence)]);
  const position = { sequenceNumber: String(sequence), subSequence: 0 };
  return {
    ...batch,
    events: [{ ...position, event: boughtOn(sequence), ordered: true }],
    end: position,
    ...changes,
  };
};

describe('shardAdvanced', () => {
  test('adds events, quarantined records and the newest event time', () => {
    const counters = new PipelineCounters();
    counters.shardAdvanced(at(9));
    const bad = quarantined({ shardId: 'shard-a', sequenceNumber: '11' });
    const progress = counters.shardAdvanced(at(10, { quarantined: [bad], end: bad }));
    expect(progress).toEqual({
      shardId: 'shard-a',
      sequenceNumber: '11',
      subSequence: 0,
      watermarkMs: boughtOn(10).occurredAtMs,
      events: 2,
      quarantined: 1,
      ended: false,
    });
    expect(counters.shards.get('shard-a')).toBe(progress);
  });

  test('keeps the newest event time when an older event comes after it', () => {
    const counters = new PipelineCounters();
    counters.shardAdvanced(at(10));
    const late = {
      ...at(11),
      events: [{ sequenceNumber: '11', subSequence: 0, event: boughtOn(2), ordered: true }],
    };
    expect(counters.shardAdvanced(late).watermarkMs).toBe(boughtOn(10).occurredAtMs);
  });

  test('counts nothing and stays where it is for records read again', () => {
    const counters = new PipelineCounters();
    const bad = quarantined({ shardId: 'shard-a', sequenceNumber: '10' });
    const batch = at(10, { quarantined: [bad] });
    const progress = counters.shardAdvanced(batch);
    expect(counters.shardAdvanced(batch)).toEqual(progress);
    expect(counters.shardAdvanced(at(9))).toEqual(progress);
  });

  test('says an empty shard stands before its first record, also when it has ended', () => {
    const counters = new PipelineCounters();
    const progress = counters.shardAdvanced(at(1, { events: [], end: undefined, shardEnded: true }));
    expect(progress).toMatchObject({
      sequenceNumber: '0',
      subSequence: 0,
      watermarkMs: undefined,
      events: 0,
      ended: true,
    });
  });

  test('the watermark is the newest over all shards', () => {
    const counters = new PipelineCounters();
    expect(counters.watermarkMs()).toBeUndefined();
    counters.shardAdvanced(at(9, { shardId: 'b' }));
    counters.shardAdvanced(at(3, { shardId: 'c' }));
    expect(counters.watermarkMs()).toBe(boughtOn(9).occurredAtMs);
  });
});

describe('counts of customers', () => {
  const after = customer({ customerId: 'c-1', standing: standingOf({ segment: 'New' }), outbox: [] });
  const update = { ...startUpdate(newCustomer('c-1'), []), after, late: 2 };

  test('a new customer, its events, its segment and late events', () => {
    const counters = new PipelineCounters();
    counters.customerCommitted(update);
    expect(counters).toMatchObject({ customers: 1, eventsApplied: 1, lateEvents: 2 });
    expect(counters.segmentCounts).toEqual(new Map([['New', 1]]));
    expect(counters.firstEventAtMs).toBe(after.state.lifetime.firstEventAtMs);
  });

  test('nothing for a customer who was not written', () => {
    const counters = new PipelineCounters();
    counters.customerCommitted(startUpdate(customer(), []));
    expect(counters).toMatchObject({ customers: 0, eventsApplied: 0 });
  });

  test('a move takes from one segment and adds to the other, and counts by its cause', () => {
    const counters = new PipelineCounters();
    counters.recordChanged(newCustomer('c-1'), after);
    const moved = {
      ...after,
      version: 2,
      standing: standingOf({ segment: 'At Risk' }),
      outbox: [migration({ cause: 'time' }), migration({ ordinal: 2, cause: 'event' })],
    };
    counters.recordChanged(after, moved);
    expect(counters.segmentCounts).toEqual(new Map([['At Risk', 1]]));
    expect(counters.migrationsByCause).toEqual({ event: 1, time: 1, model: 0 });
  });

  test('customers without a standing count as unassigned', () => {
    const counters = new PipelineCounters();
    counters.recordChanged(newCustomer('c-1'), customer({ standing: undefined, outbox: [] }));
    expect(counters.segmentCounts).toEqual(new Map([['unassigned', 1]]));
  });

  test('duplicates are the events read that were not applied, never below none', () => {
    const counters = new PipelineCounters();
    counters.recordChanged(newCustomer('c-1'), after);
    expect(counters.duplicates).toBe(0);
    counters.shardAdvanced(at(9));
    counters.shardAdvanced(at(10));
    expect(counters.duplicates).toBe(1);
  });
});

describe('batchCommitted', () => {
  test('counts quarantined records by reason, each once', () => {
    const counters = new PipelineCounters();
    const bad = quarantined({ shardId: 'shard-a', sequenceNumber: '10' });
    const batch = at(10, { quarantined: [bad, { ...bad, subSequence: 1 }], end: { ...bad, subSequence: 1 } });
    counters.batchCommitted(batch);
    counters.shardAdvanced(batch);
    counters.batchCommitted(batch);
    expect(counters.quarantinedByReason).toEqual(new Map([['not-json', 2]]));
  });

  test('notes how far a shard is behind and how often it was at its tip', () => {
    const counters = new PipelineCounters();
    counters.batchCommitted(at(1, { behindMs: 40 }));
    expect([counters.lagMsByShard.get('shard-a'), counters.tipReads.get('shard-a')]).toEqual([40, 0]);
    counters.batchCommitted(at(2, { atTip: true }));
    counters.batchCommitted(at(3, { atTip: true }));
    expect([counters.lagMsByShard.get('shard-a'), counters.tipReads.get('shard-a')]).toEqual([0, 2]);
  });
});
