import { describe, expect, test } from 'vitest';
import { DependencyError, InvariantError } from '../../../operators/errors.ts';
import type { RecordBatch, StreamRecord } from '../../../operators/event/record.ts';
import type { TimeGuard } from '../../../pipeline/hosts/lambda/time-guard.ts';
import { processBatch } from '../../../pipeline/hosts/process-batch.ts';
import { recordBatch, streamRecord } from '../../fixtures/batches.ts';
import { boughtOn } from '../../fixtures/purchases.ts';
import { aggregated } from '../../fixtures/shard-records.ts';

const records = (count: number) =>
  Array.from({ length: count }, (_, index) => streamRecord(index, boughtOn(index)));
const sequences = (batch: { readonly records: readonly StreamRecord[] }) =>
  batch.records.map(({ sequenceNumber }) => Number(sequenceNumber));
const guard = (leftMs = 60_000): TimeGuard => ({
  signal: new AbortController().signal,
  leftMs: () => leftMs,
  release: () => {},
});
const away = () => new DependencyError('outage', 'away', { retryable: true });

/** Runs a batch of records, and tells which were tried together, which were set aside, and how long was waited. */
async function run(given: readonly StreamRecord[], script: (batch: RecordBatch) => unknown, time = guard()) {
  const tried: number[][] = [];
  const aside: StreamRecord[] = [];
  const waits: number[] = [];
  const done = processBatch(recordBatch(given), {
    guard: time,
    process: async (batch) => {
      tried.push(sequences(batch));
      return script(batch);
    },
    setAside: async (record) => void aside.push(record),
    onRetry: () => {},
    pause: async (delayMs) => void waits.push(delayMs),
  });
  const error = await done.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { tried, aside, waits, error };
}

const breaks = (bad: number) => (batch: RecordBatch) => {
  if (sequences(batch).includes(bad)) throw new InvariantError('broken');
};

describe('a batch that its records break', () => {
  test('is halved in order until the one record is alone, and only that is set aside', async () => {
    const { tried, aside, error } = await run(records(8), breaks(5));
    expect(tried).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], [4, 5, 6, 7], [4, 5], [4], [5], [6, 7]]);
    expect(sequences({ records: aside })).toEqual([5]);
    expect(error).toBeUndefined();
  });

  test('costs at most two tries a halving for each of them', async () => {
    const { tried } = await run(records(512), breaks(300));
    expect(tried.length).toBeLessThanOrEqual(1 + 2 * Math.log2(512));
  });

  test('takes an aggregated record apart, under its own key', async () => {
    const record = aggregated(9, [boughtOn(1), boughtOn(2), boughtOn(3)]);
    const { aside } = await run([record], (batch) => {
      if (batch.records.length > 1 || batch.records[0]?.subSequence === 1) throw new TypeError('a bug');
      if (batch.records[0]?.data === record.data) throw new TypeError('whole');
    });
    expect(aside).toMatchObject([{ sequenceNumber: '9', subSequence: 1, partitionKey: record.partitionKey }]);
  });
});

describe('a failure that may pass', () => {
  test('is tried again five times with growing waits, and then told', async () => {
    const { tried, waits, aside, error } = await run(records(2), () => {
      throw away();
    });
    expect(tried).toHaveLength(5);
    expect(waits).toEqual([100, 200, 400, 800]);
    expect(aside).toEqual([]);
    expect(error).toMatchObject({ code: 'outage' });
  });

  test('is not waited for beyond the time there is', async () => {
    const { tried, waits, error } = await run(
      records(1),
      () => {
        throw away();
      },
      guard(150),
    );
    expect([tried.length, waits]).toEqual([2, [100]]);
    expect(error).toMatchObject({ code: 'outage' });
  });

  test('without time nothing is begun', async () => {
    const { tried, error } = await run(records(1), () => {}, guard(0));
    expect(tried).toEqual([]);
    expect(error).toMatchObject({ code: 'out-of-time', retryable: true });
  });
});
