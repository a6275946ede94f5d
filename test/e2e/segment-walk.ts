import { segmentAfter } from '../../operators/segments/assign-segment.ts';
import type {
  SegmentFeatureName,
  SegmentModel,
  SegmentName,
} from '../../operators/segments/segment-model.ts';
import type { FileOrder } from './oracle.ts';

const dayMs = 86_400_000;
const yearMs = 365 * dayMs;
const minuteMs = 60_000;

/** A move as brute force finds it. */
export interface WalkedMove {
  readonly atMs: number;
  readonly from: SegmentName;
  readonly to: SegmentName;
  readonly cause: 'event' | 'time' | 'model';
}

/** What stays as it is from one instant on until an order happens, or leaves the year. */
interface Stretch {
  readonly fromMs: number;
  /** Exclusive. */
  readonly untilMs: number;
  readonly orders365: number;
  readonly spend365: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * Where one customer stands at any instant, by plain arithmetic over the orders of the file and one question to the
 * segment model for each instant tried: every minute, and each millisecond of a minute that ends in another segment.
 */
export class SegmentWalk {
  /** In the order they happened. */
  readonly #orders: readonly FileOrder[];
  #known: readonly FileOrder[] = [];
  #stretch: Stretch | undefined;
  readonly #z: number[] = [];

  constructor(orders: readonly FileOrder[]) {
    this.#orders = orders;
  }

  /** Takes the first `count` orders as having happened. */
  know(count: number): void {
    this.#known = this.#orders.slice(0, count);
    this.#stretch = undefined;
  }

  /** @param current undefined for a customer who has no segment yet */
  segmentAt(current: SegmentName | undefined, atMs: number, model: SegmentModel): SegmentName {
    const { orders365, spend365, firstMs, lastMs } = this.#stretchAt(atMs);
    const plain: Readonly<Record<SegmentFeatureName, number>> = {
      recencyDays: (atMs - lastMs) / dayMs,
      tenureDays: (atMs - firstMs) / dayMs,
      orders365,
      spend365,
    };
    for (const [index, { feature, mean, deviation, scale = 1 }] of model.transforms.entries()) {
      this.#z[index] = (Math.log1p(Math.max(0, plain[feature]) / scale) - mean) / deviation;
    }
    return segmentAfter(current, this.#z, model);
  }

  /**
   * The first change in `(fromMs, untilMs]` with no further order. A stay in another segment of less than a minute may
   * fall between two tries, so instants that somebody claims can be tried as well.
   */
  nextChange(
    current: SegmentName,
    model: SegmentModel,
    fromMs: number,
    untilMs: number,
    claimedMs: readonly number[] = [],
  ): { atMs: number; to: SegmentName } | undefined {
    const claimed = claimedMs.filter((atMs) => atMs > fromMs && atMs <= untilMs).sort((a, b) => a - b);
    let next = 0;
    let beforeMs = fromMs;
    while (beforeMs < untilMs) {
      const minute = (Math.floor(beforeMs / minuteMs) + 1) * minuteMs;
      let atMs = Math.min(minute, untilMs);
      const claim = claimed[next];
      if (claim !== undefined && claim <= atMs) {
        atMs = claim;
        next += 1;
      }
      if (this.segmentAt(current, atMs, model) !== current)
        return this.#refine(current, model, beforeMs, atMs);
      beforeMs = atMs;
    }
    return undefined;
  }

  #refine(
    current: SegmentName,
    model: SegmentModel,
    afterMs: number,
    untilMs: number,
  ): { atMs: number; to: SegmentName } {
    for (let atMs = afterMs + 1; atMs < untilMs; atMs += 1) {
      const to = this.segmentAt(current, atMs, model);
      if (to !== current) return { atMs, to };
    }
    return { atMs: untilMs, to: this.segmentAt(current, untilMs, model) };
  }

  #stretchAt(atMs: number): Stretch {
    const held = this.#stretch;
    if (held !== undefined && atMs >= held.fromMs && atMs < held.untilMs) return held;
    const happened = this.#known.filter((order) => order.atMs <= atMs);
    const inYear = happened.filter((order) => order.atMs > atMs - yearMs);
    const purchases = happened.filter((order) => order.boughtMilli > 0);
    // Whoever has only ever returned is measured by the returns.
    const counting = (purchases.length > 0 ? purchases : happened).map((order) => order.atMs);
    const edges = this.#known.flatMap((order) => [order.atMs, order.atMs + yearMs]);
    this.#stretch = {
      fromMs: atMs,
      untilMs: Math.min(Number.POSITIVE_INFINITY, ...edges.filter((edge) => edge > atMs)),
      orders365: inYear.filter((order) => order.boughtMilli > 0).length,
      spend365: inYear.reduce((sum, order) => sum + order.spendMicros, 0) / 1e6,
      firstMs: Math.min(...counting),
      lastMs: Math.max(...counting),
    };
    return this.#stretch;
  }
}

export interface Life {
  /** In the order they happened. */
  readonly orders: readonly FileOrder[];
  /** In the order of their fits; each takes effect at the instant of its fit. */
  readonly models: readonly SegmentModel[];
  readonly untilMs: number;
  /** Instants to be tried beside the whole minutes. */
  readonly claimedMs: readonly number[];
  /** The segment under the first model at the instant of its fit; if not given, it is chosen then. */
  readonly start?: SegmentName | undefined;
  /** When the customer last moved before that; undefined if they never had. */
  readonly lastMoveMs?: number | undefined;
}

/** Every move of one customer from the first model on: by orders, by time alone, and by new models. */
export function walkLife({
  orders,
  models,
  untilMs,
  claimedMs,
  start,
  lastMoveMs = Number.NEGATIVE_INFINITY,
}: Life): WalkedMove[] {
  const walk = new SegmentWalk(orders);
  const moves: WalkedMove[] = [];
  let segment: SegmentName | undefined;
  let model: SegmentModel | undefined;
  let known = 0;
  let nowMs = Number.NEGATIVE_INFINITY;
  const move = (atMs: number, to: SegmentName, cause: WalkedMove['cause']) => {
    if (segment !== undefined && to !== segment) moves.push({ atMs, from: segment, to, cause });
    segment = to;
  };
  const movedMs = () => moves.at(-1)?.atMs ?? lastMoveMs;
  /** Time alone moves nobody on before this. */
  const restsUntilMs = () => movedMs() + Math.round((model?.dwellDays ?? 0) * dayMs);
  const passTime = (toMs: number) => {
    while (model !== undefined && segment !== undefined && nowMs < toMs) {
      const fromMs = Math.max(nowMs, restsUntilMs() - 1);
      const change = fromMs < toMs ? walk.nextChange(segment, model, fromMs, toMs, claimedMs) : undefined;
      nowMs = change?.atMs ?? toMs;
      if (change) move(change.atMs, change.to, 'time');
    }
    nowMs = Math.max(nowMs, toMs);
  };
  const takeOrders = (untilOrderMs: number) => {
    for (; known < orders.length && (orders[known] as FileOrder).atMs <= untilOrderMs; known += 1) {
      const { atMs } = orders[known] as FileOrder;
      // An order takes effect at its instant, ahead of what time alone would do at the same one.
      passTime(atMs - 1);
      nowMs = Math.max(nowMs, atMs);
      walk.know(known + 1);
      if (model === undefined) continue;
      move(nowMs, walk.segmentAt(segment, nowMs, model), 'event');
    }
    passTime(untilOrderMs);
  };
  for (const next of models) {
    takeOrders(next.fittedAtMs);
    if (known > 0) {
      if (model === undefined && start !== undefined) segment = start;
      else move(next.fittedAtMs, walk.segmentAt(segment, next.fittedAtMs, next), 'model');
    }
    model = next;
  }
  takeOrders(untilMs);
  return moves;
}
