import type { CalibrationBin } from './backtest-report.ts';

/**
 * Puts customers in order of their probability into bins of equal size (the sizes differ by at most one) and compares
 * what was predicted with the share that bought. Customers of the same probability share their outcomes evenly,
 * so that the bins do not depend on the order the customers came in.
 *
 * @param probabilities 0..1
 * @param bought of equal length
 * @param bins at most so many, 1...
 */
export function calibrationBins(
  probabilities: readonly number[],
  bought: readonly boolean[],
  bins = 10,
): CalibrationBin[] {
  const order = probabilities
    .map((_, index) => index)
    .sort((a, b) => (probabilities[a] as number) - (probabilities[b] as number));
  const shares = evenShares(order, probabilities, bought);
  const result: CalibrationBin[] = [];
  for (let bin = 0; bin < bins; bin += 1) {
    const from = Math.floor((bin * order.length) / bins);
    const to = Math.floor(((bin + 1) * order.length) / bins);
    if (to === from) continue;
    let predicted = 0;
    let actual = 0;
    for (let rank = from; rank < to; rank += 1) {
      predicted += probabilities[order[rank] as number] as number;
      actual += shares[rank] as number;
    }
    result.push({ customers: to - from, predicted: predicted / (to - from), actual: actual / (to - from) });
  }
  return result;
}

/** Mean distance of prediction and outcome over the bins, weighted by their sizes; null without customers. */
export function expectedCalibrationError(bins: readonly CalibrationBin[]): number | null {
  const customers = bins.reduce((sum, bin) => sum + bin.customers, 0);
  if (customers === 0) return null;
  const error = bins.reduce((sum, bin) => sum + bin.customers * Math.abs(bin.predicted - bin.actual), 0);
  return error / customers;
}

function evenShares(
  order: readonly number[],
  probabilities: readonly number[],
  bought: readonly boolean[],
): number[] {
  const shares: number[] = new Array(order.length);
  for (let from = 0; from < order.length; ) {
    const probability = probabilities[order[from] as number];
    let to = from;
    let buyers = 0;
    while (to < order.length && probabilities[order[to] as number] === probability) {
      if (bought[order[to] as number]) buyers += 1;
      to += 1;
    }
    shares.fill(buyers / (to - from), from, to);
    from = to;
  }
  return shares;
}
