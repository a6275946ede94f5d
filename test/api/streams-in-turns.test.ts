import { createParser } from 'eventsource-parser';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { evaluateMigration } from '../../operators/alerts/evaluate-rule.ts';
import { type AlertOccasion, fireAlert } from '../../operators/alerts/fired-alert.ts';
import { DependencyError } from '../../operators/errors.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import { alertRule } from '../operators/alerts/rules.ts';
import { type Fixture, fixture, migration } from './api-fixture.ts';

const inTurns = { streamsInTurns: true };

let api: Fixture;

beforeEach(() => {
  api = fixture({ ...inTurns, stores: memoryStores(Date.now) });
});

afterEach(() => api.close());

interface Turn {
  readonly retryMs: number | undefined;
  readonly events: readonly string[];
  /** Of the last event that has one. */
  readonly lastId: string | undefined;
  readonly data: readonly unknown[];
}

/** Reads one whole answer. */
async function turn(path: string, lastEventId?: string): Promise<Turn> {
  const response = await api.get(path, lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId });
  expect(response.status).toBe(200);
  const events: string[] = [];
  const data: unknown[] = [];
  let lastId = lastEventId;
  let retryMs: number | undefined;
  const parser = createParser({
    onEvent(message) {
      events.push(message.event ?? 'message');
      lastId = message.id ?? lastId;
      if (message.event !== 'following') data.push(JSON.parse(message.data));
    },
    onRetry(ms) {
      retryMs = ms;
    },
  });
  parser.feed(await response.text());
  return { retryMs, events, lastId, data };
}

const publish = (from: number, to: number) =>
  api.stores.migrations.publish(Array.from({ length: to - from + 1 }, (_, index) => migration(from + index)));

const ordinals = ({ data }: Turn) => data.map((move) => (move as { ordinal: number }).ordinal);

describe('the alert stream in turns', () => {
  test('tells where it begins when there is nothing yet, so that the next turn misses nothing', async () => {
    await publish(1, 2);
    const first = await turn('/v1/alerts/stream');
    expect(first).toMatchObject({ events: ['following'], retryMs: 5_000 });
    await publish(3, 4);
    const second = await turn('/v1/alerts/stream', first.lastId);
    expect(ordinals(second)).toEqual([3, 4]);
    expect((await turn('/v1/alerts/stream', second.lastId)).events).toEqual([]);
  });

  test('gives a backlog over as many turns as it takes, each alert once and in order', async () => {
    await publish(1, 1);
    const [start] = await api.stores.migrations.feedAfter(undefined, 1);
    await publish(2, 2_301);
    const seen: number[] = [];
    const sizes: number[] = [];
    const waits: (number | undefined)[] = [];
    let lastId = start?.feedKey;
    do {
      const next = await turn('/v1/alerts/stream', lastId);
      seen.push(...ordinals(next));
      sizes.push(next.data.length);
      waits.push(next.retryMs);
      lastId = next.lastId;
    } while (sizes.at(-1) !== 0);
    expect(seen).toEqual(Array.from({ length: 2_300 }, (_, index) => index + 2));
    expect(sizes).toEqual([1_000, 1_000, 300, 0]);
    // Who is not at the end comes back sooner.
    expect(waits).toEqual([500, 500, 5_000, 5_000]);
  });

  test('ends its turn in time when reads are slow, with what it has given', async () => {
    const stores = memoryStores(Date.now);
    const clock = vi.spyOn(performance, 'now');
    let nowMs = 0;
    clock.mockImplementation(() => nowMs);
    api = fixture({
      ...inTurns,
      stores: {
        ...stores,
        migrations: {
          ...stores.migrations,
          feedAfter: (after, limit) => {
            nowMs += 3_000;
            return stores.migrations.feedAfter(after, limit);
          },
        },
      },
    });
    await stores.migrations.publish([migration(1)]);
    const [start] = await stores.migrations.feedAfter(undefined, 1);
    await stores.migrations.publish(Array.from({ length: 600 }, (_, index) => migration(index + 2)));
    const slow = await turn('/v1/alerts/stream', start?.feedKey);
    expect(slow.data).toHaveLength(300);
    expect(slow.retryMs).toBe(500);
    clock.mockRestore();
  });

  test('ends its turn when the feed can not be read on, with what it has given', async () => {
    const stores = memoryStores(Date.now);
    let reads = 0;
    api = fixture({
      ...inTurns,
      stores: {
        ...stores,
        migrations: {
          ...stores.migrations,
          feedAfter: async (after, limit) => {
            reads += 1;
            if (reads > 1) throw new DependencyError('unreachable', 'no route', { retryable: true });
            return stores.migrations.feedAfter(after, limit);
          },
        },
      },
    });
    await stores.migrations.publish([migration(1)]);
    const [start] = await stores.migrations.feedAfter(undefined, 1);
    await stores.migrations.publish([migration(2)]);
    const given = await turn('/v1/alerts/stream', start?.feedKey);
    expect(ordinals(given)).toEqual([2]);
    expect(reads).toBe(2);
  });
});

test('a turn of the stream of rules that shows none of many alerts still takes the client further', async () => {
  const first = await turn('/v1/rule-alerts/stream');
  const silent = alertRule({ deliver: [] });
  for (let ordinal = 1; ordinal <= 1_020; ordinal += 1) {
    const occasion = evaluateMigration({ kind: 'migration' }, migration(ordinal)) as AlertOccasion;
    await api.stores.alerts.fire([fireAlert(silent, occasion, Date.now(), false)]);
  }
  const heard = alertRule({ id: 'heard', deliver: [{ id: 't0', kind: 'stream' }] });
  const occasion = evaluateMigration({ kind: 'migration' }, migration(2_000)) as AlertOccasion;
  await api.stores.alerts.fire([fireAlert(heard, occasion, Date.now(), false)]);
  const second = await turn('/v1/rule-alerts/stream', first.lastId);
  expect(second.events).toEqual(['following']);
  const third = await turn('/v1/rule-alerts/stream', second.lastId);
  expect(third.data).toMatchObject([{ ruleId: 'heard' }]);
});

test('the live figures are one message a turn', async () => {
  expect(await turn('/v1/live')).toMatchObject({
    events: ['live'],
    retryMs: 5_000,
    data: [{ customers: 1, eventsPerSecond: 2 }],
  });
});
