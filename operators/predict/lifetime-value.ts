export interface LifetimeValueOptions {
  /** Purchases up to this many days ahead count, > 0. Default 365. */
  readonly horizonDays: number;
  /** Yearly discount rate, >= 0. Default 0.10. */
  readonly annualDiscount: number;
}

export const defaultLifetimeValueOptions: LifetimeValueOptions = { horizonDays: 365, annualDiscount: 0.1 };

/** Gauss-Legendre abscissae and weights on [-1, 1], 8 points. @see Abramowitz, Stegun, table 25.4 */
const gaussLegendre: readonly (readonly [number, number])[] = [
  [0.1834346424956498, 0.362683783378362],
  [0.525532409916329, 0.3137066458778873],
  [0.7966664774136267, 0.2223810344533745],
  [0.9602898564975363, 0.1012285362903763],
];

/**
 * Expected purchases within the horizon, each discounted to now.
 *
 * The integral over 0..H of e^(-d t) dE[Y(t)], with d = ln(1 + annual discount) / 365 a day, after integration by parts:
 * e^(-d H) E[Y(H)] + d times the integral of e^(-d t) E[Y(t)], by Gauss-Legendre with 8 points (exact to about
 * 1e-9 here: E[Y(t)] is smooth and concave).
 *
 * @param expected purchases within so many days
 */
export function discountedExpectedTransactions(
  expected: (horizonDays: number) => number,
  { horizonDays, annualDiscount }: LifetimeValueOptions = defaultLifetimeValueOptions,
): number {
  const dailyRate = Math.log1p(annualDiscount) / 365;
  const half = horizonDays / 2;
  let integral = 0;
  if (dailyRate > 0) {
    for (const [abscissa, weight] of gaussLegendre) {
      for (const t of [half * (1 - abscissa), half * (1 + abscissa)]) {
        integral += weight * Math.exp(-dailyRate * t) * expected(t);
      }
    }
  }
  const atHorizon = Math.exp(-dailyRate * horizonDays) * expected(horizonDays);
  return atHorizon + dailyRate * half * integral;
}

/** Discounted expected spend of the coming horizon: discounted purchases times the expected value of one. */
export function lifetimeValue(
  expected: (horizonDays: number) => number,
  expectedOrderValue: number,
  options: LifetimeValueOptions = defaultLifetimeValueOptions,
): number {
  return discountedExpectedTransactions(expected, options) * expectedOrderValue;
}
