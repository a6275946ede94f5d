import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../operators/errors.ts';
import {
  type Migration,
  type MigrationCause,
  type SegmentReason,
  type SegmentStanding,
  segmentFeatureNames,
  segmentNames,
} from '../../../operators/segments/segment-model.ts';
import {
  type Decisions,
  decodeDecisions,
  decodePrediction,
  encodeDecisions,
  encodePrediction,
} from '../../../operators/state/record-codec.ts';

const segment = fc.constantFrom(...segmentNames);
const cause = fc.constantFrom<MigrationCause>('event', 'time', 'model');
const instant = fc.nat(4_102_444_800_000);
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const real = fc.double({ noNaN: true });

const reason: fc.Arbitrary<SegmentReason> = fc.record({
  feature: fc.constantFrom(...segmentFeatureNames),
  value: real,
  before: fc.option(real, { nil: undefined }),
  weight: real,
});
const reasons = fc.array(reason, { maxLength: 3 });

const standing: fc.Arbitrary<SegmentStanding> = fc.record({
  segment,
  sinceMs: instant,
  cause,
  reasons,
  modelVersion: text,
  migrations: fc.nat(),
});

const migration: fc.Arbitrary<Migration> = fc.record({
  id: text,
  customerId: text,
  ordinal: fc.nat(),
  atMs: instant,
  from: segment,
  to: segment,
  cause,
  reasons,
  distanceFrom: real,
  distanceTo: real,
  modelVersion: text,
  spend365Micros: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((value) => value * 2 ** 21),
});

const shardId = fc.oneof(
  fc.nat(9_999).map((number) => `shardId-${String(number).padStart(12, '0')}`),
  fc.constantFrom('shardId-1', '~', '~12', 'shardId-0000000000001', '12', ''),
  text,
);

const decisions: fc.Arbitrary<Decisions> = fc.record({
  marks: fc.array(
    fc.record({
      shardId,
      sequenceNumber: fc.bigInt({ min: 0n, max: 10n ** 56n - 1n }).map(String),
      subSequence: fc.nat(20_000),
    }),
    { maxLength: 8 },
  ),
  standing: fc.option(standing, { nil: undefined }),
  outbox: fc.array(migration, { maxLength: 3 }),
});

const nothing: Decisions = { marks: [], standing: undefined, outbox: [] };

describe('encodeDecisions and decodeDecisions', () => {
  test('give back any decisions', () => {
    fc.assert(
      fc.property(decisions, (decided) => {
        expect(decodeDecisions(encodeDecisions(decided))).toEqual(decided);
      }),
      { numRuns: 300 },
    );
  });

  test('write only the decisions of a whole customer record', () => {
    const record = { ...nothing, customerId: 'c-1', version: 3 };
    expect(decodeDecisions(encodeDecisions(record))).toEqual(nothing);
  });

  test('keep a mark of a usual shard in less than half its text', () => {
    const mark = {
      shardId: 'shardId-000000000002',
      sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
      subSequence: 4,
    };
    const added =
      encodeDecisions({ ...nothing, marks: [mark] }).byteLength - encodeDecisions(nothing).byteLength;
    expect(added).toBeLessThan((mark.shardId.length + mark.sequenceNumber.length) / 2);
    expect(decodeDecisions(encodeDecisions({ ...nothing, marks: [mark] })).marks).toEqual([mark]);
  });

  test('refuse another schema version', () => {
    const bytes = encodeDecisions(nothing);
    bytes[0] = 99;
    expect(() => decodeDecisions(bytes)).toThrow(InvariantError);
    expect(() => decodeDecisions(new Uint8Array())).toThrow(InvariantError);
  });

  test('refuse a segment that is no longer known', () => {
    const odd = { segment: 'Nobody' as never, sinceMs: 1, cause: 'event', reasons: [] } as const;
    const bytes = encodeDecisions({ ...nothing, standing: { ...odd, modelVersion: 'm', migrations: 0 } });
    expect(() => decodeDecisions(bytes)).toThrow(InvariantError);
  });
});

describe('encodePrediction and decodePrediction', () => {
  test('give back any prediction, also probabilities below what a number of the table can be', () => {
    const prediction = fc.record({
      asOfMs: fc.integer({ min: 0, max: 4e12 }),
      modelVersion: fc.string({ maxLength: 30 }),
      probabilityAlive: fc.double({ min: 1e-300, max: 1 }),
      expectedPurchases30: fc.double({ min: 0, max: 1e6 }).map((value) => value + 0),
      nextOrderAtMs: fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(prediction, (predicted) => {
        expect(decodePrediction(encodePrediction(predicted))).toEqual(predicted);
      }),
    );
  });

  test('refuse another schema version', () => {
    expect(() => decodePrediction(new Uint8Array([99, 0, 0]))).toThrow(InvariantError);
  });
});
