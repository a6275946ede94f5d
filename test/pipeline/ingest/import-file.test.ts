import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../operators/errors.ts';
import { type ImportFileOptions, importFile } from '../../../pipeline/ingest/import-file.ts';
import {
  csv,
  type MemoryCheckpoints,
  memoryCheckpoints,
  type StreamLog,
  streamLog,
  temporaryFile,
  testClock,
} from './replay-fixture.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function order(index: number, time: string): string {
  return `${time},customer-${index % 97},order-${index},P1,,1,2.5,GBP`;
}

/** Orders an hour apart from noon of 2011-01-04 on. */
function hourly(count: number): string[] {
  const startMs = Date.UTC(2011, 0, 4, 12);
  return Array.from({ length: count }, (_, index) =>
    order(index, new Date(startMs + index * hourMs).toISOString()),
  );
}

interface Run {
  readonly stream?: StreamLog;
  readonly checkpoints?: MemoryCheckpoints;
  readonly options?: Partial<ImportFileOptions>;
}

async function importText(text: string, run: Run = {}) {
  return importPath(await temporaryFile(text), run);
}

function importPath(path: string, { stream, checkpoints, options }: Run = {}) {
  return importFile({
    path,
    producer: (stream ?? streamLog()).producer,
    checkpoints: checkpoints ?? memoryCheckpoints(),
    speed: 'max',
    reportingCurrency: 'GBP',
    signal: new AbortController().signal,
    ...options,
  });
}

describe('clock ticks', () => {
  test('stand between the days and at the end, each after all events it speaks of and before all later ones', async () => {
    const stream = streamLog();
    await importText(csv(...hourly(40)), { stream });
    expect(stream.ticks()).toEqual([
      '2011-01-04T23:59:59.999Z',
      '2011-01-05T23:59:59.999Z',
      '2011-01-06T03:00:00.000Z',
    ]);
    expectTrueTicks(stream);
    expect(stream.entries.findIndex((entry) => 'tick' in entry)).toBe(12);
  });

  test('days without an order are one tick', async () => {
    const stream = streamLog();
    await importText(csv(order(1, '2011-01-04'), order(2, '2011-03-09')), { stream });
    expect(stream.ticks()).toEqual(['2011-03-08T23:59:59.999Z', '2011-03-09T00:00:00.000Z']);
  });

  test('are true for a file whose lines are displaced within the window, whatever the displacement', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 20 * 24 }), { minLength: 1, maxLength: 60 }),
        async (hours) => {
          const lines = hours.map((hour, index) =>
            order(index, new Date(Date.UTC(2011, 0, 4) + hour * hourMs).toISOString()),
          );
          const stream = streamLog();
          await importText(csv(...lines), { stream });
          expect(stream.events()).toHaveLength(hours.length);
          expectTrueTicks(stream);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('are not moved by an order from before 1970 or from the future, which the decoder refuses', async () => {
    const stream = streamLog();
    const lines = [
      order(1, '1910-01-01'),
      order(2, '2011-01-04'),
      order(3, '2999-01-01'),
      order(4, '2011-01-05'),
    ];
    const summary = await importText(csv(...lines), { stream });
    expect(stream.events()).toHaveLength(4);
    expect(stream.ticks().at(-1)).toBe('2011-01-05T00:00:00.000Z');
    expect(summary).toMatchObject({ firstAtMs: Date.UTC(2011, 0, 4), lastAtMs: Date.UTC(2011, 0, 5) });
  });

  test('a file without a valid time sends none', async () => {
    const stream = streamLog();
    await importText(csv(order(1, 'noon')), { stream });
    expect(stream.entries).toMatchObject([{ event: { occurredAt: 'noon' } }]);
  });
});

/** No event may stand behind a tick that says it can't. */
function expectTrueTicks(stream: StreamLog): void {
  let toldMs = Number.NEGATIVE_INFINITY;
  for (const entry of stream.entries) {
    if ('tick' in entry) toldMs = Math.max(toldMs, Date.parse(entry.tick));
    else expect(Date.parse(entry.event.occurredAt)).toBeGreaterThan(toldMs);
  }
}

describe('summary', () => {
  test('counts every line of the file', async () => {
    const summary = await importText(
      csv(...hourly(3), '2011-01-04,,order-9,P1,,1,2.5,GBP', 'broken line', order(0, '2011-01-04T12:30:00Z')),
    );
    expect(summary).toEqual({
      lines: 6,
      events: 3,
      anonymousLines: 1,
      malformedLines: 1,
      splitOrders: 0,
      resumedEvents: 0,
      firstAtMs: Date.UTC(2011, 0, 4, 12),
      lastAtMs: Date.UTC(2011, 0, 4, 14),
      malformed: [{ line: 6, problem: 'has 1 fields; the header has 8' }],
      finished: true,
    });
  });

  test('progress ends with the whole file and never goes back', async () => {
    const seen: number[] = [];
    const text = csv(...hourly(3_000));
    await importText(text, {
      options: {
        onProgress: ({ bytesSent, bytesTotal, events }) => {
          expect(bytesTotal).toBe(text.length);
          seen.push(bytesSent + events);
        },
      },
    });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(text.length + 3_000);
  });
});

describe('resuming', () => {
  test('after a stop at any point the next run sends the rest, and together they sent everything once', async () => {
    const lines = hourly(3_000);
    const path = await temporaryFile(csv(...lines));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2_999 }), async (stopAfter) => {
        const checkpoints = memoryCheckpoints();
        const stop = new AbortController();
        const first = streamLog({ onPut: (count) => count >= stopAfter && stop.abort() });
        const stopped = await importPath(path, {
          stream: first,
          checkpoints,
          options: { signal: stop.signal },
        });
        expect(stopped.finished).toBe(false);
        const second = streamLog();
        const summary = await importPath(path, { stream: second, checkpoints });
        expect(summary).toMatchObject({
          finished: true,
          lines: 3_000,
          events: 3_000,
          resumedEvents: stopped.events,
        });
        const orders = [...first.events(), ...second.events()].map((event) => event.orderId);
        expect(orders).toEqual(lines.map((_, index) => `order-${index}`));
        expectTrueTicks(second);
      }),
      { numRuns: 5 },
    );
  });

  test('after a crash at most what was acknowledged since the last write is sent again', async () => {
    const path = await temporaryFile(csv(...hourly(6_000)));
    const checkpoints = memoryCheckpoints();
    const stop = new AbortController();
    const first = streamLog({ onPut: (count) => count >= 4_321 && stop.abort() });
    await importPath(path, { stream: first, checkpoints, options: { signal: stop.signal } });
    const lastPeriodicWrite = checkpoints.writes.filter((write) => write.sent < first.events().length).at(-1);
    if (lastPeriodicWrite === undefined) throw new Error('nothing was written before the stop');
    expect(first.events().length - lastPeriodicWrite.sent).toBeLessThanOrEqual(1_000 + 5 * 500);

    checkpoints.stored.set(lastPeriodicWrite.fingerprint, lastPeriodicWrite);
    const second = streamLog();
    const summary = await importPath(path, { stream: second, checkpoints });
    expect(summary.resumedEvents).toBe(lastPeriodicWrite.sent);
    expect(second.events()[0]?.orderId).toBe(`order-${lastPeriodicWrite.sent}`);
  });

  test('a finished file is read for its counts and only its last tick is sent again', async () => {
    const path = await temporaryFile(csv(...hourly(40)));
    const checkpoints = memoryCheckpoints();
    await importPath(path, { checkpoints });
    const again = streamLog();
    const summary = await importPath(path, { stream: again, checkpoints });
    expect(again.entries).toEqual([{ tick: '2011-01-06T03:00:00.000Z' }]);
    expect(summary).toMatchObject({ lines: 40, events: 40, resumedEvents: 40, finished: true });
  });

  test('the same content under another name is the same file; another content or setting is not', async () => {
    const checkpoints = memoryCheckpoints();
    const text = csv(...hourly(5));
    await importText(text, { checkpoints });
    expect((await importText(text, { checkpoints })).resumedEvents).toBe(5);
    expect((await importText(text.replace('P1', 'P2'), { checkpoints })).resumedEvents).toBe(0);
    expect((await importText(text, { checkpoints, options: { groupWindowLines: 7 } })).resumedEvents).toBe(0);
    expect(
      (await importText(text, { checkpoints, options: { reportingCurrency: 'EUR' } })).resumedEvents,
    ).toBe(0);
  });
});

describe('failures', () => {
  test('an event the stream refuses ends the import before it, and the next run begins with it', async () => {
    const path = await temporaryFile(csv(...hourly(2_000)));
    const checkpoints = memoryCheckpoints();
    const failure = importPath(path, { stream: streamLog({ failAt: 1_234 }), checkpoints });
    await expect(failure).rejects.toMatchObject({
      code: 'stream-refused',
      retryable: true,
      context: { sent: 1_233 },
    });
    expect(checkpoints.writes.at(-1)).toMatchObject({ sent: 1_233, finished: false });
    const second = streamLog();
    await importPath(path, { stream: second, checkpoints });
    expect(second.events()[0]?.orderId).toBe('order-1233');
  });

  test('a resume point that can not be written is an error, not a silent loss of it', async () => {
    const checkpoints = { ...memoryCheckpoints(), putImport: () => Promise.reject(new Error('no table')) };
    await expect(importText(csv(...hourly(3_000)), { checkpoints })).rejects.toThrow('no table');
  });

  test('settings out of range are reported before anything is read', async () => {
    const failure = importPath('no-such-file', { options: { speed: 0, tickEveryMs: 0.5 } });
    await expect(failure).rejects.toThrow(ConfigurationError);
    await expect(failure).rejects.toThrow(/speed is 0.*\n.*tickEveryMs is 0.5/);
  });
});

describe('pace', () => {
  test('at speed N the events are due N times as fast as they happened, and the ticks at their own time', async () => {
    const startMs = Date.UTC(2026, 0, 1);
    const clock = testClock(startMs);
    const lines = [
      order(1, '2011-01-04T12:00:00Z'),
      order(2, '2011-01-04T18:00:00Z'),
      order(3, '2011-01-06T06:00:00Z'),
    ];
    const stream = streamLog();
    await importText(csv(...lines), { stream, options: { speed: 3_600, clock } });
    expect(clock.sleeps.map((atMs) => (atMs - startMs) / 1_000)).toEqual([6, 12, 36, 42]);
    expect(stream.entries.map((entry) => ('tick' in entry ? entry.tick : entry.event.orderId))).toEqual([
      'order-1',
      'order-2',
      '2011-01-04T23:59:59.999Z',
      '2011-01-05T23:59:59.999Z',
      'order-3',
      '2011-01-06T06:00:00.000Z',
    ]);
  });

  test('a stop ends a wait', async () => {
    const stop = new AbortController();
    const stream = streamLog({ onPut: () => stop.abort() });
    const summary = await importText(csv(order(1, '2011-01-04'), order(2, '2012-01-04')), {
      stream,
      options: { speed: 1, signal: stop.signal },
    });
    expect(summary).toMatchObject({ events: 1, finished: false });
    expect(stream.ticks()).toEqual([]);
  });
});

test('a tick interval of one hour ticks every hour', async () => {
  const stream = streamLog();
  await importText(csv(...hourly(5)), { stream, options: { tickEveryMs: hourMs } });
  expect(stream.ticks()).toHaveLength(5);
  expect(dayMs % hourMs).toBe(0);
});
