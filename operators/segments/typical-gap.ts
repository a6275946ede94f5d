import type { SegmentFeatures } from './segment-model.ts';

const windowDays = 365;
const gapDaysMin = 1;
const gapDaysMax = 60;
/** Fewer repeat customers than this say nothing of a population's rhythm. */
const repeatersMin = 20;

/**
 * The usual days between orders: the median over customers of at least two orders within the year of their mean gap,
 * held within 1..60. 1 where hardly anybody has come back yet.
 */
export function typicalGapDays(sample: readonly SegmentFeatures[]): number {
  const gaps = sample.flatMap(({ recencyDays, tenureDays, orders365 }) => {
    if (orders365 < 2) return [];
    // For a customer from before the window, its beginning stands for an order half a gap later.
    const spanDays = Math.min(tenureDays, windowDays) - recencyDays;
    return [spanDays / (tenureDays <= windowDays ? orders365 - 1 : orders365 - 0.5)];
  });
  if (gaps.length < repeatersMin) return gapDaysMin;
  gaps.sort((a, b) => a - b);
  const median = gaps[(gaps.length - 1) >> 1] ?? gapDaysMin;
  return Math.min(gapDaysMax, Math.max(gapDaysMin, median));
}
