import { describe, expect, test } from 'vitest';
import { nextReviewMs } from '../../operators/next-review.ts';
import { nextChangeAt } from '../../operators/segments/next-change.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import { emptyState, foldEvents } from '../../operators/state/fold-events.ts';
import { baseMs, boughtOn } from '../fixtures/purchases.ts';
import { modelOf, standingOf } from './segments/factories.ts';

const model = modelOf({ fittedAtMs: baseMs });
const { state } = foldEvents(emptyState, [boughtOn(0)]);

describe('nextReviewMs', () => {
  test('is the next change after the newest event, the latest move and the fit, whichever is last', () => {
    const from = (fromMs: number, fitted = model) => nextChangeAt(state, 'New', fitted, fromMs)?.atMs;
    const since = (sinceMs: number) => standingOf({ sinceMs });
    expect(nextReviewMs(state, since(baseMs), model)).toBe(from(baseMs));
    const moved = baseMs + 400 * msPerDay;
    expect(nextReviewMs(state, since(moved), model)).toBe(from(moved));
    const later = modelOf({ fittedAtMs: baseMs + 500 * msPerDay });
    expect(nextReviewMs(state, since(baseMs), later)).toBe(from(later.fittedAtMs, later));
    expect(nextReviewMs(state, since(baseMs), later)).toBeGreaterThan(later.fittedAtMs);
  });

  test('of one standing follows the history and the model it is asked with', () => {
    const standing = standingOf({ sinceMs: baseMs });
    const eager = modelOf({ fittedAtMs: baseMs, margin: 0 });
    const longer = foldEvents(state, [boughtOn(20)]).state;
    const fresh = (history: typeof state, asked: typeof model) =>
      nextReviewMs(history, standingOf({ sinceMs: baseMs }), asked);
    const asked = [
      [state, model],
      [longer, model],
      [state, eager],
      [longer, eager],
      [state, model],
    ] as const;
    const answers = asked.map(([history, by]) => nextReviewMs(history, standing, by));
    expect(answers).toEqual(asked.map(([history, by]) => fresh(history, by)));
    expect(new Set(answers).size).toBe(4);
  });

  test('is unknown where nothing will ever change', () => {
    const asleep = standingOf({ segment: 'Hibernating', sinceMs: baseMs + 400 * msPerDay });
    expect(nextReviewMs(state, asleep, model)).toBeUndefined();
    expect(nextReviewMs(state, asleep, model)).toBeUndefined();
  });
});
