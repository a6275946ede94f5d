import type { InnerCase, InnerPeriod } from './inner-period.ts';

/** What a baseline expects of a customer within the horizon. */
export interface Expectation {
  readonly purchases: number;
  /** Of at least one purchase, 0..1. */
  readonly probability: number;
  /** Reporting currency. */
  readonly spend: number;
}

interface Decile extends Expectation {
  readonly recencyDays: number;
}

const deciles = 10;
/** Lets recency order customers of one decile too, and changes no figure that is shown. */
const tieBreak = 1e-9;

/**
 * Learns from recency alone: customers of the inner period in ten bins of equal size by recency; each bin's mean
 * purchases, share of buyers and mean spend, in between by straight lines, beyond the outermost as these. Customers equally
 * recent share what they did evenly, so that the bins do not depend on the order the customers came in.
 */
export function recencyTable(inner: InnerPeriod): (recencyDays: number) => Expectation {
  const sorted = evenlyShared([...inner.cases].sort((a, b) => a.recencyDays - b.recencyDays));
  const table: Decile[] = [];
  for (let bin = 0; bin < deciles; bin += 1) {
    const from = Math.floor((bin * sorted.length) / deciles);
    const to = Math.floor(((bin + 1) * sorted.length) / deciles);
    const members = sorted.slice(from, to);
    if (members.length === 0) continue;
    const mean = (of: (member: (typeof members)[number]) => number) =>
      members.reduce((sum, member) => sum + of(member), 0) / members.length;
    table.push({
      recencyDays: mean(({ recencyDays }) => recencyDays),
      purchases: mean(({ purchases }) => purchases) * inner.stretch,
      probability: stretchShare(
        mean(({ bought }) => bought),
        inner.stretch,
      ),
      spend: mean(({ spend }) => spend) * inner.stretch,
    });
  }
  return (recencyDays) => {
    const { purchases, probability, spend } = interpolate(table, recencyDays);
    return { purchases, probability: Math.max(0, probability - tieBreak * recencyDays), spend };
  };
}

/** The share of buyers within a horizon `stretch` times as long, at an unchanged rate. */
export function stretchShare(share: number, stretch: number): number {
  return 1 - (1 - share) ** stretch;
}

interface SharedCase extends InnerCase {
  /** Share of buyers among those as recent, 0..1. */
  readonly bought: number;
}

/** @param sorted by recency */
function evenlyShared(sorted: readonly InnerCase[]): SharedCase[] {
  const shared: SharedCase[] = [];
  for (let from = 0; from < sorted.length; ) {
    const { recencyDays } = sorted[from] as InnerCase;
    let to = from;
    let [purchases, spend, buyers] = [0, 0, 0];
    for (; to < sorted.length && sorted[to]?.recencyDays === recencyDays; to += 1) {
      const member = sorted[to] as InnerCase;
      purchases += member.purchases;
      spend += member.spend;
      if (member.purchases > 0) buyers += 1;
    }
    const tied = to - from;
    const mean = { recencyDays, purchases: purchases / tied, spend: spend / tied, bought: buyers / tied };
    for (; from < to; from += 1) shared.push(mean);
  }
  return shared;
}

function interpolate(table: readonly Decile[], recencyDays: number): Expectation {
  const after = table.findIndex((decile) => decile.recencyDays >= recencyDays);
  const high = after < 0 ? table.at(-1) : table[after];
  const low = after <= 0 ? high : table[after - 1];
  if (low === undefined || high === undefined) return { purchases: 0, probability: 0, spend: 0 };
  const span = high.recencyDays - low.recencyDays;
  const weight = span > 0 ? (recencyDays - low.recencyDays) / span : 0;
  const between = (a: number, b: number) => a + weight * (b - a);
  return {
    purchases: between(low.purchases, high.purchases),
    probability: between(low.probability, high.probability),
    spend: between(low.spend, high.spend),
  };
}
