import { describe, expect, it } from 'vitest';
import type { Live } from '../../../api/board/data/answers.ts';
import { initialLive, placed, pointsMax, withLive } from '../../../api/board/live/live-state.ts';

function live(overrides: Partial<Live> = {}): Live {
  return {
    asOf: '2011-12-09T12:50:00Z',
    watermark: '2011-12-09T12:50:00Z',
    clock: 'event',
    eventsApplied: 100,
    countedAt: '2011-12-09T12:50:00Z',
    eventsPerSecond: 10,
    lagMs: 0,
    customers: 12,
    unassigned: 2,
    quarantined: 0,
    segments: { Loyal: 7, New: 3 },
    migrationsByCause: { event: 0, time: 0, model: 0 },
    modelVersion: null,
    ...overrides,
  };
}

describe('the live figures', () => {
  it('keep the first message, the latest one, and the points of five minutes', () => {
    let state = initialLive;
    for (let second = 0; second < pointsMax + 50; second++) {
      state = withLive(state, live({ eventsPerSecond: second }), second * 1_000);
    }
    expect(state.first?.eventsPerSecond).toBe(0);
    expect(state.latest?.eventsPerSecond).toBe(pointsMax + 49);
    expect(state.points).toHaveLength(pointsMax);
    expect(state.points[0]?.eventsPerSecond).toBe(50);
    expect(state.lastDataAtMs).toBe((pointsMax + 49) * 1_000);
  });

  it('count those in segments and those in none', () => {
    expect(placed(live())).toBe(12);
  });
});
