import { msPerDay, utcDay } from '../state/customer-state.ts';
import type { PeriodCells } from './period-cells.ts';
import { segmentKeys } from './segment-index.ts';
import type { SizeHistory } from './size-history.ts';

/** One segment in one period. Orders count where the customer stood when they were taken in. */
export interface PeriodPerformance {
  /** Customers at the end of the period, or now. */
  readonly customers: number;
  readonly orders: number;
  readonly revenueMicros: number;
  /** Distinct customers with a purchase. */
  readonly buyers: number;
  /** Share of the buyers who bought again in the next period, 0..1; undefined until that is over, and without buyers. */
  readonly retained: number | undefined;
}

export interface SegmentPeriod {
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
  /** False while the period lasts. */
  readonly complete: boolean;
  /** In the order of `segmentKeys`. */
  readonly segments: readonly PeriodPerformance[];
}

export interface PerformanceRange {
  /** The periods that hold these instants are the first and the last; `toMs` is exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly asOfMs: number;
}

/** How the segments did, period by period, ascending. The caller bounds the range. */
export function segmentPerformance(
  cells: PeriodCells,
  sizes: SizeHistory,
  { fromMs, toMs, asOfMs }: PerformanceRange,
): SegmentPeriod[] {
  if (!(toMs > fromMs)) return [];
  const first = cells.periodOf(utcDay(fromMs));
  const last = cells.periodOf(utcDay(toMs - 1));
  const periods = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const held = sizes.sizesBefore(periods.map((period) => cells.firstDayOf(period + 1)));
  return periods.map((period, position) => {
    const endMs = cells.firstDayOf(period + 1) * msPerDay;
    const nextIsOver = cells.firstDayOf(period + 2) * msPerDay <= asOfMs;
    return {
      startMs: cells.firstDayOf(period) * msPerDay,
      endMs,
      complete: endMs <= asOfMs,
      segments: segmentKeys.map((_, segment): PeriodPerformance => {
        const buyers = cells.get(period, segment, 'buyers');
        return {
          customers: held[position]?.[segment] ?? 0,
          orders: cells.get(period, segment, 'orders'),
          revenueMicros: cells.get(period, segment, 'revenueMicros'),
          buyers,
          retained: nextIsOver && buyers > 0 ? cells.get(period, segment, 'retained') / buyers : undefined,
        };
      }),
    };
  });
}
