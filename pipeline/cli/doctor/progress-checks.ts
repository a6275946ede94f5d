import { GetRecordsCommand, GetShardIteratorCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { callAws } from '../../../sinks/aws-errors.ts';
import type { ShardCheckpoint } from '../../../sinks/checkpoint-store.ts';
import { listOpenShards } from '../../../sinks/open-shards.ts';
import type { ModelKind, Stores } from '../../../sinks/stores.ts';
import type { Settings } from '../../settings.ts';
import { listQuarantine } from '../list-quarantine.ts';
import { type Check, ok, warn } from './check.ts';

export interface ProgressOptions {
  readonly stores: Stores;
  readonly kinesis: KinesisClient;
  readonly settings: Settings;
  /** True when somebody is known to consume the stream at this moment. */
  readonly consumed: boolean;
  readonly nowMs: number;
}

/** Shards looked into: each costs one read of the five a second that a shard allows all its readers together. */
const shardsMax = 32;
/** A running pipeline further behind than this is worth a look, ms. */
const lagMsMax = 60_000;
/** Open quarantined records counted at most. */
const quarantineCountMax = 200;

/** How far each open shard has been processed, and how old what comes next is. */
export async function checkShards(options: ProgressOptions): Promise<Check> {
  const { stores, kinesis, settings, consumed, nowMs } = options;
  const checkpoints = new Map((await stores.checkpoints.shards()).map((shard) => [shard.shardId, shard]));
  const open = await listOpenShards(kinesis, settings.stream);
  const looked = open.slice(0, shardsMax);
  const lags: number[] = [];
  for (const { shardId } of looked) {
    lags.push(await lagMs(kinesis, settings.stream, shardId, checkpoints.get(shardId), nowMs));
  }
  const events = [...checkpoints.values()].reduce((sum, shard) => sum + shard.events, 0);
  const what = looked.length < open.length ? `${looked.length} of ${open.length} open shards` : 'open shards';
  const behind = lags.filter((lag) => lag > 0).length;
  const message = `${events.toLocaleString('en-GB')} events processed; `;
  if (behind === 0) return ok('progress', `${message}all ${what} read to their tip`);
  const worstMs = Math.max(...lags);
  const backlog = `${message}${behind} of ${looked.length} ${what} hold unread records, the oldest ${age(worstMs)} old`;
  if (!consumed) return warn('progress', backlog, 'tidemark start reads them');
  if (worstMs <= lagMsMax) return ok('progress', backlog);
  return warn('progress', backlog, 'look at the log and at throttling; more shards let it read more at once');
}

/** Age of the first record after the checkpoint, ms; 0 at the tip. */
async function lagMs(
  kinesis: KinesisClient,
  streamName: string,
  shardId: string,
  checkpoint: ShardCheckpoint | undefined,
  nowMs: number,
): Promise<number> {
  const started = checkpoint !== undefined && checkpoint.sequenceNumber !== '0';
  const { ShardIterator } = await callAws('GetShardIterator', { shardId }, () =>
    kinesis.send(
      new GetShardIteratorCommand({
        StreamName: streamName,
        ShardId: shardId,
        ShardIteratorType: started ? 'AFTER_SEQUENCE_NUMBER' : 'TRIM_HORIZON',
        ...(started ? { StartingSequenceNumber: checkpoint.sequenceNumber } : {}),
      }),
    ),
  );
  const { Records, MillisBehindLatest } = await callAws('GetRecords', { shardId }, () =>
    kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 1 })),
  );
  const arrivedAt = Records?.[0]?.ApproximateArrivalTimestamp;
  return arrivedAt === undefined ? (MillisBehindLatest ?? 0) : Math.max(1, nowMs - arrivedAt.getTime());
}

/** Where the clock stands, against the newest event and against this machine's clock. */
export async function checkClock({ stores, consumed, nowMs }: ProgressOptions): Promise<Check> {
  const clock = await stores.checkpoints.clock();
  const watermarks = (await stores.checkpoints.shards()).flatMap(({ watermarkMs }) => watermarkMs ?? []);
  const newestMs = watermarks.length === 0 ? undefined : Math.max(...watermarks);
  const newest = newestMs === undefined ? 'no events yet' : `newest event ${instant(newestMs)}`;
  if (!clock) return ok('clock', `has not started; ${newest}`);
  const message = `stands at ${instant(clock.sweptToMs)}; ${newest}; here it is ${instant(nowMs)}`;
  if (clock.inHand.length > 0 && !consumed) {
    const unfinished = `${message}; ${clock.inHand.length} customers were in hand when the last process ended`;
    return warn('clock', unfinished, 'tidemark start finishes them');
  }
  return ok('clock', message);
}

/** Which models are active, and how old they are by the pipeline's clock. */
export async function checkModels({ stores, settings, nowMs }: ProgressOptions): Promise<readonly Check[]> {
  const clockMs = (await stores.checkpoints.clock())?.sweptToMs ?? nowMs;
  const events = (await stores.checkpoints.shards()).reduce((sum, shard) => sum + shard.events, 0);
  const checks: Check[] = [];
  for (const kind of ['segments', 'consumption'] as const satisfies readonly ModelKind[]) {
    const active = (await stores.models.list(kind)).find((model) => model.active);
    if (active) {
      const ageDays = Math.max(0, (clockMs - active.fittedAtMs) / msPerDay);
      const message = `${active.version} is active, fitted ${ageDays.toFixed(1)} days ago by the pipeline’s clock`;
      const old = settings.refitDays > 0 && ageDays > 2 * settings.refitDays;
      checks.push(old ? warn(kind, message, 'tidemark fit says why no newer one comes') : ok(kind, message));
    } else if (events === 0) {
      checks.push(ok(kind, 'no model yet, and no events'));
    } else {
      const remedy = `it comes by itself from ${settings.fitCustomersMin} customers on; tidemark fit fits it now`;
      checks.push(warn(kind, 'no model is active', remedy));
    }
  }
  return checks;
}

/** How many quarantined records are open. */
export async function checkQuarantine({ stores }: ProgressOptions): Promise<Check> {
  const page = await listQuarantine(stores.quarantine, { limit: quarantineCountMax, status: 'open' });
  const count = page.items.length;
  if (count === 0) return ok('quarantine', 'no open records');
  const byReason = new Map<string, number>();
  for (const { rejection } of page.items) {
    byReason.set(rejection.reason, (byReason.get(rejection.reason) ?? 0) + 1);
  }
  const reasons = [...byReason].map(([reason, records]) => `${reason} ${records}`).join(', ');
  const figure = page.cursor === undefined ? `${count}` : `${count} or more`;
  const remedy = 'tidemark quarantine list shows them, tidemark quarantine replay sends them again';
  return warn('quarantine', `${figure} open records (${reasons})`, remedy);
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}

function age(durationMs: number): string {
  if (durationMs < 60_000) return `${Math.ceil(durationMs / 1000)} s`;
  if (durationMs < 3_600_000) return `${Math.round(durationMs / 60_000)} min`;
  return durationMs < 48 * 3_600_000
    ? `${Math.round(durationMs / 3_600_000)} h`
    : `${Math.round(durationMs / msPerDay)} days`;
}
