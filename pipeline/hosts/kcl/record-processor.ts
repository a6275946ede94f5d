import { DependencyError } from '../../../operators/errors.ts';
import type { RecordBatch, RecordPosition } from '../../../operators/event/record.ts';
import type { Log } from '../../log.ts';
import { pause } from '../../pause.ts';
import { untilDone } from '../../until-done.ts';
import type { LineInbox } from './line-inbox.ts';
import {
  type CheckpointAnswer,
  type DaemonMessage,
  parseDaemonMessage,
  protocolError,
  statusLine,
} from './protocol.ts';
import { endOfShard, endPosition, toRecordBatch } from './shard-batch.ts';
import { checkpointLease, type ShardCheckpointerOptions } from './shard-checkpointer.ts';

/** The chain, as one shard needs it. */
export interface ShardWorker {
  /** Takes up the shard where its stored progress stands. */
  open(shardId: string): Promise<void>;
  /** Resolves once all effects of the batch are stored; after a rejection the batch can be processed again. */
  process(batch: RecordBatch): Promise<unknown>;
}

export interface RecordProcessorOptions {
  readonly inbox: LineInbox;
  /** Writes to the daemon; resolves when the line is handed over. */
  readonly write: (line: string) => Promise<void>;
  readonly worker: ShardWorker;
  readonly log: Log;
  /** Default: a real wait. */
  readonly pause?: (durationMs: number) => Promise<void>;
  /** Times one checkpoint is asked for, 1... Default 5. */
  readonly checkpointAttemptsMax?: number;
}

type Phase = 'new' | 'open' | 'lease-lost' | 'over';

/**
 * Processes one shard for the daemon, until it closes the stream of lines.
 *
 * The daemon sends one message and waits for its status. A batch is acknowledged when all its effects are stored and
 * its checkpoint was asked for; what can be tried again is tried for as long as it takes, and the daemon waits with it.
 * A status that fails to come is the only thing that keeps the daemon from going on to the next batch, so whatever
 * can't be mended is thrown: the process must end, and the daemon with it, the checkpoint where it was.
 *
 * @returns `closed` when the stream ended between two messages, `cut-off` when it ended while one was in hand.
 * @throws TidemarkError of the chain, of the protocol or of the checkpoint: end the process without a word.
 */
export async function runRecordProcessor(options: RecordProcessorOptions): Promise<'closed' | 'cut-off'> {
  const processor = new RecordProcessor(options);
  try {
    for (;;) {
      const line = await options.inbox.next();
      if (line === undefined) return 'closed';
      await processor.take(parseDaemonMessage(line));
    }
  } catch (error) {
    if (error === cutOff) return 'cut-off';
    throw error;
  }
}

const cutOff = new DependencyError('kcl-closed', 'the daemon has closed the stream', { retryable: true });

class RecordProcessor {
  readonly #options: RecordProcessorOptions;
  readonly #checkpointer: ShardCheckpointerOptions;
  #phase: Phase = 'new';
  #shardId = '';
  /** Committed, and not yet stored in the lease table. */
  #behind: RecordPosition | undefined;

  constructor(options: RecordProcessorOptions) {
    this.#options = options;
    const { inbox, log, checkpointAttemptsMax } = options;
    this.#checkpointer = {
      log,
      write: (line) => this.#write(line),
      answer: () => this.#answer(),
      pause: options.pause ?? ((durationMs) => pause(durationMs, inbox.closed)),
      ...(checkpointAttemptsMax === undefined ? {} : { attemptsMax: checkpointAttemptsMax }),
    };
  }

  async take(message: DaemonMessage): Promise<void> {
    if (message.action === 'checkpoint') throw protocolError('an answer to a checkpoint nobody asked for');
    const wants = message.action === 'initialize' ? this.#phase === 'new' : this.#phase !== 'new';
    if (!wants || this.#phase === 'over') throw protocolError(`${message.action} came out of turn`);
    switch (message.action) {
      case 'initialize':
        await this.#initialize(message);
        break;
      case 'processRecords':
        await this.#process(toRecordBatch(this.#shardId, message));
        break;
      case 'shutdownRequested':
        if (this.#behind && this.#phase === 'open') await this.#checkpoint(this.#behind);
        break;
      case 'shardEnded':
        await this.#endShard();
        break;
      case 'leaseLost':
        // Whatever was acknowledged is stored; the next owner goes on from the checkpoint.
        this.#phase = 'over';
        break;
    }
    await this.#write(statusLine(message.action));
  }

  async #initialize({ shardId, sequenceNumber }: Extract<DaemonMessage, { action: 'initialize' }>) {
    this.#shardId = shardId;
    await this.#untilDone('reading the stored progress', () => this.#options.worker.open(shardId));
    this.#phase = 'open';
    this.#options.log.info({ shardId, from: sequenceNumber }, 'shard taken');
  }

  async #process(batch: RecordBatch): Promise<void> {
    // Without the lease nothing can be checkpointed: the next owner processes what is left out here.
    if (this.#phase === 'lease-lost') return;
    const end = endPosition(batch);
    if (!end) return;
    await this.#untilDone('processing a batch', () => this.#options.worker.process(batch));
    await this.#checkpoint(end);
  }

  async #endShard(): Promise<void> {
    if (this.#phase === 'open') {
      const end = endOfShard(this.#shardId);
      await this.#untilDone('storing the end of the shard', () => this.#options.worker.process(end));
      // Its children start when this one is checkpointed at its end, and only then.
      if ((await checkpointLease(undefined, this.#checkpointer)) === 'behind') {
        throw new DependencyError('kcl-checkpoint', 'the end of the shard could not be checkpointed', {
          context: { shardId: this.#shardId },
        });
      }
    }
    this.#phase = 'over';
  }

  async #checkpoint(at: RecordPosition): Promise<void> {
    const outcome = await checkpointLease(at, this.#checkpointer);
    this.#behind = outcome === 'behind' ? at : undefined;
    if (outcome === 'lease-lost') this.#phase = 'lease-lost';
  }

  async #untilDone(what: string, work: () => Promise<unknown>): Promise<void> {
    const { inbox, log } = this.#options;
    let done = false;
    const run = async () => {
      await work();
      done = true;
    };
    await untilDone(run, { signal: inbox.closed, log, what, context: { shardId: this.#shardId } });
    if (!done) throw cutOff;
  }

  async #answer(): Promise<CheckpointAnswer> {
    const line = await this.#options.inbox.next();
    if (line === undefined) throw cutOff;
    const message = parseDaemonMessage(line);
    if (message.action !== 'checkpoint') {
      throw protocolError(`${message.action} came in place of the answer to a checkpoint`);
    }
    return message;
  }

  async #write(line: string): Promise<void> {
    // Nobody is there to read it; what was stored stays stored.
    if (this.#options.inbox.closed.aborted) throw cutOff;
    await this.#options.write(line);
  }
}
