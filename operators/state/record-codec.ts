import avro from 'avsc';
import type { PredictionSummary, ShardMark } from '../customer-record.ts';
import { InvariantError } from '../errors.ts';
import {
  type Migration,
  type MigrationCause,
  type SegmentReason,
  type SegmentStanding,
  segmentFeatureNames,
  segmentNames,
} from '../segments/segment-model.ts';
import { decodeVersioned, encodeVersioned } from './versioned-avro.ts';

/** What a customer's item holds beside the order-proof state: the way the events came, and what was decided. */
export interface Decisions {
  readonly marks: readonly ShardMark[];
  readonly standing: SegmentStanding | undefined;
  readonly outbox: readonly Migration[];
}

const decisionsSchemaVersion = 1;
const causes: readonly MigrationCause[] = ['event', 'time', 'model'];

const reasonsSchema = {
  type: 'array',
  items: {
    type: 'record',
    name: 'Reason',
    fields: [
      { name: 'feature', type: 'int' },
      { name: 'value', type: 'double' },
      { name: 'before', type: ['null', 'double'] },
      { name: 'weight', type: 'double' },
    ],
  },
} as const;

const decisionsType = avro.Type.forSchema({
  type: 'record',
  name: 'Decisions',
  fields: [
    {
      name: 'marks',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Mark',
          fields: [
            { name: 'shard', type: 'string' },
            { name: 'sequence', type: 'bytes' },
            { name: 'subSequence', type: 'int' },
          ],
        },
      },
    },
    {
      name: 'standing',
      type: [
        'null',
        {
          type: 'record',
          name: 'Standing',
          fields: [
            { name: 'segment', type: 'int' },
            { name: 'sinceMs', type: 'long' },
            { name: 'cause', type: 'int' },
            { name: 'reasons', type: reasonsSchema },
            { name: 'modelVersion', type: 'string' },
            { name: 'migrations', type: 'int' },
          ],
        },
      ],
    },
    {
      name: 'outbox',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Moved',
          fields: [
            { name: 'id', type: 'string' },
            { name: 'customerId', type: 'string' },
            { name: 'ordinal', type: 'int' },
            { name: 'atMs', type: 'long' },
            { name: 'from', type: 'int' },
            { name: 'to', type: 'int' },
            { name: 'cause', type: 'int' },
            { name: 'reasons', type: { type: 'array', items: 'Reason' } },
            { name: 'distanceFrom', type: 'double' },
            { name: 'distanceTo', type: 'double' },
            { name: 'modelVersion', type: 'string' },
            { name: 'spend365Micros', type: 'long' },
          ],
        },
      },
    },
  ],
} as avro.Schema);

interface StoredReason {
  feature: number;
  value: number;
  before: number | null;
  weight: number;
}

interface StoredMark {
  shard: string;
  sequence: Buffer;
  subSequence: number;
}

type StoredMigration = Omit<Migration, 'from' | 'to' | 'cause' | 'reasons'> & {
  from: number;
  to: number;
  cause: number;
  reasons: StoredReason[];
};

type StoredStanding = Omit<SegmentStanding, 'segment' | 'cause' | 'reasons'> & {
  segment: number;
  cause: number;
  reasons: StoredReason[];
};

interface StoredDecisions {
  marks: StoredMark[];
  standing: StoredStanding | null;
  outbox: StoredMigration[];
}

export function encodeDecisions(decisions: Decisions): Uint8Array {
  const { standing } = decisions;
  return encodeVersioned(decisionsType, decisionsSchemaVersion, {
    marks: decisions.marks.map(packMark),
    standing: standing === undefined ? null : packStanding(standing),
    outbox: decisions.outbox.map(packMigration),
  });
}

/** @throws InvariantError for another schema version. */
export function decodeDecisions(bytes: Uint8Array): Decisions {
  const stored = decodeVersioned<StoredDecisions>(decisionsType, decisionsSchemaVersion, bytes, 'decisions');
  return {
    marks: stored.marks.map(unpackMark),
    standing: stored.standing === null ? undefined : unpackStanding(stored.standing),
    outbox: stored.outbox.map(unpackMigration),
  };
}

const predictionSchemaVersion = 1;

const predictionType = avro.Type.forSchema({
  type: 'record',
  name: 'Prediction',
  fields: [
    { name: 'asOfMs', type: 'long' },
    { name: 'modelVersion', type: 'string' },
    { name: 'probabilityAlive', type: 'double' },
    { name: 'expectedPurchases30', type: 'double' },
    { name: 'nextOrderAtMs', type: ['null', 'long'] },
  ],
} as avro.Schema);

type StoredPrediction = Omit<PredictionSummary, 'nextOrderAtMs'> & { nextOrderAtMs: number | null };

export function encodePrediction(prediction: PredictionSummary): Uint8Array {
  const stored: StoredPrediction = { ...prediction, nextOrderAtMs: prediction.nextOrderAtMs ?? null };
  return encodeVersioned(predictionType, predictionSchemaVersion, stored);
}

/** @throws InvariantError for another schema version. */
export function decodePrediction(bytes: Uint8Array): PredictionSummary {
  const stored = decodeVersioned<StoredPrediction>(
    predictionType,
    predictionSchemaVersion,
    bytes,
    'prediction',
  );
  return { ...stored, nextOrderAtMs: stored.nextOrderAtMs ?? undefined };
}

const usualShardId = /^shardId-(\d{12})$/;

/** A usual shard id shrinks to its number; any other is kept behind a tilde. */
function packMark(mark: ShardMark): StoredMark {
  const usual = usualShardId.exec(mark.shardId);
  const hex = BigInt(mark.sequenceNumber).toString(16);
  return {
    shard: usual ? String(Number(usual[1])) : `~${mark.shardId}`,
    sequence: Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'),
    subSequence: mark.subSequence,
  };
}

function unpackMark(stored: StoredMark): ShardMark {
  return {
    shardId: stored.shard.startsWith('~')
      ? stored.shard.slice(1)
      : `shardId-${stored.shard.padStart(12, '0')}`,
    sequenceNumber: BigInt(`0x${stored.sequence.toString('hex')}`).toString(),
    subSequence: stored.subSequence,
  };
}

function packStanding(standing: SegmentStanding): StoredStanding {
  return {
    ...standing,
    segment: segmentNames.indexOf(standing.segment),
    cause: causes.indexOf(standing.cause),
    reasons: standing.reasons.map(packReason),
  };
}

function unpackStanding(stored: StoredStanding): SegmentStanding {
  return {
    segment: at(segmentNames, stored.segment),
    sinceMs: stored.sinceMs,
    cause: at(causes, stored.cause),
    reasons: stored.reasons.map(unpackReason),
    modelVersion: stored.modelVersion,
    migrations: stored.migrations,
  };
}

function packMigration(migration: Migration): StoredMigration {
  return {
    ...migration,
    from: segmentNames.indexOf(migration.from),
    to: segmentNames.indexOf(migration.to),
    cause: causes.indexOf(migration.cause),
    reasons: migration.reasons.map(packReason),
  };
}

function unpackMigration(stored: StoredMigration): Migration {
  return {
    id: stored.id,
    customerId: stored.customerId,
    ordinal: stored.ordinal,
    atMs: stored.atMs,
    from: at(segmentNames, stored.from),
    to: at(segmentNames, stored.to),
    cause: at(causes, stored.cause),
    reasons: stored.reasons.map(unpackReason),
    distanceFrom: stored.distanceFrom,
    distanceTo: stored.distanceTo,
    modelVersion: stored.modelVersion,
    spend365Micros: stored.spend365Micros,
  };
}

function packReason(reason: SegmentReason): StoredReason {
  return {
    feature: segmentFeatureNames.indexOf(reason.feature),
    value: reason.value,
    before: reason.before ?? null,
    weight: reason.weight,
  };
}

function unpackReason(stored: StoredReason): SegmentReason {
  return {
    feature: at(segmentFeatureNames, stored.feature),
    value: stored.value,
    before: stored.before ?? undefined,
    weight: stored.weight,
  };
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new InvariantError(`stored index ${index} is out of range`);
  return value;
}
