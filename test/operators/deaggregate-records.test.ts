import { describe, expect, test } from 'vitest';
import { deaggregateRecords, deaggregateStep } from '../../operators/deaggregate-records.ts';
import type { StreamRecord } from '../../operators/event/record.ts';
import { recordBatch, streamRecord } from '../fixtures/batches.ts';
import { expectMarbles } from '../fixtures/marbles.ts';

const text = (record: StreamRecord) => new TextDecoder().decode(record.data);
const plain = (sequence: number, content: string) =>
  streamRecord(sequence, new TextEncoder().encode(content));

/** Opens `[a b]` to a and b, and finds `!` damaged. */
function expand(record: StreamRecord): readonly StreamRecord[] | 'damaged' {
  const content = text(record);
  if (content === '!') return 'damaged';
  if (!content.startsWith('[')) return [record];
  const parts = content.slice(1, -1).split(' ').filter(Boolean);
  return parts.map((part, subSequence) => ({ ...record, subSequence, data: new TextEncoder().encode(part) }));
}

describe('deaggregateStep', () => {
  test('opens aggregated records in place, keeps the order, and sets damaged ones aside', () => {
    const batch = recordBatch([
      plain(1, 'a'),
      { ...plain(2, '[b c]'), partitionKey: 'outer' },
      plain(3, '!'),
      plain(4, 'd'),
    ]);
    const opened = deaggregateStep(batch, { expand });
    expect(opened.records.map(text)).toEqual(['a', 'b', 'c', 'd']);
    expect(opened.records.map((record) => [record.sequenceNumber, record.subSequence])).toEqual([
      ['1', 0],
      ['2', 0],
      ['2', 1],
      ['4', 0],
    ]);
    expect(opened.records.map(({ streamKey }) => streamKey)).toEqual(['key', 'outer', 'outer', 'key']);
    expect(opened.damaged).toEqual([batch.records[2]]);
  });

  test('keeps everything else of the batch, also of an empty one', () => {
    const batch = recordBatch([], { shardId: 's', behindMs: 7, atTip: true, shardEnded: true });
    expect(deaggregateStep(batch, { expand })).toEqual({ ...batch, damaged: [] });
    expect(deaggregateStep(recordBatch([plain(1, '[]')]), { expand }).records).toEqual([]);
  });
});

describe('deaggregateRecords', () => {
  test('gives one batch for each, at once, and passes on the end', () => {
    const a = recordBatch([plain(1, '[x y]')]);
    const b = recordBatch([]);
    const values = { a, b, A: deaggregateStep(a, { expand }), B: deaggregateStep(b, { expand }) };
    expectMarbles(deaggregateRecords({ expand }), { in: 'a--b|', out: 'A--B|', values });
    expectMarbles(deaggregateRecords({ expand }), { in: 'a-#', out: 'A-#', values });
  });
});
