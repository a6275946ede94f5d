/** Of the customers, those who came first of all: more than a few of them are no mistake. */
const earlyShare = 0.05;
/** How many times as far back as those early customers a history may reach. */
const reachMax = 1.5;

/**
 * Since when a population has bought: the first purchase of anybody, unless it lies half as long again before those of the
 * earliest twentieth of all customers. One order with a mistaken date, of 1970, say, must not make a history of months one of years.
 * Fewer than twenty customers are all believed.
 *
 * @param firsts of each customer, the time of the first purchase, any unit
 * @param asOf the same unit, not before any of them
 * @returns `asOf` without customers
 */
export function historyStart(firsts: readonly number[], asOf: number): number {
  const sorted = [...firsts].sort((a, b) => a - b);
  const [first] = sorted;
  if (first === undefined) return asOf;
  const early = sorted[Math.floor(sorted.length * earlyShare)] as number;
  return Math.max(first, asOf - reachMax * (asOf - early));
}
