import { PassThrough } from 'node:stream';
import type { RecordBatch } from '../../../../operators/event/record.ts';
import { LineInbox } from '../../../../pipeline/hosts/kcl/line-inbox.ts';
import { runRecordProcessor, type ShardWorker } from '../../../../pipeline/hosts/kcl/record-processor.ts';
import type { Log } from '../../../../pipeline/log.ts';

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** One record as the daemon sends it. */
export function daemonRecord(sequenceNumber: number, fields: Record<string, unknown> = {}) {
  return {
    action: 'record',
    data: Buffer.from(`record ${sequenceNumber}`).toString('base64'),
    partitionKey: 'c-1',
    sequenceNumber: String(sequenceNumber),
    approximateArrivalTimestamp: 1_700_000_000_000,
    subSequenceNumber: 0,
    ...fields,
  };
}

export function processRecords(...records: readonly object[]) {
  return { action: 'processRecords', records, millisBehindLatest: 0 };
}

export const initialize = {
  action: 'initialize',
  shardId: 'shardId-000000000000',
  sequenceNumber: 'TRIM_HORIZON',
  subSequenceNumber: 0,
};

export interface DaemonDoubleOptions {
  readonly worker?: Partial<ShardWorker>;
  /** What each checkpoint is answered with, in their order; undefined and beyond the end: stored. `gone`: the daemon dies. */
  readonly checkpointErrors?: readonly (string | undefined)[];
  readonly checkpointAttemptsMax?: number;
}

/** Plays the daemon: sends a message, waits for its status, answers the checkpoints in between. */
export function startDaemonDouble(options: DaemonDoubleOptions = {}) {
  const input = new PassThrough();
  const events: string[] = [];
  const batches: RecordBatch[] = [];
  const pauses: number[] = [];
  const errors = [...(options.checkpointErrors ?? [])];
  let acknowledged: (() => void) | undefined;
  const say = (message: object | string) => {
    input.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
  };
  const write = async (line: string) => {
    const message = JSON.parse(line) as Record<string, unknown>;
    if (message.action === 'status') {
      events.push(`status ${message.responseFor}`);
      acknowledged?.();
      return;
    }
    const { sequenceNumber, subSequenceNumber } = message;
    events.push(`checkpoint ${sequenceNumber}/${subSequenceNumber}`);
    const error = errors.shift();
    if (error === 'gone') {
      input.end();
      return;
    }
    say({ action: 'checkpoint', sequenceNumber, subSequenceNumber, ...(error ? { error } : {}) });
  };
  const worker: ShardWorker = {
    async open(shardId) {
      events.push(`open ${shardId}`);
      await options.worker?.open?.(shardId);
    },
    async process(batch) {
      events.push(`process ${batch.shardEnded ? 'end' : batch.records.length}`);
      await options.worker?.process?.(batch);
      batches.push(batch);
      events.push('committed');
    },
  };
  const ended = runRecordProcessor({
    inbox: new LineInbox(input),
    write,
    worker,
    log: silentLog,
    pause: async (durationMs) => {
      pauses.push(durationMs);
    },
    ...(options.checkpointAttemptsMax === undefined
      ? {}
      : { checkpointAttemptsMax: options.checkpointAttemptsMax }),
  });
  // A test that expects it to fail looks at it later.
  ended.catch(() => {});
  return {
    events,
    batches,
    pauses,
    ended,
    say,
    /** Closes the processor's stdin. */
    close: () => input.end(),
    /** Sends each message once the one before was acknowledged, closes stdin, and gives how the processor ended. */
    async play(...messages: readonly object[]): Promise<'closed' | 'cut-off'> {
      for (const message of messages) {
        const status = new Promise<void>((resolve) => {
          acknowledged = resolve;
        });
        say(message);
        await Promise.race([status, ended]);
      }
      input.end();
      return ended;
    },
  };
}
