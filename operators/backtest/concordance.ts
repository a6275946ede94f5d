/**
 * Harrell's C: of all pairs of customers of whom it is known who bought first, the share in which the earlier one had
 * the higher probability; equal probabilities count half. Two who bought at the same time are no pair, two who did not
 * buy are none either. O(n log n).
 *
 * @param probabilities of buying
 * @param waits time to the first purchase, any unit; Infinity for who did not buy until the end
 * @returns null when no pair can be compared
 * @see Harrell, Califf, Pryor, Lee, Rosati (1982), Evaluating the Yield of Medical Tests, JAMA 247(18)
 */
export function concordance(probabilities: readonly number[], waits: readonly number[]): number | null {
  const ranks = ranksOf(probabilities);
  const seen = new RankCounts(probabilities.length);
  const order = waits.map((_, index) => index).sort((a, b) => compare(waits[b], waits[a]));
  let pairs = 0;
  let concordant = 0;
  for (let from = 0; from < order.length; ) {
    const wait = waits[order[from] as number] as number;
    let to = from;
    while (to < order.length && waits[order[to] as number] === wait) to += 1;
    // All seen so far waited longer.
    for (let index = from; Number.isFinite(wait) && index < to; index += 1) {
      const rank = ranks[order[index] as number] as number;
      const lower = seen.upTo(rank - 1);
      const equal = seen.upTo(rank) - lower;
      pairs += from;
      concordant += lower + equal / 2;
    }
    for (let index = from; index < to; index += 1) seen.add(ranks[order[index] as number] as number);
    from = to;
  }
  return pairs === 0 ? null : concordant / pairs;
}

/**
 * Area under the ROC curve: the probability that a buyer, drawn at random, had a higher probability than one who did not
 * buy; equal probabilities count half.
 * @returns null when all bought, or nobody
 */
export function areaUnderCurve(probabilities: readonly number[], bought: readonly boolean[]): number | null {
  return concordance(
    probabilities,
    bought.map((buyer) => (buyer ? 1 : Number.POSITIVE_INFINITY)),
  );
}

/** 1 for the lowest; equal values have equal ranks. */
function ranksOf(values: readonly number[]): number[] {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const rankByValue = new Map(distinct.map((value, index) => [value, index + 1]));
  return values.map((value) => rankByValue.get(value) as number);
}

/** Infinity minus itself is no number. */
function compare(a = 0, b = 0): number {
  return a === b ? 0 : a - b;
}

/** How many of each rank were added, as a Fenwick tree. */
class RankCounts {
  private readonly tree: Float64Array;

  constructor(ranks: number) {
    this.tree = new Float64Array(ranks + 1);
  }

  add(rank: number): void {
    for (let node = rank; node < this.tree.length; node += node & -node) {
      this.tree[node] = (this.tree[node] as number) + 1;
    }
  }

  upTo(rank: number): number {
    let count = 0;
    for (let node = rank; node > 0; node -= node & -node) count += this.tree[node] as number;
    return count;
  }
}
