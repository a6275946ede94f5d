import type { ItemDocument, PurchaseDocument } from '../../operators/event/event-document.ts';
import type { PurchaseContext } from '../../operators/event/purchase-event.ts';
import { createRandom, type Random } from './random.ts';
import { type SimulatedProduct, simulatedCatalogue } from './simulated-catalogue.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Sunday first. */
const weekdayWeights = [0.8, 0.8, 0.8, 0.9, 1, 1.4, 1.5];
const returnProbability = 0.04;

interface Staple {
  readonly product: SimulatedProduct;
  /** This customer's own pace, days. */
  readonly everyDays: number;
  lastBoughtMs: number;
}

interface SimulatedReturn {
  readonly atMs: number;
  readonly item: ItemDocument;
  readonly orderId: string;
}

export interface SimulatedOrder {
  readonly atMs: number;
  readonly document: PurchaseDocument;
}

export interface SimulatedCustomerOptions {
  readonly seed: number;
  /** 0.., the customer's number. */
  readonly index: number;
  /** First purchase, UTC milliseconds. */
  readonly joinedMs: number;
  readonly currency: string;
  /** Marks the ids of one simulation's events. */
  readonly run: string;
}

/**
 * One customer of the simulation, with a pace and habits of its own: purchase rates are gamma distributed over customers
 * and a customer leaves after a purchase with a probability that is beta distributed over them (the assumptions of
 * BG/NBD), gaps are Erlang distributed with a personal regularity, and staples are bought when they run out.
 * @see Fader, Hardie, Lee (2005), "Counting Your Customers" the Easy Way
 */
export class SimulatedCustomer {
  readonly #options: SimulatedCustomerOptions;
  readonly #random: Random;
  readonly #gapDays: number;
  readonly #regularity: number;
  readonly #leaveProbability: number;
  readonly #staples: readonly Staple[];
  readonly #tastes: readonly SimulatedProduct[];
  readonly #extrasMean: number;
  readonly #context: PurchaseContext;
  #purchaseAtMs: number;
  #returns: SimulatedReturn[] = [];
  #ordinal = 0;

  constructor(options: SimulatedCustomerOptions) {
    this.#options = options;
    const random = createRandom(options.seed, options.index);
    this.#random = random;
    const ratePerDay = random.gamma(1.5, 0.19);
    this.#gapDays = Math.min(120, Math.max(2.5, 1 / ratePerDay));
    this.#regularity = random.pick([1, 1, 2, 4, 9]);
    this.#leaveProbability = random.beta(0.7, 12);
    const regular = simulatedCatalogue.filter((product) => product.lastsDays !== undefined);
    const popularity = (product: SimulatedProduct) => product.popularity;
    const staples = Array.from({ length: 2 + random.poisson(2) }, () => random.pick(regular, popularity));
    this.#staples = [...new Set(staples)].map((product) => ({
      product,
      everyDays: Math.max(3, random.gamma(8, product.lastsDays ?? 30)),
      lastBoughtMs: Number.NEGATIVE_INFINITY,
    }));
    const liked = new Set([1, 2, 3].map(() => random.pick(simulatedCatalogue).category));
    this.#tastes = simulatedCatalogue.filter((product) => liked.has(product.category));
    this.#extrasMean = random.gamma(2, 1.2);
    this.#context = {
      channel: random.pick(['web', 'store', 'app']),
      device: random.pick(['mobile', 'desktop', 'tablet'], (device) => (device === 'tablet' ? 0.3 : 1)),
      region: random.pick(['GB-LND', 'GB-NWT', 'GB-SCT', 'GB-WLS', 'IE-D']),
    };
    this.#purchaseAtMs = options.joinedMs;
  }

  /** When this customer's next event happens, UTC milliseconds; Infinity once there is none. */
  get nextAtMs(): number {
    return Math.min(this.#purchaseAtMs, this.#returns[0]?.atMs ?? Number.POSITIVE_INFINITY);
  }

  /** Lets the next event happen. */
  next(): SimulatedOrder {
    const [due] = this.#returns;
    if (due !== undefined && due.atMs <= this.#purchaseAtMs) {
      this.#returns.shift();
      return this.#order(due.atMs, `${due.orderId}-R`, [due.item]);
    }
    const atMs = this.#purchaseAtMs;
    const items = this.#basket(atMs);
    const order = this.#order(atMs, `${this.#customerId}-${this.#ordinal + 1}`, items);
    this.#planReturn(order);
    const leaves = this.#random.uniform() < this.#leaveProbability;
    this.#purchaseAtMs = leaves ? Number.POSITIVE_INFINITY : this.#nextPurchase(atMs);
    return order;
  }

  get #customerId(): string {
    return `C${String(this.#options.index + 1).padStart(5, '0')}`;
  }

  #order(atMs: number, orderId: string, items: readonly ItemDocument[]): SimulatedOrder {
    const { run, currency } = this.#options;
    this.#ordinal += 1;
    const document: PurchaseDocument = {
      v: 1,
      eventId: `sim:${run}:${this.#customerId}:${this.#ordinal}`,
      type: 'purchase',
      customerId: this.#customerId,
      orderId,
      occurredAt: new Date(atMs).toISOString(),
      currency,
      context: this.#context,
      items,
    };
    return { atMs, document };
  }

  /** An Erlang gap, shorter before the winter holidays, moved to the likeliest of the days around and to a daytime hour. */
  #nextPurchase(fromMs: number): number {
    const random = this.#random;
    const gapMs = (random.gamma(this.#regularity, this.#gapDays) / yearFactor(fromMs)) * dayMs;
    const days = [-1, 0, 1].map((shift) => Math.floor((fromMs + gapMs) / dayMs) + shift);
    const day = random.pick(
      days,
      (candidate) => weekdayWeights[new Date(candidate * dayMs).getUTCDay()] ?? 1,
    );
    const usualHour = this.#context.channel === 'store' ? 13 : 19;
    const hour = Math.min(22.9, Math.max(7, random.normal(usualHour, 3)));
    // Whole seconds, at least an hour after the last: two orders of a customer never share an instant.
    return Math.max(Math.floor((day * 24 + hour) * 3_600) * 1_000, fromMs + hourMs + 1_000);
  }

  #basket(atMs: number): ItemDocument[] {
    const random = this.#random;
    const chosen = new Map<SimulatedProduct, number>();
    for (const staple of this.#staples) {
      const usedDays = (atMs - staple.lastBoughtMs) / dayMs;
      if (usedDays < staple.everyDays * 0.85) continue;
      staple.lastBoughtMs = atMs;
      chosen.set(staple.product, 1 + random.poisson(0.4));
    }
    const extras = random.poisson(this.#extrasMean) + (chosen.size === 0 ? 1 : 0);
    for (let count = 0; count < extras; count += 1) {
      const product = random.pick(this.#tastes, (each) => each.popularity);
      chosen.set(product, (chosen.get(product) ?? 0) + 1);
    }
    return [...chosen].map(([{ productId, category, unitPrice }, quantity]) => ({
      productId,
      category,
      quantity,
      unitPrice,
    }));
  }

  #planReturn({ atMs, document }: SimulatedOrder): void {
    const random = this.#random;
    if (random.uniform() >= returnProbability) return;
    const item = random.pick(document.items);
    const afterMs = Math.floor((2 + 12 * random.uniform()) * dayMs);
    this.#returns.push({ atMs: atMs + afterMs, item: { ...item, quantity: -1 }, orderId: document.orderId });
    this.#returns.sort((a, b) => a.atMs - b.atMs);
  }
}

/** How much more is bought at a time of the year: 1.4 in mid-December, 0.8 half a year from it, 1.1 on the average. */
function yearFactor(atMs: number): number {
  const yearDays = 365.25;
  const peakDay = 348;
  const day = (atMs / dayMs) % yearDays;
  return 1.1 + 0.3 * Math.cos((2 * Math.PI * (day - peakDay)) / yearDays);
}
