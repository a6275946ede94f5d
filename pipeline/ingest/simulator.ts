import { createRandom } from './random.ts';
import { SimulatedCustomer, type SimulatedOrder } from './simulated-customer.ts';

export interface SimulateOptions {
  /** Any 32-bit integer; the same options give the same events. */
  readonly seed: number;
  /** Customers that have come by the end of the history, 1..; the same number a day go on coming after it. */
  readonly customers: number;
  /** Over which `customers` come, days, 1... */
  readonly historyDays: number;
  /** First instant, UTC milliseconds. */
  readonly startMs: number;
  /** ISO 4217. */
  readonly currency: string;
}

const dayMs = 86_400_000;
/** Share of the customers who are there at the start, and the days over which their first purchases lie. */
const foundingShare = 0.2;
const foundingDays = 14;
/** Customers have the streams from 0 on. */
const arrivalsStream = -1;

/**
 * Purchases of a made-up shop in order of event time, without end. Pure: a run that starts anew and passes over the
 * first N goes on where another one stopped. Memory: the customers who still buy.
 */
export function* simulate(options: SimulateOptions): Generator<SimulatedOrder, never> {
  const { seed, startMs, currency } = options;
  const run = `${seed}-${startMs.toString(36)}`;
  const arrivals = arrivalTimes(options);
  let nextArrivalMs = arrivals.next().value;
  let customers: SimulatedCustomer[] = [];
  for (let index = 0, dayEndMs = startMs + dayMs; ; dayEndMs += dayMs) {
    while (nextArrivalMs < dayEndMs) {
      customers.push(new SimulatedCustomer({ seed, index, joinedMs: nextArrivalMs, currency, run }));
      index += 1;
      nextArrivalMs = arrivals.next().value;
    }
    const orders: SimulatedOrder[] = [];
    for (const customer of customers) {
      while (customer.nextAtMs < dayEndMs) orders.push(customer.next());
    }
    customers = customers.filter((customer) => Number.isFinite(customer.nextAtMs));
    // Stable, so that orders of one instant keep the order of their customers.
    yield* orders.sort((a, b) => a.atMs - b.atMs);
  }
}

/** When each customer comes, sorted: the founders within two weeks, the others at a constant rate. */
function* arrivalTimes({ seed, customers, historyDays, startMs }: SimulateOptions): Generator<number, never> {
  const random = createRandom(seed, arrivalsStream);
  const founders = Math.max(1, Math.round(customers * foundingShare));
  const founding = Array.from({ length: founders }, () => random.uniform() * foundingDays * dayMs);
  const meanGapMs = (historyDays * dayMs) / Math.max(1, customers - founders);
  let latest = random.exponential(meanGapMs);
  for (const atMs of founding.sort((a, b) => a - b)) {
    for (; latest < atMs; latest += random.exponential(meanGapMs)) yield wholeSecond(startMs + latest);
    yield wholeSecond(startMs + atMs);
  }
  for (; ; latest += random.exponential(meanGapMs)) yield wholeSecond(startMs + latest);
}

function wholeSecond(atMs: number): number {
  return Math.floor(atMs / 1_000) * 1_000;
}
