import type { Report } from './report.ts';
import type { Workspace } from './workspace.ts';

/** What a check works with. */
export interface CheckContext {
  readonly workspace: Workspace;
  readonly report: Report;
  /** Every random choice comes from it. */
  readonly seed: number;
  /** The year of purchases. */
  readonly retail: string;
  /** Whole files where a shorter one would do: `FULL=1`. */
  readonly full: boolean;
}

export interface Check {
  readonly name: string;
  /** One sentence: what holds when it passes. */
  readonly promise: string;
  readonly needsRetail: boolean;
  run(context: CheckContext): Promise<void>;
}

/** The cut that short runs end at: 120 days of the file, at noon. */
export const shortCutMs = Date.parse('2011-03-31T12:00:00Z');

/** `count` of the items, chosen by the random numbers; all of them when there are no more. */
export function sample<T>(items: readonly T[], count: number, uniform: () => number): T[] {
  const pool = [...items];
  const chosen: T[] = [];
  while (chosen.length < count && pool.length > 0) {
    const [item] = pool.splice(Math.floor(uniform() * pool.length), 1);
    chosen.push(item as T);
  }
  return chosen;
}
