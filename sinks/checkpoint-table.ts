import type { SegmentForecast } from '../operators/population/segment-forecast.ts';
import type { SegmentCandidate } from '../operators/segments/segment-candidate.ts';
import type {
  Census,
  CheckpointStore,
  ClockCheckpoint,
  ImportCheckpoint,
  RolloutCheckpoint,
  ShardCheckpoint,
  ShardWatermark,
} from './checkpoint-store.ts';
import { populationParts } from './population-parts.ts';
import type { Item, TableAccess } from './table-access.ts';

/** There is one event clock and one roll-out at a time in a deployment. */
const soleName = 'current';

/** Keeps progress, one small item each, in the table of checkpoints. All reads are strongly consistent. */
export function checkpointTable(table: TableAccess): CheckpointStore {
  const put = async (kind: string, name: string, body: object) => {
    await table.put({ ...body, kind, name });
  };
  const list = async (kind: string) => {
    const items: Item[] = [];
    const input = {
      KeyConditionExpression: '#kind = :kind',
      ExpressionAttributeNames: { '#kind': 'kind' },
      ExpressionAttributeValues: { ':kind': kind },
      ConsistentRead: true,
    };
    for await (const item of table.queryAll(input)) items.push(item);
    return items;
  };
  return {
    async shards() {
      return (await list('shard')).map(toShard);
    },
    async putShard(checkpoint) {
      const progress = progressOf(checkpoint);
      const item = { ...checkpoint, progress, kind: 'shard', name: checkpoint.shardId };
      // A conflict: a worker that has lost its shard comes late, and the one that has it is further.
      await table.put(item, {
        expression: 'attribute_not_exists(#progress) OR #progress <= :progress',
        names: { '#progress': 'progress' },
        values: { ':progress': progress },
      });
    },
    async watermarks() {
      return (await list('watermark')).map(toWatermark);
    },
    async raiseWatermark(watermark) {
      const item = { ...watermark, kind: 'watermark', name: watermark.shardId };
      // A conflict says that a later one is stored: what this one stands for has been said already.
      await table.put(item, {
        expression: 'attribute_not_exists(watermarkMs) OR watermarkMs <= :given',
        values: { ':given': watermark.watermarkMs },
      });
    },
    async census() {
      const item = await table.get({ kind: 'census', name: soleName });
      return item && toCensus(item);
    },
    async putCensus(census) {
      await put('census', soleName, census);
    },
    ...populationParts(table),
    async forecasts() {
      // In order of their names, which are their instants.
      return (await list('forecast')).map((item) => JSON.parse(item.body as string) as SegmentForecast);
    },
    async putForecast(forecast) {
      await put('forecast', String(forecast.atMs).padStart(15, '0'), { body: JSON.stringify(forecast) });
    },
    async clock() {
      const item = await table.get({ kind: 'clock', name: soleName });
      return item && toClock(item);
    },
    async putClock(checkpoint) {
      await put('clock', soleName, checkpoint);
    },
    async import(fingerprint) {
      const item = await table.get({ kind: 'import', name: fingerprint });
      return item && toImport(item);
    },
    async putImport(checkpoint) {
      await put('import', checkpoint.fingerprint, checkpoint);
    },
    async imports() {
      return (await list('import')).map(toImport);
    },
    async candidate() {
      const item = await table.get({ kind: 'candidate', name: soleName });
      return item && (JSON.parse(item.body as string) as SegmentCandidate);
    },
    async putCandidate(candidate) {
      // As text: a list of numbers takes several times the bytes as DynamoDB's own.
      await put('candidate', soleName, { body: JSON.stringify(candidate) });
    },
    async rollout() {
      const item = await table.get({ kind: 'rollout', name: soleName });
      return item && toRollout(item);
    },
    async putRollout(checkpoint) {
      await put('rollout', soleName, checkpoint);
    },
  };
}

/** Longest sequence number that Kinesis gives, decimal digits. */
const sequenceDigits = 56;

/** Sorts as the position does, and the shard's end after its last position. */
function progressOf({ sequenceNumber, subSequence, ended }: ShardCheckpoint): string {
  const position = sequenceNumber.padStart(sequenceDigits, '0');
  return `${position}/${String(subSequence).padStart(10, '0')}/${ended ? 1 : 0}`;
}

function toShard(item: Item): ShardCheckpoint {
  return {
    shardId: item.shardId as string,
    sequenceNumber: item.sequenceNumber as string,
    subSequence: item.subSequence as number,
    watermarkMs: item.watermarkMs as number | undefined,
    events: item.events as number,
    quarantined: item.quarantined as number,
    ended: item.ended as boolean,
  };
}

function toWatermark(item: Item): ShardWatermark {
  return {
    shardId: item.shardId as string,
    watermarkMs: item.watermarkMs as number,
    lagMs: item.lagMs as number,
  };
}

function toCensus(item: Item): Census {
  return {
    takenAtMs: item.takenAtMs as number,
    customers: item.customers as number,
    eventsApplied: item.eventsApplied as number,
    segmentCounts: item.segmentCounts as Census['segmentCounts'],
    migrationsByCause: item.migrationsByCause as Census['migrationsByCause'],
    quarantinedByReason: item.quarantinedByReason as Census['quarantinedByReason'],
  };
}

function toClock(item: Item): ClockCheckpoint {
  return { sweptToMs: item.sweptToMs as number, inHand: item.inHand as readonly string[] };
}

function toImport(item: Item): ImportCheckpoint {
  return {
    fingerprint: item.fingerprint as string,
    sent: item.sent as number,
    finished: item.finished as boolean,
  };
}

function toRollout(item: Item): RolloutCheckpoint {
  return {
    modelVersion: item.modelVersion as string,
    cursor: item.cursor as string | undefined,
    finished: item.finished as boolean,
    begunAtMs: item.begunAtMs as number | undefined,
    passedOnce: item.passedOnce as boolean,
  };
}
