import { describe, expect, test } from 'vitest';
import { startUpdate } from '../../operators/batch.ts';
import { newCustomer, type ShardMark } from '../../operators/customer-record.ts';
import { dropDuplicates, dropDuplicatesStep, raiseMark } from '../../operators/drop-duplicates.ts';
import { comparePositions } from '../../operators/event/record.ts';
import { foldEvents } from '../../operators/state/fold-events.ts';
import { updateBatch } from '../fixtures/batches.ts';
import { expectMarbles } from '../fixtures/marbles.ts';
import { boughtOn, positioned } from '../fixtures/purchases.ts';

const blank = newCustomer('c-1');
const mark = (shardId: string, sequenceNumber: string, subSequence = 0): ShardMark => ({
  shardId,
  sequenceNumber,
  subSequence,
});

const idsOf = (events: readonly { eventId: string }[]) => events.map(({ eventId }) => eventId);

describe('dropDuplicatesStep', () => {
  test('keeps what is new, in order, once', () => {
    const events = [boughtOn(2), boughtOn(1), boughtOn(2), boughtOn(3)];
    const { fresh } = dropDuplicatesStep(startUpdate(blank, positioned(events)), 'a');
    expect(idsOf(fresh)).toEqual(idsOf([boughtOn(2), boughtOn(1), boughtOn(3)]));
  });

  test('drops what the state remembers, also from another shard', () => {
    const { state } = foldEvents(blank.state, [boughtOn(1)]);
    const update = startUpdate({ ...blank, state }, positioned([boughtOn(1), boughtOn(2)]));
    expect(idsOf(dropDuplicatesStep(update, 'b').fresh)).toEqual(idsOf([boughtOn(2)]));
  });

  test('drops what stands at or below the mark of its own shard, even if the state has forgotten it', () => {
    const marked = { ...blank, marks: [mark('a', '10')] };
    const incoming = positioned([boughtOn(1), boughtOn(2), boughtOn(3)], 9);
    expect(idsOf(dropDuplicatesStep(startUpdate(marked, incoming), 'a').fresh)).toEqual(idsOf([boughtOn(3)]));
    expect(dropDuplicatesStep(startUpdate(marked, incoming), 'b').fresh).toHaveLength(3);
  });

  test('compares positions inside one aggregated record by their sub-sequence number', () => {
    const marked = { ...blank, marks: [mark('a', '10', 1)] };
    const incoming = [0, 1, 2].map((subSequence) => ({
      sequenceNumber: '10',
      subSequence,
      event: boughtOn(subSequence),
      ordered: true,
    }));
    const { fresh } = dropDuplicatesStep(startUpdate(marked, incoming), 'a');
    expect(idsOf(fresh)).toEqual(idsOf([boughtOn(2)]));
  });
});

describe('records that several work on at once', () => {
  const early = { sequenceNumber: '3', subSequence: 0, event: boughtOn(1), ordered: false };
  const marked = { ...blank, marks: [mark('a', '10')] };

  test('are new at a position below the mark, as long as the state does not remember them', () => {
    expect(dropDuplicatesStep(startUpdate(marked, [early]), 'a').fresh).toEqual([early.event]);
    const { state } = foldEvents(blank.state, [early.event]);
    expect(dropDuplicatesStep(startUpdate({ ...marked, state }, [early]), 'a').fresh).toEqual([]);
  });

  test('raise no mark, and a mark never falls', () => {
    const far = { ...early, sequenceNumber: '99' };
    expect(raiseMark(startUpdate(marked, [far]), 'a')).toBe(marked.marks);
    expect(raiseMark(startUpdate(marked, positioned([boughtOn(1)], 4)), 'a')).toBe(marked.marks);
  });
});

describe('comparePositions', () => {
  test('orders sequence numbers as numbers, whatever their length', () => {
    const longest = '49590338271490256608559692538361571095921575989136588898';
    const order = ['0', '9', '10', '99', '100', longest].map((sequenceNumber) => ({
      sequenceNumber,
      subSequence: 0,
    }));
    expect([...order].reverse().sort(comparePositions)).toEqual(order);
  });
});

describe('raiseMark', () => {
  test('raises the mark of the shard to the last incoming event, duplicate or not', () => {
    const before = { ...blank, marks: [mark('a', '3'), mark('b', '4')] };
    const update = startUpdate(before, positioned([boughtOn(0), boughtOn(0)], 8));
    expect(raiseMark(update, 'a')).toEqual([mark('a', '9'), mark('b', '4')]);
    expect(raiseMark(update, 'c')).toEqual([mark('a', '3'), mark('b', '4'), mark('c', '9')]);
  });

  test('leaves the marks of a customer without incoming events', () => {
    const before = { ...blank, marks: [mark('a', '3')] };
    expect(raiseMark(startUpdate(before, []), 'a')).toBe(before.marks);
  });

  test('keeps eight shards, and forgets the one idle for longest beyond them', () => {
    const marks = Array.from({ length: 8 }, (_, index) => mark(`s${index}`, String(index + 10)));
    const update = startUpdate({ ...blank, marks }, positioned([boughtOn(0)], 50));
    expect(raiseMark(update, 's3')).toHaveLength(8);
    const raised = raiseMark(update, 'new');
    expect(raised.map(({ shardId }) => shardId)).toEqual(['new', 's1', 's2', 's3', 's4', 's5', 's6', 's7']);
  });

  test('never forgets the shard it raises, however low its numbers', () => {
    const marks = Array.from({ length: 8 }, (_, index) => mark(`s${index}`, String(index + 10)));
    const update = startUpdate({ ...blank, marks }, positioned([boughtOn(0)], 1));
    expect(raiseMark(update, 'new')).toContainEqual(mark('new', '1'));
  });
});

describe('dropDuplicates', () => {
  test('runs the step for every customer of a batch', () => {
    const batch = updateBatch([boughtOn(1), boughtOn(1), boughtOn(1, { customerId: 'c-2', id: 'other' })]);
    const done = {
      ...batch,
      updates: batch.updates.map((update) => dropDuplicatesStep(update, batch.shardId)),
    };
    expect(done.updates.map(({ fresh }) => fresh.length)).toEqual([1, 1]);
    expectMarbles(dropDuplicates(), { in: '-a|', out: '-A|', values: { a: batch, A: done } });
  });
});
