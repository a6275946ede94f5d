import type { CustomerState } from '../state/customer-state.ts';
import { type PurchaseTimeline, purchaseTimeline } from './purchase-timeline.ts';

/** Customers whose timelines are kept, at most. */
const customersMax = 5_000;
/** How many times as many are held before those beyond the bound are let go: sorting rarely costs less than it saves. */
const heldRatio = 1.2;

interface Candidate {
  readonly order: number;
  readonly timeline: PurchaseTimeline;
}

/**
 * An even sample of customers' timelines in bounded memory: all, up to 5,000 customers; beyond that those whose newest order has the
 * lowest hash. At most 6,000 are held at a time, usually 1 KB each; 30 KB for one who ordered on each of the last 365 days. The same customers give the same sample whatever their order.
 */
export class TimelineSample {
  private candidates: Candidate[] = [];
  private readonly customersMax: number;

  constructor(max: number = customersMax) {
    this.customersMax = max;
  }

  /** Adds one customer; one who never purchased adds nothing. */
  add(state: CustomerState): void {
    const order = state.entries.at(-1)?.hash ?? 0;
    if (order > this.highest) return;
    const timeline = purchaseTimeline(state);
    if (timeline === undefined) return;
    this.candidates.push({ order, timeline });
    if (this.candidates.length >= heldRatio * this.customersMax) this.cut();
  }

  /** In the order of the hashes. */
  timelines(): PurchaseTimeline[] {
    this.cut();
    return this.candidates.map(({ timeline }) => timeline);
  }

  /** Orders above it are out of the sample already. */
  private highest = Number.POSITIVE_INFINITY;

  private cut(): void {
    this.candidates.sort(byOrder);
    if (this.candidates.length <= this.customersMax) return;
    this.candidates = this.candidates.slice(0, this.customersMax);
    this.highest = this.candidates.at(-1)?.order ?? this.highest;
  }
}

/** Customers with the same hash (made-up ones) by what they bought, so that no order of arrival shows. */
function byOrder(a: Candidate, b: Candidate): number {
  return (
    a.order - b.order ||
    a.timeline.firstDay - b.timeline.firstDay ||
    compareLists(a.timeline.days, b.timeline.days) ||
    compareLists(spendsOf(a.timeline), spendsOf(b.timeline))
  );
}

function spendsOf({ amounts }: PurchaseTimeline): number[] {
  return amounts.map(({ spend }) => spend);
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const difference = (a[index] as number) - (b[index] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
