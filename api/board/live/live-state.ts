import type { Live } from '../data/answers.ts';
import type { StreamState } from '../data/follow-stream.ts';

/** One look at the pipeline, kept for the charts of the last minutes. */
export interface LivePoint {
  /** When it arrived here, this machine's clock. */
  readonly atMs: number;
  /** Null where the pipeline does not run beside the API. */
  readonly eventsPerSecond: number | null;
  readonly lagMs: number;
  readonly customers: number;
  readonly segments: Readonly<Record<string, number>>;
}

export interface LiveState {
  readonly latest: Live | undefined;
  /** What the first message said: what changes since then are counted from. */
  readonly first: Live | undefined;
  readonly points: readonly LivePoint[];
  readonly connection: StreamState;
  readonly lastDataAtMs: number | undefined;
}

/** Points kept: five minutes at one a second; the oldest fall out. */
export const pointsMax = 300;

export const initialLive: LiveState = {
  latest: undefined,
  first: undefined,
  points: [],
  connection: { kind: 'connecting' },
  lastDataAtMs: undefined,
};

/** Takes one message in. Each is complete in itself, so a connection that broke leaves no trace but a gap in time. */
export function withLive(state: LiveState, live: Live, atMs: number): LiveState {
  const point = {
    atMs,
    eventsPerSecond: live.eventsPerSecond,
    lagMs: live.lagMs ?? 0,
    customers: live.customers,
    segments: live.segments,
  };
  return {
    ...state,
    latest: live,
    first: state.first ?? live,
    points: [...state.points.slice(-(pointsMax - 1)), point],
    lastDataAtMs: atMs,
  };
}

/** Those in segments and those in none: what the board shows as the population. */
export function placed(live: Live): number {
  return Object.values(live.segments).reduce((sum, size) => sum + size, 0) + live.unassigned;
}
