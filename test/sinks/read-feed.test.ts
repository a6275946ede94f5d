import { describe, expect, test } from 'vitest';
import { msPerDay } from '../../operators/state/customer-state.ts';
import { openStores, type StoresOptions } from '../../sinks/open-stores.ts';
import { migration } from '../contracts/records.ts';
import { FakeTables, names } from '../faults/fake-tables.ts';
import { createRandom } from '../faults/random.ts';

type Command = { readonly input: unknown };
type Answer = ReturnType<FakeTables['execute']>;

/** Tables of their own with a clock that is set by hand; `around` stands between the stores and the service. */
function feedBench(
  options: Partial<StoresOptions> = {},
  around: (command: Command, execute: () => Answer) => unknown = (_, execute) => execute(),
) {
  const clock = { nowMs: Date.UTC(2026, 2, 1, 12) };
  const calls = { count: 0 };
  const tables = new FakeTables({
    nowMs: () => clock.nowMs,
    random: createRandom(1),
    indexLagMs: () => 0,
    unprocessed: () => false,
    knowsStatements: true,
    ignoreConditions: () => false,
    onConflict: () => {},
    onWrite: () => {},
  });
  const send = async (command: Command) => {
    calls.count += 1;
    return around(command, () => tables.execute(command));
  };
  const open = (more: Partial<StoresOptions> = {}) =>
    openStores({ send } as never, names, { nowMs: () => clock.nowMs, ...options, ...more });
  return { clock, calls, open, stores: open() };
}

const move = (customerId: string, ordinal = 1) =>
  migration({ customerId, ordinal, id: `${customerId}/${ordinal}` });

describe('the feed', () => {
  test('lists nothing that lies behind a publication under way: whoever goes on after the first misses none', async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { clock, stores } = feedBench({}, async (command, execute) => {
      if (JSON.stringify(command.input).includes('"slow"')) await gate;
      return execute();
    });
    await stores.migrations.publish([move('first')]);
    clock.nowMs += 1;
    const slow = stores.migrations.publish([move('slow')]);
    await new Promise(setImmediate);
    clock.nowMs += 1;
    await stores.migrations.publish([move('quick')]);

    const listed = await stores.migrations.feedLatest({ limit: 10 });
    expect(listed.items.map(({ customerId }) => customerId)).toEqual(['first']);
    const start = await stores.migrations.feedStart();
    expect(start).toBe(listed.items[0]?.feedKey);
    open();
    await slow;
    const rest = await stores.migrations.feedAfter(start, 10);
    expect(rest.map(({ customerId }) => customerId)).toEqual(['slow', 'quick']);
  });

  test('goes on over pages of which all have expired, and begins at now where nothing else is left', async () => {
    const { clock, calls, stores } = feedBench({ migrationRetentionDays: 90 });
    for (let day = 0; day < 200; day += 1) {
      await stores.migrations.publish([move('old', 2 * day), move('old', 2 * day + 1)]);
      clock.nowMs += msPerDay;
    }
    clock.nowMs += 91 * msPerDay;
    calls.count = 0;
    const start = await stores.migrations.feedStart();
    expect(await stores.migrations.feedAfter(start, 10)).toEqual([]);
    expect(await stores.migrations.feedAfter(undefined, 10)).toEqual([]);
    expect(await stores.migrations.feedLatest({ limit: 10 })).toEqual({ items: [], cursor: undefined });
    // A day that has expired as a whole costs nothing but its name.
    expect(calls.count).toBeLessThan(20);

    await stores.migrations.publish([move('new')]);
    for (const after of [start, undefined]) {
      const found = await stores.migrations.feedAfter(after, 10);
      expect(found.map(({ customerId }) => customerId)).toEqual(['new']);
    }
  });

  test('finds what is live behind a page that has expired within one day', async () => {
    const { clock, stores } = feedBench({ migrationRetentionDays: 1 });
    await stores.migrations.publish(Array.from({ length: 30 }, (_, ordinal) => move('old', ordinal)));
    clock.nowMs += msPerDay - 3_600_000;
    await stores.migrations.publish([move('new')]);
    clock.nowMs += 7_200_000;
    expect((await stores.migrations.feedAfter(undefined, 10)).map(({ customerId }) => customerId)).toEqual([
      'new',
    ]);
  });

  test('gives what could not be written in time a later place', async () => {
    let cut = 0;
    const { clock, stores } = feedBench({ feedSettleMs: 20 }, async (command, execute) => {
      const { RequestItems } = command.input as { RequestItems?: Record<string, unknown[]> };
      const moves = RequestItems?.[names.migrations];
      if (RequestItems === undefined || moves === undefined || cut === 2) return execute();
      cut += 1;
      RequestItems[names.migrations] = moves.slice(0, 1);
      await execute();
      // Longer than half of the settling time, by the process's clock and by ours.
      await new Promise((resolve) => setTimeout(resolve, 15));
      clock.nowMs += 1_000;
      return { UnprocessedItems: { [names.migrations]: moves.slice(1) } };
    });
    const startMs = clock.nowMs;
    await stores.migrations.publish(['a', 'b', 'c', 'd'].map((id) => move(id)));
    clock.nowMs += 60_000;
    const found = await stores.migrations.feedAfter(undefined, 10);
    expect(found.map(({ customerId, publishedAtMs }) => [customerId, publishedAtMs - startMs])).toEqual([
      ['a', 0],
      ['b', 1_000],
      ['c', 2_000],
      ['d', 2_000],
    ]);
  });

  test('says so when nothing can be written for long', async () => {
    const { stores } = feedBench(
      { feedSettleMs: 2, batchRetry: { attemptsMax: 3, baseDelayMs: 1, delayMsMax: 2 } },
      (command, execute) => {
        const { RequestItems } = command.input as { RequestItems?: Record<string, unknown[]> };
        return RequestItems === undefined ? execute() : { UnprocessedItems: RequestItems };
      },
    );
    await expect(stores.migrations.publish([move('a')])).rejects.toMatchObject({
      code: 'throttled',
      retryable: true,
    });
  });
});
