/** Scores by which candidates are compared; AUC is null when all or none bought. */
export interface CandidateScores {
  readonly rmse: number;
  readonly brier: number;
  readonly auc: number | null;
}

/**
 * @param ranks what the order of customers goes by
 * @param probabilities of at least one purchase
 */
export function candidateScores(
  actual: readonly number[],
  expected: readonly number[],
  ranks: readonly number[],
  probabilities: readonly number[],
): CandidateScores {
  let squares = 0;
  let brier = 0;
  for (let index = 0; index < actual.length; index += 1) {
    const came = actual[index] as number;
    squares += ((expected[index] as number) - came) ** 2;
    brier += ((probabilities[index] as number) - (came > 0 ? 1 : 0)) ** 2;
  }
  return {
    rmse: Math.sqrt(squares / actual.length),
    brier: brier / actual.length,
    auc: rankAuc(ranks, actual),
  };
}

/** Probability that a buyer ranks above one who did not buy, ties counting half; by mid-ranks. */
function rankAuc(ranks: readonly number[], actual: readonly number[]): number | null {
  const order = ranks.map((_, index) => index).sort((a, b) => (ranks[a] as number) - (ranks[b] as number));
  let buyers = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && ranks[order[end] as number] === ranks[order[start] as number]) end += 1;
    const midRank = (start + end + 1) / 2;
    for (let index = start; index < end; index += 1) {
      if ((actual[order[index] as number] as number) > 0) {
        buyers += 1;
        rankSum += midRank;
      }
    }
    start = end;
  }
  const others = order.length - buyers;
  if (buyers === 0 || others === 0) return null;
  return (rankSum - (buyers * (buyers + 1)) / 2) / (buyers * others);
}
