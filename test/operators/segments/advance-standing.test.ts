import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../operators/errors.ts';
import { hashHex } from '../../../operators/event/event-hash.ts';
import {
  adoptModel,
  advanceByTime,
  applyEvent,
  rightSince,
  startStanding,
} from '../../../operators/segments/advance-standing.ts';
import { nearestSegment } from '../../../operators/segments/assign-segment.ts';
import { nextChangeAt } from '../../../operators/segments/next-change.ts';
import { type SegmentHistory, segmentFeatures } from '../../../operators/segments/segment-features.ts';
import {
  type Migration,
  type SegmentModel,
  segmentNames,
} from '../../../operators/segments/segment-model.ts';
import { transformFeatures } from '../../../operators/segments/transform.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { anyHistory, anyModel, historyOf, modelOf, noon, order, standingOf } from './factories.ts';

const model = modelOf();
const year = 365 * msPerDay;
const newcomer = historyOf([order(noon, 280)]);

function letPass(
  history: SegmentHistory,
  standing: ReturnType<typeof standingOf>,
  toMs: number,
  inclusive = true,
) {
  return advanceByTime('c1', history, standing, model, { fromMs: noon, toMs, inclusive });
}

describe('startStanding', () => {
  test('takes the nearest segment, without counting a migration', () => {
    const standing = startStanding(newcomer, model, noon, 'event');
    expect(standing).toMatchObject({
      segment: 'New',
      sinceMs: noon,
      cause: 'event',
      modelVersion: 'test-1',
      migrations: 0,
    });
    expect(standing.reasons.length).toBeGreaterThan(0);
    expect(standing.reasons.every(({ before }) => before === undefined)).toBe(true);
  });

  test('throws for a customer without events', () => {
    const nobody = { ...newcomer, entries: [], lifetime: { ...newcomer.lifetime, events: 0 } };
    expect(() => startStanding(nobody, model, noon, 'event')).toThrow(InvariantError);
  });
});

describe('advanceByTime', () => {
  const started = startStanding(newcomer, model, noon, 'event');

  test('leads a customer who never returns down to sleep, each move at its instant', () => {
    const { standing, migrations } = letPass(newcomer, started, noon + 3 * year);
    expect(migrations.map(({ from, to }) => `${from} > ${to}`)).toEqual([
      'New > Promising',
      'Promising > At Risk',
      'At Risk > Hibernating',
    ]);
    expect(migrations.map(({ ordinal, cause }) => [ordinal, cause])).toEqual([
      [1, 'time'],
      [2, 'time'],
      [3, 'time'],
    ]);
    expect(migrations[2]?.atMs).toBe(noon + year);
    expect(standing).toMatchObject({
      segment: 'Hibernating',
      sinceMs: noon + year,
      migrations: 3,
      cause: 'time',
    });
    for (const { atMs, distanceFrom, distanceTo } of migrations) {
      expect(Number.isInteger(atMs)).toBe(true);
      expect(distanceTo).toBeLessThan(distanceFrom);
    }
  });

  test('tells why, what it was before, and the spend that moved', () => {
    const [first] = letPass(newcomer, started, noon + year).migrations;
    const recency = first?.reasons.find(({ feature }) => feature === 'recencyDays');
    expect(recency?.before).toBe(0);
    expect(recency?.value).toBe(((first?.atMs ?? 0) - noon) / msPerDay);
    expect(first?.spend365Micros).toBe(280_000_000);
  });

  test('stops before the instant, or at it when inclusive', () => {
    const dueMs = nextChangeAt(newcomer, 'New', model, noon)?.atMs ?? 0;
    expect(letPass(newcomer, started, dueMs, false).migrations).toHaveLength(0);
    expect(letPass(newcomer, started, dueMs, true).migrations).toHaveLength(1);
    expect(letPass(newcomer, started, dueMs + 1, false).migrations).toHaveLength(1);
  });

  test('gives the very same standing back when nothing is due', () => {
    expect(letPass(newcomer, started, noon + msPerDay).standing).toBe(started);
    expect(letPass(newcomer, started, noon - year).standing).toBe(started);
  });

  test('numbers on from the moves already made, under an id that follows from the move', () => {
    const [move] = letPass(newcomer, { ...started, migrations: 6 }, noon + 100 * msPerDay).migrations;
    expect(move?.ordinal).toBe(7);
    expect(move?.id).toBe(hashHex(`c1|7|${move?.atMs}|New|Promising`));
    expect(move?.id).toMatch(/^[0-9a-f]{16}$/);
  });

  test('in one go makes the moves that any steps make', () => {
    let moves = 0;
    const steps = fc.array(fc.integer({ min: 0, max: 3 * 365 * 24 }), { maxLength: 12 });
    fc.assert(
      fc.property(anyModel, anyHistory(noon - 500 * msPerDay, noon), steps, (any, history, hours) => {
        const begun = startStanding(history, any, noon, 'event');
        const advance = (standing: typeof begun, fromMs: number, toMs: number, inclusive: boolean) =>
          advanceByTime('c1', history, standing, any, { fromMs, toMs, inclusive });
        const endMs = noon + 3 * year;
        const whole = advance(begun, noon, endMs, true);
        const stops = [...hours].sort((a, b) => a - b).map((hour) => noon + hour * 3_600_000);
        // Also stop exactly on each move, once before and once with it.
        const exact = whole.migrations.map(({ atMs }) => atMs);
        let standing = begun;
        const migrations: Migration[] = [];
        for (const toMs of [...stops, ...exact, ...exact, endMs].sort((a, b) => a - b)) {
          const step = advance(standing, noon, toMs, hours.length % 2 === 0 || toMs === endMs);
          standing = step.standing;
          migrations.push(...step.migrations);
        }
        expect(migrations).toEqual(whole.migrations);
        expect(standing).toEqual(whole.standing);
        expect(migrations.map(({ ordinal }) => ordinal)).toEqual(migrations.map((_, index) => index + 1));
        moves += migrations.length;
      }),
      { seed: 51, numRuns: 150 },
    );
    expect(moves).toBeGreaterThan(50);
  });

  test('throws rather than move one customer without end', () => {
    // Each order that leaves the window swings the customer over: more swings than any sane model makes.
    const orders = Array.from({ length: 140 }, (_, index) =>
      order(noon - year + 1 + index, index % 2 ? 3e5 : -3e5),
    );
    const swinging = modelOf({
      centroids: segmentNames.map((_, index) => [0, 0, 0, [-4, 4][index] ?? 900 + index]),
      margin: 0,
    });
    const history = historyOf(orders);
    const begun = startStanding(history, swinging, noon, 'event');
    const advance = (toMs: number) =>
      advanceByTime('c1', history, begun, swinging, { fromMs: noon, toMs, inclusive: true });
    expect(advance(noon + 60).migrations.length).toBeGreaterThan(50);
    expect(advance(noon + 60).migrations.length).toBeLessThanOrEqual(64);
    expect(() => advance(noon + year)).toThrow(InvariantError);
  });

  test('refuses a standing of another model', () => {
    const other = standingOf({ modelVersion: 'test-0' });
    expect(() => letPass(newcomer, other, noon + year)).toThrow(/adopt the model first/);
    expect(() => applyEvent('c1', newcomer, other, model, noon)).toThrow(InvariantError);
  });
});

describe('applyEvent', () => {
  const champion = historyOf(Array.from({ length: 16 }, (_, week) => order(noon - week * 7 * msPerDay, 400)));

  test('moves a customer at the instant of the event, with cause event', () => {
    const sleeping = standingOf({ segment: 'Hibernating', sinceMs: noon - 300 * msPerDay, migrations: 2 });
    const { standing, migrations } = applyEvent('c1', champion, sleeping, model, noon);
    expect(migrations).toHaveLength(1);
    expect(migrations[0]).toMatchObject({ from: 'Hibernating', atMs: noon, ordinal: 3, cause: 'event' });
    expect(migrations[0]?.reasons[0]?.value).toBeDefined();
    expect(standing).toMatchObject({ sinceMs: noon, cause: 'event', migrations: 3 });
    expect(standing.reasons).toEqual(migrations[0]?.reasons);
  });

  test('leaves the standing as it is when the segment stays', () => {
    const started = startStanding(champion, model, noon, 'event');
    expect(applyEvent('c1', champion, started, model, noon)).toEqual({ standing: started, migrations: [] });
  });

  test('lets a late event take effect no earlier than the latest move and the newest event', () => {
    const late = historyOf([order(noon - 80 * msPerDay), order(noon - 5 * msPerDay)]);
    const afterMove = standingOf({ segment: 'Hibernating', sinceMs: noon });
    expect(rightSince(late, afterMove)).toBe(noon);
    expect(applyEvent('c1', late, afterMove, model, noon - 80 * msPerDay).migrations[0]?.atMs).toBe(noon);
    const beforeIt = standingOf({ segment: 'Hibernating', sinceMs: noon - 50 * msPerDay });
    const { standing, migrations } = applyEvent('c1', late, beforeIt, model, noon - 80 * msPerDay);
    expect(migrations[0]?.atMs).toBe(noon - 5 * msPerDay);
    expect(standing.sinceMs).toBe(noon - 5 * msPerDay);
  });

  test('never lets a standing go back in time, whatever order events come in', () => {
    fc.assert(
      fc.property(
        anyModel,
        anyHistory(noon - year, noon),
        fc.infiniteStream(fc.nat()),
        (any, history, dice) => {
          const arriving = history.entries.map((entry) => ({ entry, rank: dice.next().value }));
          arriving.sort((a, b) => a.rank - b.rank);
          if (arriving.length === 0) return;
          const seen = arriving.slice(0, 1).map(({ entry }) => entry);
          let standing = startStanding(historyOf(seen), any, seen[0]?.atMs ?? 0, 'event');
          for (const { entry } of arriving.slice(1)) {
            const waited = advanceByTime('c1', historyOf(seen), standing, any, {
              fromMs: standing.sinceMs,
              toMs: entry.atMs,
              inclusive: false,
            });
            seen.push(entry);
            const after = applyEvent('c1', historyOf(seen), waited.standing, any, entry.atMs);
            const sinces = [...waited.migrations, ...after.migrations].map(({ atMs }) => atMs);
            expect([standing.sinceMs, ...sinces]).toEqual(
              [standing.sinceMs, ...sinces].sort((a, b) => a - b),
            );
            standing = after.standing;
          }
        },
      ),
      { seed: 52, numRuns: 100 },
    );
  });
});

describe('a dwell after a move', () => {
  const resting = modelOf({ dwellDays: 14 });
  // Long silent, and moved lately: one more order would move the customer at once.
  const silent = historyOf([order(noon - 200 * msPerDay), order(noon - 120 * msPerDay)]);
  const restless = standingOf({ segment: 'At Risk', sinceMs: noon - 2 * msPerDay, migrations: 1 });
  const back = historyOf([...silent.entries, order(noon, 300)]);

  test('never holds back what an order does', () => {
    expect(applyEvent('c1', back, restless, resting, noon).migrations).toMatchObject([
      { atMs: noon, cause: 'event', from: 'At Risk' },
    ]);
  });

  test('holds back what time alone would do until it ends', () => {
    const lately = standingOf({ segment: 'Champions', sinceMs: noon - 2 * msPerDay, migrations: 1 });
    const endMs = lately.sinceMs + 14 * msPerDay;
    const until = { fromMs: noon, toMs: endMs, inclusive: false };
    expect(advanceByTime('c1', silent, lately, modelOf(), until).migrations).not.toEqual([]);
    expect(advanceByTime('c1', silent, lately, resting, until)).toEqual({ standing: lately, migrations: [] });
    const { standing, migrations } = advanceByTime('c1', silent, lately, resting, {
      ...until,
      inclusive: true,
    });
    expect(migrations).toMatchObject([{ atMs: endMs, cause: 'time', from: 'Champions' }]);
    expect(standing.sinceMs).toBe(endMs);
  });

  test('is forgotten when by its end the customer is where they were', () => {
    const nearest = nearestSegment(
      transformFeatures(segmentFeatures(back, noon + 12 * msPerDay), resting.transforms),
      resting,
    );
    const there = { ...restless, segment: nearest };
    const until = { fromMs: noon, toMs: noon + 12 * msPerDay, inclusive: true };
    expect(advanceByTime('c1', back, there, resting, until).migrations).toEqual([]);
  });

  test('does not hold the first move of a customer, nor those of a new model', () => {
    const first = standingOf({ segment: 'Champions', sinceMs: noon - 2 * msPerDay, migrations: 0 });
    const until = { fromMs: noon, toMs: noon + msPerDay, inclusive: true };
    expect(advanceByTime('c1', silent, first, resting, until).migrations).not.toEqual([]);
    const next = modelOf({ version: 'test-2', dwellDays: 14 });
    expect(adoptModel('c1', back, restless, next, noon).migrations).toMatchObject([{ cause: 'model' }]);
  });
});

describe('adoptModel', () => {
  const started = startStanding(newcomer, model, noon, 'event');

  function renamed(version: string): SegmentModel {
    return modelOf({ version, centroids: [...model.centroids].reverse() });
  }

  test('moves a customer whom the new model sees elsewhere, with cause model', () => {
    const { standing, migrations } = adoptModel('c1', newcomer, started, renamed('test-2'), noon + 5);
    const expected = nearestSegment(
      transformFeatures(segmentFeatures(newcomer, noon + 5), model.transforms),
      renamed('test-2'),
    );
    expect(migrations).toHaveLength(1);
    expect(migrations[0]).toMatchObject({
      cause: 'model',
      to: expected,
      atMs: noon + 5,
      modelVersion: 'test-2',
    });
    expect(standing).toMatchObject({
      segment: expected,
      modelVersion: 'test-2',
      cause: 'model',
      migrations: 1,
    });
  });

  test('takes on the new version without a move when the segment stays', () => {
    const { standing, migrations } = adoptModel(
      'c1',
      newcomer,
      started,
      modelOf({ version: 'test-2' }),
      noon + 5,
    );
    expect(migrations).toEqual([]);
    expect(standing).toEqual({ ...started, modelVersion: 'test-2' });
  });

  test('does nothing a second time', () => {
    const once = adoptModel('c1', newcomer, started, renamed('test-2'), noon + 5);
    const twice = adoptModel('c1', newcomer, once.standing, renamed('test-2'), noon + 9);
    expect(twice).toEqual({ standing: once.standing, migrations: [] });
  });
});
