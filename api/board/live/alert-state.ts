import type { Migration } from '../data/answers.ts';
import type { StreamState } from '../data/follow-stream.ts';
import type { Problem } from '../data/problem.ts';

export interface AlertState {
  /** Newest first; at most `alertsMax`, older ones are in the list of the API. */
  readonly items: readonly Migration[];
  /** Alerts that came by the stream since the page was opened. */
  readonly arrived: number;
  /** Keys of those that came with the last delivery, to mark them. */
  readonly fresh: ReadonlySet<string>;
  /** False until the list of what was before has come. */
  readonly listed: boolean;
  readonly problem: Problem | undefined;
  readonly connection: StreamState;
  readonly lastDataAtMs: number | undefined;
}

export const alertsMax = 300;

export const initialAlerts: AlertState = {
  items: [],
  arrived: 0,
  fresh: new Set(),
  listed: false,
  problem: undefined,
  connection: { kind: 'connecting' },
  lastDataAtMs: undefined,
};

/** Puts alerts in their place by publication, each once however often it comes. */
export function mergeAlerts(
  items: readonly Migration[],
  incoming: readonly Migration[],
  max: number = alertsMax,
): readonly Migration[] {
  const known = new Set(items.map(({ feedKey }) => feedKey));
  const added = incoming.filter(({ feedKey }) => !known.has(feedKey) && known.add(feedKey));
  if (added.length === 0) return items;
  return [...added, ...items].sort((a, b) => (a.feedKey < b.feedKey ? 1 : -1)).slice(0, max);
}

/** What came by the stream. */
export function withArrived(state: AlertState, incoming: readonly Migration[], atMs: number): AlertState {
  const known = new Set(state.items.map(({ feedKey }) => feedKey));
  const added = incoming.filter(({ feedKey }) => !known.has(feedKey));
  return {
    ...state,
    items: mergeAlerts(state.items, added),
    arrived: state.arrived + added.length,
    fresh: new Set(added.map(({ feedKey }) => feedKey)),
    lastDataAtMs: atMs,
  };
}

/** What the list of the API held. */
export function withListed(state: AlertState, listed: readonly Migration[]): AlertState {
  return { ...state, items: mergeAlerts(state.items, listed), listed: true, problem: undefined };
}
