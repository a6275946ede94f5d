import { randomBeta, randomExponential, randomGamma } from 'd3-random';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { PurchaseEvent } from '../../../operators/event/purchase-event.ts';
import type { BgNbd, RepeatHistory } from '../../../operators/predict/bg-nbd.ts';
import type { ConsumptionModel } from '../../../operators/predict/consumption-model.ts';
import { type CustomerState, msPerDay } from '../../../operators/state/customer-state.ts';
import { emptyState, foldEvents } from '../../../operators/state/fold-events.ts';

/** Midnight that every test's day 0 falls on. */
export const dayZeroMs = Date.UTC(2025, 0, 1);

export function atDay(day: number): number {
  return Math.round(dayZeroMs + day * msPerDay);
}

export interface Bought {
  readonly day: number;
  readonly spend?: number;
  readonly products?: readonly string[];
  /** Units of each product; negative for a return. Default 1. */
  readonly quantity?: number;
}

function purchase(
  { day, spend = 20, products = ['tea'], quantity = 1 }: Bought,
  hash: number,
): PurchaseEvent {
  const units = Math.round(quantity * products.length * 1000);
  return {
    eventId: `e${hash}`,
    eventHash: hash,
    customerId: 'c1',
    orderId: `o${hash}`,
    occurredAtMs: atDay(day),
    context: undefined,
    items: products.map((productId) => ({
      productId,
      category: `kind of ${productId}`,
      quantityMilli: Math.round(quantity * 1000),
      unitPriceMicros: Math.round((spend / (products.length * quantity)) * 1e6),
    })),
    spendMicros: Math.round(spend * 1e6),
    boughtMilli: Math.max(0, units),
    returnedMilli: Math.max(0, -units),
  };
}

export function customer(purchases: readonly (number | Bought)[]): CustomerState {
  const events = purchases.map((bought, index) =>
    purchase(typeof bought === 'number' ? { day: bought } : bought, index + 1),
  );
  return foldEvents(emptyState, events).state;
}

/** The published CDNOW parameters, time in days. */
export const model: ConsumptionModel = {
  version: 'm1',
  fittedAtMs: dayZeroMs,
  sampleSize: 2357,
  bgNbd: {
    r: 0.243,
    alphaDays: 4.414 * 7,
    a: 0.793,
    b: 2.426,
    logLikelihood: -14371,
    method: 'maximum-likelihood',
  },
  gammaGamma: {
    p: 6.25,
    q: 3.74,
    v: 15.44,
    logLikelihood: -4055.92,
    method: 'maximum-likelihood',
    customers: 946,
  },
  regularity: { shape: 1.5, weightGaps: 6 },
  replenishment: {
    products: {
      r: 1,
      alphaPurchaseDays: 8,
      a: 0.2,
      b: 5,
      method: 'maximum-likelihood',
      regularity: { shape: 2, weightGaps: 5 },
    },
    categories: {
      r: 1.2,
      alphaPurchaseDays: 3,
      a: 0.1,
      b: 5,
      method: 'maximum-likelihood',
      regularity: { shape: 2, weightGaps: 5 },
    },
  },
};

export interface Draws {
  uniform(): number;
  /** Mean `shape / rate`. */
  gamma(shape: number, rate: number): number;
  beta(a: number, b: number): number;
  exponential(rate: number): number;
}

/** Seeded draws; the seed is printed so that a failure can be repeated. */
export function draws(seed: number): Draws {
  console.log(`seed ${seed}`);
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  const gamma = randomGamma.source(uniform);
  const beta = randomBeta.source(uniform);
  const exponential = randomExponential.source(uniform);
  return {
    uniform,
    gamma: (shape, rate) => gamma(shape, 1 / rate)(),
    beta: (a, b) => beta(a, b)(),
    exponential: (rate) => exponential(rate)(),
  };
}

/** One customer who lives exactly by the assumptions of BG/NBD, watched for T. */
export function simulateBgNbd(
  { r, alpha, a, b }: BgNbd,
  T: number,
  random: Draws,
): RepeatHistory & { alive: boolean } {
  const rate = random.gamma(r, alpha);
  const dropout = random.beta(a, b);
  let x = 0;
  let tx = 0;
  let alive = true;
  for (let t = random.exponential(rate); t <= T && alive; t += random.exponential(rate)) {
    x += 1;
    tx = t;
    alive = random.uniform() >= dropout;
  }
  return { x, tx, T, alive };
}
