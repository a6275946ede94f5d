import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../operators/errors.ts';
import { type RunSimulatorOptions, runSimulator } from '../../../pipeline/ingest/run-simulator.ts';
import type { SendClock } from '../../../pipeline/ingest/send-clock.ts';
import { memoryCheckpoints, streamLog, testClock } from './replay-fixture.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 10, 22, 20, 30);
const small = { seed: 5, customers: 40, historyDays: 60 };

async function run(
  events: number,
  options: Partial<RunSimulatorOptions> & { clock?: SendClock } = {},
  checkpoints = memoryCheckpoints(),
) {
  const stop = new AbortController();
  const stream = streamLog({ onPut: (count) => count >= events && stop.abort() });
  const summary = await runSimulator({
    producer: stream.producer,
    checkpoints,
    signal: stop.signal,
    ...small,
    clock: testClock(startMs),
    ...options,
  });
  return { stream, summary, checkpoints };
}

describe('the history', () => {
  test('ends 180 days before the start, is sent without a wait, and ticks once a day', async () => {
    const clock = testClock(startMs);
    const { stream, summary } = await run(100, { clock });
    expect(summary.originMs).toBe(Math.floor(startMs / dayMs) * dayMs - 240 * dayMs);
    expect(clock.sleeps).toEqual([]);
    const ticks = stream.ticks().map((tick) => Date.parse(tick));
    expect(ticks.length).toBeGreaterThan(2);
    for (const tick of ticks) expect((tick + 1) % dayMs).toBe(0);
    expect(new Set(ticks).size).toBe(ticks.length);
  });

  test('is as large as a small laptop takes in half a minute, with the settings nobody changed', async () => {
    const stop = new AbortController();
    const stream = streamLog();
    let history = 0;
    await runSimulator({
      producer: stream.producer,
      checkpoints: memoryCheckpoints(),
      signal: stop.signal,
      clock: testClock(startMs),
      onProgress: ({ events, phase }) => {
        if (phase === 'live') stop.abort();
        else history = events;
      },
    });
    expect(history).toBeGreaterThan(15_000);
    expect(history).toBeLessThan(25_000);
  });
});

describe('life after the history', () => {
  test('passes at the speed asked for, with ticks at every hour of event time', async () => {
    const clock = testClock(startMs);
    const { stream, summary } = await run(700, { clock, speed: 3_600 });
    const historyEndMs = summary.originMs + small.historyDays * dayMs;
    const live = stream.events().filter((event) => Date.parse(event.occurredAt) >= historyEndMs);
    const first = Date.parse(live[0]?.occurredAt ?? '');
    const last = Date.parse(live.at(-1)?.occurredAt ?? '');
    expect(live.length).toBeGreaterThan(20);
    const passedMs = clock.nowMs() - startMs;
    expect(Math.abs(passedMs - (last - first) / 3_600)).toBeLessThan(5_000);
    const ticks = stream
      .ticks()
      .map((tick) => Date.parse(tick))
      .filter((tick) => tick >= first);
    expect(ticks.length).toBeGreaterThan((last - first) / hourMs - 2);
    for (const tick of ticks) expect((tick + 1) % hourMs).toBe(0);
  });

  test('never runs ahead of the wall clock: once there it passes at its pace', async () => {
    const clock = testClock(startMs);
    const { stream } = await run(3_000, { clock, speed: 1_000_000, tickEveryMs: dayMs });
    const last = Date.parse(stream.events().at(-1)?.occurredAt ?? '');
    expect(last).toBeGreaterThan(startMs);
    expect(last).toBeLessThanOrEqual(clock.nowMs());
  });

  test('keeps its ticks true', async () => {
    const { stream } = await run(900);
    let toldMs = Number.NEGATIVE_INFINITY;
    for (const entry of stream.entries) {
      if ('tick' in entry) toldMs = Date.parse(entry.tick);
      else expect(Date.parse(entry.event.occurredAt)).toBeGreaterThan(toldMs);
    }
  });
});

describe('resuming', () => {
  test('goes on where the last run stopped, with the origin of the first', async () => {
    const once = await run(600);
    const first = await run(250);
    const later = testClock(startMs + 3 * dayMs);
    const second = await run(350, { clock: later }, first.checkpoints);
    expect(second.summary.originMs).toBe(first.summary.originMs);
    expect(second.summary.resumedEvents).toBe(first.summary.events);
    const ids = [...first.stream.events(), ...second.stream.events()].map((event) => event.eventId);
    const expected = once.stream.events().map((event) => event.eventId);
    expect(ids.slice(0, 600)).toEqual(expected.slice(0, 600));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('other settings are another simulation', async () => {
    const first = await run(100);
    const second = await run(100, { seed: 6 }, first.checkpoints);
    expect(second.summary.resumedEvents).toBe(0);
  });

  test('a run that dies before its first resume point still keeps its origin', async () => {
    const checkpoints = memoryCheckpoints();
    const { producer } = streamLog({ failAt: 1 });
    const dead = runSimulator({
      producer,
      checkpoints,
      signal: new AbortController().signal,
      ...small,
      clock: testClock(startMs),
    });
    await expect(dead).rejects.toMatchObject({ code: 'stream-refused' });
    const next = await run(10, { clock: testClock(startMs + 10 * dayMs) }, checkpoints);
    expect(next.summary.originMs).toBe(Math.floor(startMs / dayMs) * dayMs - 240 * dayMs);
  });
});

test('settings out of range are reported all at once', async () => {
  const failure = run(1, { seed: 0.5, customers: 0, speed: 0.1 });
  await expect(failure).rejects.toThrow(ConfigurationError);
  await expect(failure).rejects.toThrow(/seed is 0.5.*\n.*customers is 0.*\n.*speed is 0.1/);
});
