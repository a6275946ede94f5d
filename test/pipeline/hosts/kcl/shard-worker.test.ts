import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  DependencyError,
  InvariantError,
  ThrottledError,
  TidemarkError,
} from '../../../../operators/errors.ts';
import type { RecordBatch, StreamRecord } from '../../../../operators/event/record.ts';
import { endOfShard } from '../../../../pipeline/hosts/kcl/shard-batch.ts';
import { shardWorker } from '../../../../pipeline/hosts/kcl/shard-worker.ts';
import type { Log } from '../../../../pipeline/log.ts';
import { PipelineCounters } from '../../../../pipeline/pipeline-counters.ts';
import type { ShardCheckpoint } from '../../../../sinks/checkpoint-store.ts';
import { memoryStores } from '../../../fixtures/memory-stores.ts';
import { silentLog } from './daemon-double.ts';

const shardId = 'shardId-000000000000';

function record(number: number): StreamRecord {
  return {
    sequenceNumber: '7',
    subSequence: number,
    partitionKey: '',
    data: Buffer.from(`record ${number}`),
    arrivedAtMs: 1_700_000_000_000,
  };
}

function batch(count: number): RecordBatch {
  const records = Array.from({ length: count }, (_, index) => record(index));
  return { shardId, records, behindMs: 0, atTip: false, shardEnded: false };
}

function open(process: (batch: RecordBatch) => Promise<void>, log: Log = silentLog) {
  const stores = memoryStores();
  const counters = new PipelineCounters();
  const taken: number[] = [];
  const worker = shardWorker({
    worker: {
      counters,
      process: async (given) => {
        await process(given);
        taken.push(...given.records.map(({ subSequence }) => subSequence));
        return undefined as never;
      },
    },
    stores,
    log,
    closed: new AbortController().signal,
  });
  const quarantined = async () => {
    const { items } = await stores.quarantine.list({ limit: 100 });
    return items.map(({ subSequence, rejection }) => `${subSequence} ${rejection.reason}`).sort();
  };
  return { worker, stores, counters, taken, quarantined };
}

/** A chain that a record of one of these numbers breaks. */
const broken = (numbers: readonly number[]) => async (given: RecordBatch) => {
  if (given.records.some(({ subSequence }) => numbers.includes(subSequence))) {
    throw new InvariantError('breaks');
  }
};

describe('the worker of a shard', () => {
  test('takes up the progress that the tables have of its shard', async () => {
    const { worker, stores, counters } = open(async () => {});
    const progress: ShardCheckpoint = {
      shardId,
      sequenceNumber: '12',
      subSequence: 3,
      watermarkMs: 1_000,
      events: 40,
      quarantined: 2,
      ended: false,
    };
    await stores.checkpoints.putShard(progress);
    await stores.checkpoints.putShard({ ...progress, shardId: 'shardId-000000000001' });
    await worker.open(shardId);
    expect([...counters.shards.values()]).toEqual([progress]);
  });

  test('puts a record that breaks its processing into quarantine, and processes the others', async () => {
    const { worker, taken, quarantined } = open(broken([3]));
    await worker.process(batch(8));
    expect(taken).toEqual([0, 1, 2, 4, 5, 6, 7]);
    expect(await quarantined()).toEqual(['3 processing-failed']);
  });

  test('puts ten of a batch aside, and takes the eleventh for a fault of its own', async () => {
    const numbers = Array.from({ length: 11 }, (_, index) => index);
    const ten = open(broken(numbers.slice(0, 10)));
    await ten.worker.process(batch(12));
    expect(await ten.quarantined()).toHaveLength(10);
    await expect(open(broken(numbers)).worker.process(batch(12))).rejects.toThrow('more than 10 records');
  });

  test('blames no record for a service that refuses', async () => {
    const refused = new DependencyError('service-refused', 'no permission');
    const { worker, quarantined } = open(async () => {
      throw refused;
    });
    await expect(worker.process(batch(2))).rejects.toBe(refused);
    expect(await quarantined()).toEqual([]);
  });

  test('tries again what may pass', async () => {
    let failures = 1;
    const { worker, taken } = open(async () => {
      if (failures-- > 0) throw new ThrottledError('throttled', 'slow down', { retryable: true });
    });
    await worker.process(batch(2));
    expect(taken).toEqual([0, 1]);
  });

  test('names no customer in its log, whatever failed', async () => {
    const lines: string[] = [];
    const write = (fields: unknown, message?: string) =>
      void lines.push(inspect([fields, message], { depth: 9 }));
    const log: Log = { debug: write, info: write, warn: write, error: write };
    const context = { customerIds: ['secret-customer'] };
    const failures = [
      new DependencyError('write-conflict', 'a customer was written by others', { retryable: true, context }),
      new TidemarkError('too-large', 'secret-customer is too large', { context }),
      new TypeError('secret-customer is not iterable'),
    ];
    let calls = 0;
    const { worker, quarantined } = open(async () => {
      calls += 1;
      throw calls === 1 ? failures[0] : failures[1 + (calls % 2)];
    }, log);
    await worker.process(batch(2));
    expect(await quarantined()).toHaveLength(2);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain('write-conflict');
    expect(lines.join('\n')).not.toContain('secret-customer');
  });

  test('fails at the end of a shard with whatever failed', async () => {
    const { worker } = open(async () => {
      throw new InvariantError('breaks');
    });
    await expect(worker.process(endOfShard(shardId))).rejects.toThrow('breaks');
  });
});
