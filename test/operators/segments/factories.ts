import fc from 'fast-check';
import type { SegmentHistory } from '../../../operators/segments/segment-features.ts';
import {
  type SegmentFeatures,
  type SegmentModel,
  type SegmentStanding,
  segmentFeatureNames,
  segmentNames,
} from '../../../operators/segments/segment-model.ts';
import {
  type DayTile,
  isPurchase,
  msPerDay,
  type OrderEntry,
} from '../../../operators/state/customer-state.ts';
import { tileInstantMs } from '../../../operators/state/windows.ts';

export const noon = Date.UTC(2026, 5, 1, 12);

export function order(atMs: number, spend = 20, over: Partial<OrderEntry> = {}): OrderEntry {
  return {
    atMs,
    hash: 1,
    spendMicros: Math.round(spend * 1e6),
    boughtMilli: 1000,
    returnedMilli: 0,
    ...over,
  };
}

export function returned(atMs: number, spend = 20): OrderEntry {
  return order(atMs, -spend, { boughtMilli: 0, returnedMilli: 1000 });
}

/** A history of these orders and tiles, with nothing older. */
export function historyOf(orders: readonly OrderEntry[], tiles: readonly DayTile[] = []): SegmentHistory {
  const entries = [...orders].sort((a, b) => a.atMs - b.atMs);
  const tiled = tiles.map((tile) => ({ ...tile, atMs: tileInstantMs(tile.day), isBought: tile.orders > 0 }));
  const events = [...entries.map((entry) => ({ ...entry, isBought: isPurchase(entry) })), ...tiled];
  const times = events.map(({ atMs }) => atMs);
  const bought = events.filter(({ isBought }) => isBought).map(({ atMs }) => atMs);
  const sum = (pick: (event: (typeof events)[number]) => number) => events.reduce((s, e) => s + pick(e), 0);
  return {
    entries,
    tiles: [...tiles].sort((a, b) => a.day - b.day),
    lifetime: {
      events: events.length,
      orders: bought.length,
      spendMicros: sum((event) => event.spendMicros),
      boughtMilli: sum((event) => event.boughtMilli),
      returnedMilli: sum((event) => event.returnedMilli),
      firstEventAtMs: Math.min(...times),
      lastEventAtMs: Math.max(...times),
      firstPurchaseAtMs: bought.length > 0 ? Math.min(...bought) : undefined,
      lastPurchaseAtMs: bought.length > 0 ? Math.max(...bought) : undefined,
      purchaseSpendMicros: 0,
      firstDaySpendMicros: 0,
    } as SegmentHistory['lifetime'],
  };
}

export function modelOf(over: Partial<SegmentModel> = {}): SegmentModel {
  return {
    version: 'test-1',
    fittedAtMs: noon,
    sampleSize: 1000,
    transforms: [
      { feature: 'recencyDays', kind: 'log1p', mean: 3.5, deviation: 1.3 },
      { feature: 'tenureDays', kind: 'log1p', mean: 5, deviation: 0.9 },
      { feature: 'orders365', kind: 'log1p', mean: 1.2, deviation: 0.7 },
      { feature: 'spend365', kind: 'log1p', mean: 6, deviation: 1.4 },
    ],
    names: segmentNames,
    // Recency, tenure, orders, spend: what real customers of a web shop look like.
    centroids: [
      [-1.63, 0.76, 2.25, 1.48],
      [-0.35, 0.64, 1.05, 0.85],
      [-1.25, -0.02, 0.32, 0.28],
      [-0.89, -2.52, -0.68, -0.44],
      [0.14, -1.08, -0.7, -0.31],
      [0.39, 0.46, 0.02, 0.18],
      [1.16, 0.4, -0.77, -0.56],
      [1.3, 0.57, -1.7, -3.9],
    ],
    margin: 0.1,
    quality: { inertia: 0.7, sizes: [1, 1, 1, 1, 1, 1, 1, 1], silhouette: 0.45, iterations: 20 },
    ...over,
  };
}

export function standingOf(over: Partial<SegmentStanding> = {}): SegmentStanding {
  return {
    segment: 'New',
    sinceMs: noon,
    cause: 'event',
    reasons: [],
    modelVersion: 'test-1',
    migrations: 0,
    ...over,
  };
}

const within = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const hundredth = fc.integer({ min: -250, max: 250 }).map((value) => value / 100);

/** Any well-formed model over plausible features. */
export const anyModel: fc.Arbitrary<SegmentModel> = fc
  .record({
    means: fc.tuple(within(1, 5), within(3, 6), within(0.2, 2), within(2, 8)),
    deviations: fc.array(within(0.2, 2), { minLength: 4, maxLength: 4 }),
    centroids: fc.array(fc.array(hundredth, { minLength: 4, maxLength: 4 }), {
      minLength: 8,
      maxLength: 8,
    }),
    margin: fc.oneof(fc.constant(0), within(0, 0.5)),
    dwellDays: fc.oneof(fc.constant(0), within(0, 30)),
    scales: fc.tuple(...[1, 2, 3, 4].map(() => fc.oneof(fc.constant(1), within(1, 60)))),
  })
  .map(({ means, deviations, centroids, margin, dwellDays, scales }) =>
    modelOf({
      transforms: segmentFeatureNames.map((feature, index) => ({
        feature,
        kind: 'log1p',
        scale: scales[index] as number,
        mean: means[index] as number,
        deviation: deviations[index] as number,
      })),
      centroids,
      margin,
      dwellDays,
    }),
  );

const anyOrder = (fromMs: number, toMs: number): fc.Arbitrary<OrderEntry> =>
  fc
    .record({
      atMs: fc.integer({ min: fromMs, max: toMs }),
      spend: within(-50, 900),
      isReturn: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
    })
    .map(({ atMs, spend, isReturn }) => (isReturn ? returned(atMs, Math.abs(spend)) : order(atMs, spend)));

/** One to eight orders in a stretch of time, a few of them returns; sometimes with day tiles as well. */
export function anyHistory(fromMs: number, toMs: number): fc.Arbitrary<SegmentHistory> {
  const day = fc.integer({ min: Math.floor(fromMs / msPerDay), max: Math.floor(toMs / msPerDay) });
  const tile = fc.record({ day, orders: fc.integer({ min: 0, max: 3 }), spend: within(-20, 300) }).map(
    ({ day: tileDay, orders, spend }): DayTile => ({
      day: tileDay,
      orders,
      spendMicros: Math.round(spend * 1e6),
      boughtMilli: orders * 1000,
      returnedMilli: 0,
    }),
  );
  const tiles = fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.uniqueArray(tile, { maxLength: 3, selector: (held) => held.day }) },
  );
  return fc
    .tuple(fc.array(anyOrder(fromMs, toMs), { minLength: 1, maxLength: 8 }), tiles)
    .map(([orders, dayTiles]) => historyOf(orders, dayTiles));
}

/** Features of `count` customers in eight loose groups, from a fixed linear congruential sequence. */
export function sampleOf(count: number, seed: number): SegmentFeatures[] {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const groups = [
    [3, 340, 16, 6000],
    [27, 300, 6, 2300],
    [7, 170, 4, 900],
    [12, 17, 1, 280],
    [54, 65, 1, 350],
    [77, 260, 3, 790],
    [220, 245, 1, 230],
    [330, 340, 0, 0],
  ] as const;
  return Array.from({ length: count }, (_, index) => {
    const [recency, tenure, orders, spend] = groups[index % groups.length] ?? groups[0];
    const vary = () => 0.6 + 0.8 * next();
    const recencyDays = recency * vary();
    return {
      recencyDays,
      tenureDays: Math.max(recencyDays, tenure * vary()),
      orders365: Math.round(orders * vary()),
      spend365: spend * vary(),
    };
  });
}
