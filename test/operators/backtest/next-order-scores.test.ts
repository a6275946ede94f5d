import { expect, test } from 'vitest';
import { nextOrderScores } from '../../../operators/backtest/next-order-scores.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';

const day = (number: number) => number * msPerDay + 1_000;
const named = (from: number, at: number, to: number) => ({
  fromMs: day(from),
  atMs: day(at),
  toMs: day(to),
});
const untilMs = 30 * msPerDay;

test('dates are compared by the day, over those who bought and had one named', () => {
  const scores = nextOrderScores(
    [
      { named: named(2, 5, 9), cameAtMs: day(9) + 3_600_000, baselineAtMs: day(8) },
      { named: named(2, 5, 9), cameAtMs: day(10), baselineAtMs: day(8) },
      { named: named(2, 5, 9), cameAtMs: day(4), baselineAtMs: undefined },
      { named: undefined, cameAtMs: day(4), baselineAtMs: day(29) },
    ],
    untilMs,
  );
  expect(scores).toMatchObject({ customers: 4, dated: 3, abstainedShare: 0.25 });
  expect(scores.medianAbsoluteErrorDays).toBe(4);
  expect(scores.baselineMedianAbsoluteErrorDays).toBe(1.5);
  expect(scores.intervalWidthDaysMedian).toBe(7);
  expect(scores.intervalCoverage).toBeCloseTo(2 / 3, 12);
});

test('the interval of one who did not buy is kept when it reaches the end of the horizon', () => {
  const scores = nextOrderScores(
    [
      { named: named(2, 5, 30), cameAtMs: undefined, baselineAtMs: undefined },
      { named: named(2, 5, 29), cameAtMs: undefined, baselineAtMs: undefined },
    ],
    untilMs,
  );
  expect(scores.intervalCoverage).toBe(0.5);
  expect(scores.intervalCoverageOfBuyers).toBeNull();
  expect(scores.medianAbsoluteErrorDays).toBeNull();
});

test('with no date named there is nothing to score', () => {
  const scores = nextOrderScores([{ named: undefined, cameAtMs: day(4), baselineAtMs: day(4) }], untilMs);
  expect(scores).toMatchObject({ dated: 0, abstainedShare: 1, intervalCoverage: null });
});
