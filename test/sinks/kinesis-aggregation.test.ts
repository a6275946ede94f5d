import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StreamRecord } from '../../operators/event/record.ts';
import {
  aggregatedBytesMax,
  aggregateRecords,
  expandRecord,
  type UserRecord,
} from '../../sinks/kinesis-aggregation.ts';

const magic = [0xf3, 0x89, 0x9a, 0xc2];

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function streamRecord(overrides: Partial<StreamRecord> = {}): StreamRecord {
  return {
    sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
    subSequence: 0,
    partitionKey: '17850',
    data: bytes('{"v":1}'),
    arrivedAtMs: 1_291_191_960_000,
    ...overrides,
  };
}

function expanded(user: UserRecord): readonly StreamRecord[] {
  const result = expandRecord(streamRecord(user));
  if (result === 'damaged') throw new Error('the record came out damaged');
  return result;
}

describe('aggregated records', () => {
  test('come back as the same user records, in order and numbered from 0, whatever their keys look like', () => {
    const userRecord = fc.record({
      partitionKey: fc.oneof(
        fc.nat({ max: 99_999 }).map(String),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
        fc.constantFrom('__proto__', 'hasOwnProperty', 'constructor', '0'),
      ),
      data: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(fc.array(userRecord, { minLength: 1, maxLength: 50 }), (records) => {
        const result = expanded(aggregateRecords(records));
        expect(
          result.map(({ partitionKey, data }) => ({ partitionKey, data: Uint8Array.from(data) })),
        ).toEqual(records.map(({ partitionKey, data }) => ({ partitionKey, data })));
        expect(result.map((record) => record.subSequence)).toEqual(records.map((_, index) => index));
      }),
      { numRuns: 200 },
    );
  });

  test('keep the sequence number and the arrival of the record they came in', () => {
    const outer = streamRecord(aggregateRecords([{ partitionKey: 'a', data: bytes('1') }]));
    const [user] = expandRecord(outer) as StreamRecord[];
    expect(user).toMatchObject({ sequenceNumber: outer.sequenceNumber, arrivedAtMs: outer.arrivedAtMs });
  });

  test('are never longer than the bound that is asked before one is filled', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            partitionKey: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 256 }),
            data: fc.uint8Array({ maxLength: 2_000 }),
          }),
          { minLength: 1, maxLength: 300 },
        ),
        (records) => {
          const bound = 20 + records.reduce((sum, record) => sum + aggregatedBytesMax(record), 0);
          expect(aggregateRecords(records).data.byteLength).toBeLessThanOrEqual(bound);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('need at least one user record', () => {
    expect(() => aggregateRecords([])).toThrow(RangeError);
  });

  test('are read as Amazon documents the format, written here by hand', () => {
    // Key table ["k"]; record 0: key index 0, data "hi"; record 1: key index 0, data "".
    const message = Buffer.from([
      0x0a, 1, 0x6b, 0x1a, 6, 0x08, 0, 0x1a, 2, 0x68, 0x69, 0x1a, 4, 0x08, 0, 0x1a, 0,
    ]);
    const md5 = createHash('md5').update(message).digest();
    const records = expanded({ partitionKey: 'k', data: Buffer.concat([Buffer.from(magic), message, md5]) });
    expect(records.map((record) => [record.partitionKey, Buffer.from(record.data).toString()])).toEqual([
      ['k', 'hi'],
      ['k', ''],
    ]);
  });
});

describe('damage', () => {
  test('of any one byte after the magic number is found, and is a value', () => {
    const whole = aggregateRecords([
      { partitionKey: '12346', data: bytes('{"quantity":2}') },
      { partitionKey: '12347', data: bytes('{"quantity":3}') },
    ]);
    for (let index = magic.length; index < whole.data.byteLength; index += 1) {
      const data = Uint8Array.from(whole.data);
      data[index] = (data[index] ?? 0) ^ 0x01;
      expect(expandRecord(streamRecord({ data })), `byte ${index}`).toBe('damaged');
    }
  });

  test('behind a digest that holds is found as well: no message, or a key that is not in the table', () => {
    for (const message of [
      Buffer.from([0xff, 0xff, 0xff]),
      Buffer.from([0x1a, 6, 0x08, 9, 0x1a, 2, 0x68, 0x69]),
    ]) {
      const md5 = createHash('md5').update(message).digest();
      expect(expandRecord(streamRecord({ data: Buffer.concat([Buffer.from(magic), message, md5]) }))).toBe(
        'damaged',
      );
    }
  });
});

describe('plain records', () => {
  test.each([
    ['JSON', bytes('{"v":1}')],
    ['no bytes', new Uint8Array()],
    ['a part of the magic number', Uint8Array.from(magic.slice(0, 3))],
    [
      'the magic number and too little for a digest',
      Uint8Array.from([...magic, ...bytes('fifteen bytes..')]),
    ],
  ])('come back as they are: %s', (_, data) => {
    const record = streamRecord({ data });
    expect(expandRecord(record)).toEqual([record]);
  });

  test('keep the sub-sequence number 0', () => {
    expect(expandRecord(streamRecord())).toMatchObject([{ subSequence: 0 }]);
  });
});
