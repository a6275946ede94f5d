/**
 * How far two labellings of the same things agree beyond chance: 1 for the same groups under any names, about 0 for
 * unrelated ones. Two labellings of one group each agree wholly.
 *
 * @param a @param b labels of the same things in the same order
 * @see Hubert, Arabie 1985, "Comparing partitions", equation 5
 */
export function adjustedRandIndex<L>(a: readonly L[], b: readonly L[]): number {
  const pairs = new Map<L, Map<L, number>>();
  const sizesA = new Map<L, number>();
  const sizesB = new Map<L, number>();
  const count = <K>(counts: Map<K, number>, key: K) => counts.set(key, (counts.get(key) ?? 0) + 1);
  a.forEach((labelA, index) => {
    const labelB = b[index] as L;
    const row = pairs.get(labelA) ?? new Map<L, number>();
    pairs.set(labelA, row);
    count(row, labelB);
    count(sizesA, labelA);
    count(sizesB, labelB);
  });
  const together = sumOfPairs([...pairs.values()].flatMap((row) => [...row.values()]));
  const togetherA = sumOfPairs(sizesA.values());
  const togetherB = sumOfPairs(sizesB.values());
  const all = (a.length * (a.length - 1)) / 2;
  const expected = all === 0 ? 0 : (togetherA * togetherB) / all;
  const most = (togetherA + togetherB) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}

/** Pairs within groups of these sizes. */
function sumOfPairs(sizes: Iterable<number>): number {
  let pairs = 0;
  for (const size of sizes) pairs += (size * (size - 1)) / 2;
  return pairs;
}
