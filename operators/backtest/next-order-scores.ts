import { msPerDay, utcDay } from '../state/customer-state.ts';
import type { NextOrderScores } from './backtest-report.ts';
import { median } from './median.ts';

/** One customer's next order, as named and as it came; UTC milliseconds. */
export interface NextOrderCase {
  /** Undefined when the model named none. */
  readonly named: { readonly atMs: number; readonly fromMs: number; readonly toMs: number } | undefined;
  /** First purchase within the horizon. */
  readonly cameAtMs: number | undefined;
  /** The last purchase plus the mean gap so far, or the cut where that lies before it; undefined without a gap. */
  readonly baselineAtMs: number | undefined;
}

/** Scores named dates to the UTC day, as purchases are counted. @param untilMs end of the horizon */
export function nextOrderScores(cases: readonly NextOrderCase[], untilMs: number): NextOrderScores {
  const dated = cases.flatMap(({ named, ...rest }) => (named === undefined ? [] : [{ named, ...rest }]));
  const bought = dated.flatMap(({ cameAtMs, ...rest }) =>
    cameAtMs === undefined ? [] : [{ cameAtMs, ...rest }],
  );
  const silent = dated.filter(({ cameAtMs }) => cameAtMs === undefined);
  const held = bought.filter(
    ({ named, cameAtMs }) =>
      utcDay(named.fromMs) <= utcDay(cameAtMs) && utcDay(cameAtMs) <= utcDay(named.toMs),
  ).length;
  const stillOpen = silent.filter(({ named }) => named.toMs >= untilMs).length;
  return {
    customers: cases.length,
    dated: dated.length,
    abstainedShare: cases.length === 0 ? 0 : 1 - dated.length / cases.length,
    medianAbsoluteErrorDays: median(
      bought.map(({ named, cameAtMs }) => Math.abs(utcDay(named.atMs) - utcDay(cameAtMs))),
    ),
    intervalCoverage: dated.length === 0 ? null : (held + stillOpen) / dated.length,
    intervalCoverageOfBuyers: bought.length === 0 ? null : held / bought.length,
    intervalWidthDaysMedian: median(dated.map(({ named }) => (named.toMs - named.fromMs) / msPerDay)),
    baselineMedianAbsoluteErrorDays: median(
      bought.flatMap(({ baselineAtMs, cameAtMs }) =>
        baselineAtMs === undefined ? [] : [Math.abs(utcDay(baselineAtMs) - utcDay(cameAtMs))],
      ),
    ),
  };
}
