import { setImmediate } from 'node:timers/promises';
import type { RankingScores } from '../../operators/backtest/backtest-report.ts';
import { boughtProducts, ItemHistories } from '../../operators/backtest/item-histories.ts';
import { RankingScorer, type ScoredItem } from '../../operators/backtest/ranking-scores.ts';
import { ConfigurationError } from '../../operators/errors.ts';
import { decodeEvent } from '../../operators/event/decode-event.ts';
import type { PurchaseEvent } from '../../operators/event/purchase-event.ts';
import type { ConsumptionModel } from '../../operators/predict/consumption-model.ts';
import { ConsumptionSample } from '../../operators/predict/consumption-sample.ts';
import { fitConsumptionModel } from '../../operators/predict/fit-consumption-model.ts';
import { rankProducts } from '../../operators/predict/product-ranking.ts';
import type { CustomerState } from '../../operators/state/customer-state.ts';
import { emptyState, foldEvents, isDuplicate } from '../../operators/state/fold-events.ts';
import { readFileBatches } from '../ingest/file-batches.ts';
import { leaveIfStopped } from './survey-file.ts';

export interface NextBasketOptions {
  /** CSV file of the baskets known; times need only say what came first. */
  readonly historyPath: string;
  /** CSV file of the baskets to be told, one for each customer; of several the last counts. */
  readonly truthPath: string;
  readonly onProgress?: (done: number, of: number | undefined) => void;
  /** Ends the work with an error `stopped`. */
  readonly signal?: AbortSignal | undefined;
}

export interface NextBasketRanker {
  readonly name: RankerName;
  readonly scores: RankingScores;
  /** Mean time of ranking one customer, microseconds; without reading the state. */
  readonly microsPerCustomer: number;
}

type RankerName = 'model' | 'G-TopFreq' | 'P-TopFreq' | 'GP-TopFreq';

/** Plain JSON. */
export interface NextBasketReport {
  readonly history: { readonly customers: number; readonly baskets: number; readonly items: number };
  readonly customersScored: number;
  /** Customers of the truth without a purchase in the history; nothing is scored of them. */
  readonly customersNotFound: number;
  /** The model first; without it where none could be fitted, which a note then says. */
  readonly rankers: readonly NextBasketRanker[];
  readonly notes: readonly string[];
}

const rankedTop = 20;
const recordsPerBatch = 10_000;
const customersPerSlice = 200;

/**
 * Folds baskets into customer states as the stream would, fits what a fit job would, ranks what each customer buys next right
 * after the last known basket, new products included, and scores it against the true next basket, beside the most frequent
 * items of the population (G), of the person (P), and of the person filled up with the population's (GP).
 *
 * Memory: the states of all customers, about 5 KB each, and one entry for each pair of customer and product.
 * @throws ConfigurationError when a file can't be read or used, or no customer is in both; TidemarkError `import-file-damaged`, `stopped`
 */
export async function backtestNextBasket(options: NextBasketOptions): Promise<NextBasketReport> {
  const { historyPath, truthPath, signal } = options;
  const { states, histories, baskets, newestMs } = await foldFile(historyPath, signal);
  if (baskets === 0) throw new ConfigurationError([`${historyPath} has no order that can be used`]);
  const truth = await readTruth(truthPath, signal);
  if (truth.size === 0) throw new ConfigurationError([`${truthPath} has no purchase that can be used`]);
  const known = [...truth].filter(([id]) => states.get(id)?.lifetime.lastPurchaseAtMs !== undefined);
  if (known.length === 0) throw new ConfigurationError([`no customer of ${truthPath} is in ${historyPath}`]);
  const notes: string[] = [];
  const model = fitModel(states, newestMs, notes);
  const popular = histories.mostPopular(1_000);
  const rankers = createRankers(model, histories, popular);
  let done = 0;
  for (const [customerId, bought] of known) {
    if (done % customersPerSlice === 0) {
      await setImmediate();
      leaveIfStopped(signal);
    }
    const state = states.get(customerId) as CustomerState;
    for (const ranker of rankers) ranker.score(customerId, state, bought);
    done += 1;
    options.onProgress?.(done, known.length);
  }
  return {
    history: { customers: states.size, baskets, items: histories.items },
    customersScored: known.length,
    customersNotFound: truth.size - known.length,
    rankers: rankers.map((ranker) => ranker.result(known.length)),
    notes,
  };
}

async function foldFile(path: string, signal: AbortSignal | undefined) {
  const states = new Map<string, CustomerState>();
  const histories = new ItemHistories(boughtProducts);
  let baskets = 0;
  let newestMs = Number.NEGATIVE_INFINITY;
  for await (const event of eventsOf(path, signal)) {
    const state = states.get(event.customerId) ?? emptyState;
    if (isDuplicate(state, event)) continue;
    baskets += 1;
    newestMs = Math.max(newestMs, event.occurredAtMs);
    histories.add(event, true);
    states.set(event.customerId, foldEvents(state, [event]).state);
  }
  return { states, histories, baskets, newestMs };
}

async function readTruth(path: string, signal: AbortSignal | undefined) {
  const truth = new Map<string, { atMs: number; products: Set<string> }>();
  for await (const event of eventsOf(path, signal)) {
    const products = boughtProducts(event);
    const known = truth.get(event.customerId);
    if (products.size === 0 || (known && known.atMs > event.occurredAtMs)) continue;
    truth.set(event.customerId, { atMs: event.occurredAtMs, products });
  }
  return new Map(Array.from(truth, ([customerId, { products }]) => [customerId, products]));
}

async function* eventsOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<PurchaseEvent> {
  // Lines without a price need no currency; those with one are ranked all the same.
  const currencies = { reportingCurrency: 'EUR', rates: {} };
  const options = { reportingCurrency: 'EUR', skip: 0, recordsMax: recordsPerBatch, nowMs: Date.now };
  for await (const { records } of readFileBatches(path, options)) {
    leaveIfStopped(signal);
    for (const { data, arrivedAtMs } of records) {
      const decoded = decodeEvent(data, arrivedAtMs, {
        currencies,
        futureSkewMsMax: 3_600_000,
        itemsMax: 20_000,
      });
      if (decoded.kind === 'event') yield decoded.event;
    }
  }
}

function fitModel(
  states: ReadonlyMap<string, CustomerState>,
  newestMs: number,
  notes: string[],
): ConsumptionModel | undefined {
  const sample = new ConsumptionSample();
  for (const state of states.values()) sample.add(state, newestMs);
  const fit = fitConsumptionModel({ sample, fittedAtMs: newestMs, version: 'next-basket' });
  if (fit.ok) {
    notes.push(...fit.notes);
    return fit.model;
  }
  notes.push(`No model: ${fit.reason}.`);
  return undefined;
}

type Rank = (customerId: string, state: CustomerState) => readonly ScoredItem[];

class TimedRanker {
  private readonly name: RankerName;
  private readonly rank: Rank;
  private readonly boughtBefore: ItemHistories;
  private readonly scorer = new RankingScorer();
  private tookMs = 0;

  constructor(name: RankerName, rank: Rank, boughtBefore: ItemHistories) {
    this.name = name;
    this.rank = rank;
    this.boughtBefore = boughtBefore;
  }

  score(customerId: string, state: CustomerState, truth: ReadonlySet<string>): void {
    const startMs = performance.now();
    const ranked = this.rank(customerId, state);
    this.tookMs += performance.now() - startMs;
    this.scorer.add(ranked, truth, this.boughtBefore.of(customerId));
  }

  result(customers: number): NextBasketRanker {
    const microsPerCustomer = Math.round((1_000 * this.tookMs) / customers);
    return { name: this.name, scores: this.scorer.scores(), microsPerCustomer };
  }
}

function createRankers(
  model: ConsumptionModel | undefined,
  histories: ItemHistories,
  popular: readonly string[],
): TimedRanker[] {
  const global: Rank = (customerId) => {
    const counts = histories.of(customerId);
    return popular.slice(0, rankedTop).map((key) => ({ key, isNew: !counts.has(key) }));
  };
  const personal: Rank = (customerId) =>
    [...histories.of(customerId)]
      .sort(([keyA, a], [keyB, b]) => b.count - a.count || (keyA < keyB ? -1 : 1))
      .slice(0, rankedTop)
      .map(([key]) => ({ key, isNew: false }));
  const combined: Rank = (customerId, state) => {
    const own = personal(customerId, state);
    const counts = histories.of(customerId);
    const others = popular.slice(0, 2 * rankedTop + own.length).filter((key) => !counts.has(key));
    return [...own, ...others.map((key) => ({ key, isNew: true }))].slice(0, rankedTop);
  };
  const ranked: [RankerName, Rank][] = [
    ['G-TopFreq', global],
    ['P-TopFreq', personal],
    ['GP-TopFreq', combined],
  ];
  if (model) {
    ranked.unshift([
      'model',
      (_, state) =>
        rankProducts(state, model, (state.lifetime.lastPurchaseAtMs as number) + 1, {
          horizonDays: 1,
          top: rankedTop,
        }),
    ]);
  }
  return ranked.map(([name, rank]) => new TimedRanker(name, rank, histories));
}
