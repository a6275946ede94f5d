import { describe, expect, test } from 'vitest';
import { decodeEvents, decodeStep } from '../../operators/decode-events.ts';
import { decodeOptions, recordBatch, streamRecord } from '../fixtures/batches.ts';
import { expectMarbles } from '../fixtures/marbles.ts';
import { boughtOn } from '../fixtures/purchases.ts';

const event = (sequence: number) => streamRecord(sequence, boughtOn(sequence));
const tick = (sequence: number, tickMs = sequence) => streamRecord(sequence, { tickMs });
const broken = (sequence: number) => streamRecord(sequence, new TextEncoder().encode('{'));
const batchOf = (
  records: ReturnType<typeof event>[],
  changes: Partial<Parameters<typeof decodeStep>[0]> = {},
) => {
  const opened = records.map((record) => ({ ...record, streamKey: record.partitionKey }));
  return { ...recordBatch(records), records: opened, damaged: [], ...changes };
};

const shape = (batches: ReturnType<typeof decodeStep>) =>
  batches.map((batch) => ({
    events: batch.events.map(({ sequenceNumber }) => sequenceNumber),
    quarantined: batch.quarantined.map(({ sequenceNumber, rejection }) => [sequenceNumber, rejection.reason]),
    tick: batch.tick?.upToMs,
    end: batch.end?.sequenceNumber,
    atTip: batch.atTip,
    shardEnded: batch.shardEnded,
  }));

const open = { atTip: false, shardEnded: false };

describe('decodeStep', () => {
  test('gives the events with their positions, and what can not be used with its reason and bytes', () => {
    const batch = batchOf([event(1), broken(2), event(3)]);
    const [decoded] = decodeStep(batch, decodeOptions);
    expect(decoded && shape([decoded])).toEqual([
      { events: ['1', '3'], quarantined: [['2', 'not-json']], tick: undefined, end: '3', ...open },
    ]);
    expect(decoded?.events[0]?.event).toEqual(boughtOn(1));
    expect(decoded?.quarantined[0]).toMatchObject({ ...broken(2), shardId: 'shard-a' });
    expect(decoded?.quarantined[0]).not.toHaveProperty('streamKey');
  });

  test('knows which events the stream keeps in order: those under their customer, not under another in an aggregate', () => {
    const another = { ...event(2), partitionKey: 'c-another' };
    const [decoded] = decodeStep(batchOf([event(1), another]), decodeOptions);
    expect(decoded?.events.map(({ ordered }) => ordered)).toEqual([true, false]);
  });

  test('cuts the batch behind each tick; only the last part is at the tip or ends the shard', () => {
    const batch = batchOf([event(1), tick(2, 22), tick(3, 33), broken(4), event(5)], {
      atTip: true,
      shardEnded: true,
    });
    expect(shape(decodeStep(batch, decodeOptions))).toEqual([
      { events: ['1'], quarantined: [], tick: 22, end: '2', ...open },
      { events: [], quarantined: [], tick: 33, end: '3', ...open },
      {
        events: ['5'],
        quarantined: [['4', 'not-json']],
        tick: undefined,
        end: '5',
        atTip: true,
        shardEnded: true,
      },
    ]);
  });

  test('leaves an empty part behind a tick that comes last, which says where the shard stands', () => {
    const batch = batchOf([tick(1)], { shardEnded: true });
    expect(shape(decodeStep(batch, decodeOptions))).toEqual([
      { events: [], quarantined: [], tick: 1, end: '1', ...open },
      { events: [], quarantined: [], tick: undefined, end: '1', atTip: false, shardEnded: true },
    ]);
  });

  test('gives one part for a batch without records', () => {
    expect(shape(decodeStep(batchOf([], { atTip: true }), decodeOptions))).toEqual([
      { events: [], quarantined: [], tick: undefined, end: undefined, atTip: true, shardEnded: false },
    ]);
  });

  test('quarantines damaged aggregates; one that comes last moves the end, compared as a number', () => {
    const [only] = decodeStep(batchOf([], { damaged: [event(7)] }), decodeOptions);
    expect(only && shape([only])[0]).toMatchObject({ quarantined: [['7', 'damaged-aggregate']], end: '7' });
    const beside = { ...event(11), subSequence: 1 };
    const [mixed] = decodeStep(batchOf([beside], { damaged: [event(11)] }), decodeOptions);
    expect(mixed?.events.map(({ subSequence }) => subSequence)).toEqual([1]);
    expect(mixed?.quarantined).toHaveLength(1);
    const [last] = decodeStep(batchOf([event(9)], { damaged: [event(10)] }), decodeOptions);
    expect(last?.end).toEqual({ sequenceNumber: '10', subSequence: 0 });
    const [first] = decodeStep(batchOf([event(10)], { damaged: [event(9)] }), decodeOptions);
    expect(first?.end?.sequenceNumber).toBe('10');
  });

  test('keeps the position inside an aggregated record', () => {
    const inner = { ...event(4), subSequence: 17 };
    const [decoded] = decodeStep(batchOf([inner]), decodeOptions);
    expect(decoded?.events[0]).toMatchObject({ sequenceNumber: '4', subSequence: 17 });
    expect(decoded?.end).toEqual({ sequenceNumber: '4', subSequence: 17 });
  });
});

describe('decodeEvents', () => {
  test('gives the parts of one batch after each other, in the same moment', () => {
    const a = batchOf([event(1), tick(2), event(3)]);
    const b = batchOf([event(4)]);
    const [p, q] = decodeStep(a, decodeOptions);
    const [r] = decodeStep(b, decodeOptions);
    expectMarbles(decodeEvents(decodeOptions), {
      in: 'a---b|',
      out: '(pq)r|',
      values: { a, b, p, q, r },
    });
  });

  test('goes on after a batch in which nothing could be used', () => {
    const a = batchOf([broken(1)]);
    const b = batchOf([event(2)]);
    const values = { a, b, A: decodeStep(a, decodeOptions)[0], B: decodeStep(b, decodeOptions)[0] };
    expectMarbles(decodeEvents(decodeOptions), { in: 'a-b|', out: 'A-B|', values });
  });
});
