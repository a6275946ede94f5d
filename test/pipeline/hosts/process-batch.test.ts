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
const guard = (): TimeGuard => ({
  signal: new AbortController().signal,
  leftMs: () => 60_000,
  release: () => {},
});
const away = () => new DependencyError('outage', 'away', { retryable: true });

/** A time limit that only the waits use up. */
function virtualTime(limitMs: number) {
  const clock = { passedMs: 0 };
  const time: TimeGuard = { ...guard(), leftMs: () => Math.max(0, limitMs - clock.passedMs) };
  return { clock, time };
}

/** Runs a batch of records, and tells which were tried together, which were set aside, and how long was waited. */
async function run(
  given: readonly StreamRecord[],
  script: (batch: RecordBatch) => unknown,
  { clock, time } = virtualTime(60_000),
) {
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
    pause: async (delayMs) => {
      waits.push(delayMs);
      clock.passedMs += delayMs;
    },
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
  test('is tried again with waits that grow to five seconds, until there is no time for one more', async () => {
    const limit = virtualTime(118_000);
    const { tried, waits, aside, error } = await run(
      records(2),
      () => {
        throw away();
      },
      limit,
    );
    expect(waits.slice(0, 7)).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000]);
    expect(new Set(waits.slice(6))).toEqual(new Set([5_000]));
    expect(limit.time.leftMs()).toBeGreaterThan(0);
    expect(limit.time.leftMs()).toBeLessThanOrEqual(5_000);
    expect(tried).toHaveLength(waits.length + 1);
    expect(aside).toEqual([]);
    expect(error).toMatchObject({ code: 'outage' });
  });

  test('takes effect when it passes shortly before the time limit', async () => {
    const limit = virtualTime(118_000);
    const { error } = await run(
      records(2),
      () => {
        if (limit.clock.passedMs < 110_000) throw away();
      },
      limit,
    );
    expect(error).toBeUndefined();
  });

  test('without a limit is tried for hours', async () => {
    const limit = virtualTime(Number.POSITIVE_INFINITY);
    const { error } = await run(
      records(1),
      () => {
        if (limit.clock.passedMs < 6 * 3_600_000) throw away();
      },
      limit,
    );
    expect(error).toBeUndefined();
  });

  test('is not waited for beyond the time there is', async () => {
    const { tried, waits, error } = await run(
      records(1),
      () => {
        throw away();
      },
      virtualTime(250),
    );
    expect([tried.length, waits]).toEqual([2, [100]]);
    expect(error).toMatchObject({ code: 'outage' });
  });

  test('ends at an abort although the limit knows no time', async () => {
    const ending = new AbortController();
    const limit = virtualTime(Number.POSITIVE_INFINITY);
    const { tried, error } = await run(
      records(1),
      () => {
        if (limit.clock.passedMs > 10_000) ending.abort();
        throw away();
      },
      { ...limit, time: { ...limit.time, signal: ending.signal } },
    );
    expect(tried.length).toBeGreaterThan(5);
    expect(error).toMatchObject({ retryable: true });
    const late = await run(records(1), () => {}, {
      ...limit,
      time: { ...limit.time, signal: ending.signal },
    });
    expect(late.tried).toEqual([]);
    expect(late.error).toMatchObject({ code: 'out-of-time' });
  });

  test('without time nothing is begun', async () => {
    const { tried, error } = await run(records(1), () => {}, virtualTime(0));
    expect(tried).toEqual([]);
    expect(error).toMatchObject({ code: 'out-of-time', retryable: true });
  });
});
