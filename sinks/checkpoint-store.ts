import type { RecordPosition } from '../operators/event/record.ts';
import type { PopulationSnapshot } from '../operators/population/population-snapshot.ts';
import type { SegmentForecast } from '../operators/population/segment-forecast.ts';
import type { SegmentCandidate } from '../operators/segments/segment-candidate.ts';

/** How far one shard has been processed: everything at or before the position has taken effect. */
export interface ShardCheckpoint extends RecordPosition {
  readonly shardId: string;
  /** Largest event time seen on the shard, UTC milliseconds; undefined before the first event. */
  readonly watermarkMs: number | undefined;
  /** Valid events read from the shard up to the position, duplicates included. */
  readonly events: number;
  /** Records quarantined up to the position. */
  readonly quarantined: number;
  /** The shard was closed by a split or merge and has been read to its end. */
  readonly ended: boolean;
}

/** How far a shard's event time has come, where several work on the shard at once and none knows an exact position. */
export interface ShardWatermark {
  readonly shardId: string;
  /** Largest event time seen on the shard, UTC milliseconds. */
  readonly watermarkMs: number;
  /** Age of the record it came with when it had taken effect, milliseconds. */
  readonly lagMs: number;
}

/** What the tables held when they were last counted; for a status that must not read them whole. */
export interface Census {
  readonly takenAtMs: number;
  readonly customers: number;
  readonly eventsApplied: number;
  readonly segmentCounts: Readonly<Record<string, number>>;
  readonly migrationsByCause: Readonly<Record<string, number>>;
  readonly quarantinedByReason: Readonly<Record<string, number>>;
}

/** Where the event clock and its sweep stand; survives a crash in the middle of a sweep. */
export interface ClockCheckpoint {
  /** Every timer at or before this instant has fired. */
  readonly sweptToMs: number;
  /** Customers of the page in hand: their outboxes are published again after a crash. */
  readonly inHand: readonly string[];
}

/** How far a file has been sent: the first `sent` events of the file with this fingerprint are on the stream. */
export interface ImportCheckpoint {
  readonly fingerprint: string;
  readonly sent: number;
  readonly finished: boolean;
}

/** How far the customers have been reassigned to a newly activated segment model. */
export interface RolloutCheckpoint {
  readonly modelVersion: string;
  /** Scan cursor of the page in hand; undefined at the start. */
  readonly cursor: string | undefined;
  readonly finished: boolean;
  /** When the first pass began, wall clock, UTC milliseconds; only where there is to be a second. */
  readonly begunAtMs?: number | undefined;
  /** True when all customers have been passed once. */
  readonly passedOnce?: boolean;
}

export interface CheckpointStore {
  shards(): Promise<readonly ShardCheckpoint[]>;
  /** Keeps the one that is further: a worker that has lost its shard takes nothing back. */
  putShard(checkpoint: ShardCheckpoint): Promise<void>;
  watermarks(): Promise<readonly ShardWatermark[]>;
  /** Keeps the later of the stored and the given watermark, whoever writes last. */
  raiseWatermark(watermark: ShardWatermark): Promise<void>;
  census(): Promise<Census | undefined>;
  putCensus(census: Census): Promise<void>;
  /** Forecasts by segment, oldest first: thirteen a year. */
  forecasts(): Promise<readonly SegmentForecast[]>;
  /** Puts it in the place of the one made at the same instant, if there is one. */
  putForecast(forecast: SegmentForecast): Promise<void>;
  /** The population's figures as last counted; undefined before the first count. */
  population(): Promise<PopulationSnapshot | undefined>;
  /** @throws TidemarkError `population-too-large` beyond 15 MB deflated. */
  putPopulation(snapshot: PopulationSnapshot): Promise<void>;
  clock(): Promise<ClockCheckpoint | undefined>;
  putClock(checkpoint: ClockCheckpoint): Promise<void>;
  import(fingerprint: string): Promise<ImportCheckpoint | undefined>;
  putImport(checkpoint: ImportCheckpoint): Promise<void>;
  imports(): Promise<readonly ImportCheckpoint[]>;
  /** What the active segment model would have become by now; undefined before the first slice of the customers. */
  candidate(): Promise<SegmentCandidate | undefined>;
  putCandidate(candidate: SegmentCandidate): Promise<void>;
  rollout(): Promise<RolloutCheckpoint | undefined>;
  putRollout(checkpoint: RolloutCheckpoint): Promise<void>;
}
