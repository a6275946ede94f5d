import { consumptionByCategory, consumptionByProduct } from '../state/consumption.ts';
import type { Consumption, CustomerState, GapStatistics } from '../state/customer-state.ts';
import { BinnedRows } from './binned-rows.ts';
import type { RepeatHistoryCount } from './fit-bg-nbd.ts';
import type { SpendHistoryCount } from './fit-gamma-gamma.ts';
import type { UnevennessCount } from './fit-regularity.ts';
import { gapStatistics, gapUnevenness, purchaseGapDays } from './gap-regularity.ts';
import { purchaseStatistics } from './purchase-statistics.ts';
import { RankingSample } from './ranking-sample.ts';
import { type RepurchaseHistory, repurchaseHistoryOf } from './repurchase-history.ts';
import { TimelineSample } from './timeline-sample.ts';

/** Two sequences of gaps whose unevenness differs by less are counted as equal. */
const unevennessWidth = 0.02;

/**
 * What a fit needs of many customers, gathered in one pass: `add` each customer once, in any order, then fit.
 * Memory is bounded whatever the number of customers: seven tables of 5,000 to 100,000 bins each, coarsened beyond that.
 * `asOfMs` should be the same instant for all, not before the newest event.
 */
export class ConsumptionSample {
  private readonly histories = new BinnedRows({ widths: [0, 1, 1], binsMax: 100_000 });
  private readonly spends = new BinnedRows({ widths: [0, 0.001] });
  private readonly purchaseGaps = new BinnedRows({ widths: [0, unevennessWidth], binsMax: 5_000 });
  private readonly products = consumptionTables();
  private readonly categories = consumptionTables();
  /** What the model of purchases is learned from and chosen on. */
  readonly timelines = new TimelineSample();
  /** What rankings are learned from. */
  readonly ranking = new RankingSample();
  private customerCount = 0;
  private newestAsOfMs = Number.NEGATIVE_INFINITY;

  /** Customers with at least one purchase added so far. */
  get customers(): number {
    return this.customerCount;
  }

  /** The instant customers were added as of; -Infinity before the first. */
  get asOfMs(): number {
    return this.newestAsOfMs;
  }

  /** Adds one customer; one who never purchased adds nothing. */
  add(state: CustomerState, asOfMs: number): void {
    const statistics = purchaseStatistics(state, asOfMs);
    if (statistics === undefined) return;
    this.customerCount += 1;
    this.newestAsOfMs = Math.max(this.newestAsOfMs, asOfMs);
    const { repeatPurchases, recencyDays, ageDays, meanRepeatSpend } = statistics;
    this.histories.add([repeatPurchases, recencyDays, ageDays]);
    if (meanRepeatSpend !== undefined && meanRepeatSpend > 0) {
      this.spends.add([repeatPurchases, Math.log(meanRepeatSpend)]);
    }
    addGaps(this.purchaseGaps, gapStatistics(purchaseGapDays(state)));
    this.ranking.add(state);
    this.timelines.add(state);
    const historyOf = repurchaseHistoryOf(state);
    for (const product of consumptionByProduct(state)) addConsumption(this.products, product, historyOf);
    for (const category of consumptionByCategory(state)) addConsumption(this.categories, category, historyOf);
  }

  repeatHistories(): RepeatHistoryCount[] {
    return repeatHistoryRows(this.histories);
  }

  spendHistories(): SpendHistoryCount[] {
    return Array.from(this.spends.rows(), ({ values: [x = 0, logSpend = 0], count }) => {
      return { x, meanSpend: Math.exp(logSpend), count };
    });
  }

  purchaseUnevenness(): UnevennessCount[] {
    return unevennessRows(this.purchaseGaps);
  }

  productHistories(): ConsumptionHistories {
    return consumptionHistories(this.products);
  }

  categoryHistories(): ConsumptionHistories {
    return consumptionHistories(this.categories);
  }
}

/** Pairs of customer and product (or category). */
export interface ConsumptionHistories {
  /** Time in purchase days of the customer. */
  readonly histories: readonly RepeatHistoryCount[];
  readonly gaps: readonly UnevennessCount[];
}

interface ConsumptionTables {
  readonly histories: BinnedRows;
  readonly gaps: BinnedRows;
}

function consumptionTables(): ConsumptionTables {
  return {
    histories: new BinnedRows({ widths: [0, 1, 1], binsMax: 20_000 }),
    gaps: new BinnedRows({ widths: [0, unevennessWidth], binsMax: 5_000 }),
  };
}

/** A single gap says nothing about evenness. */
function addGaps(rows: BinnedRows, gaps: GapStatistics): void {
  if (gaps.count >= 2) rows.add([gaps.count, gapUnevenness(gaps)]);
}

function addConsumption(
  tables: ConsumptionTables,
  consumption: Consumption,
  historyOf: RepurchaseHistory,
): void {
  if (consumption.count < 1) return;
  const { x, tx, T } = historyOf(consumption);
  // Bought for the first time on the last purchase day: nothing was watched yet.
  if (T > 0) tables.histories.add([x, tx, T]);
  addGaps(tables.gaps, consumption.gaps);
}

function consumptionHistories({ histories, gaps }: ConsumptionTables): ConsumptionHistories {
  return { histories: repeatHistoryRows(histories), gaps: unevennessRows(gaps) };
}

function repeatHistoryRows(rows: BinnedRows): RepeatHistoryCount[] {
  // Means of a coarsened bin keep tx <= T but for rounding.
  return Array.from(rows.rows(), ({ values: [x = 0, tx = 0, T = 0], count }) => ({
    x,
    tx,
    T: Math.max(T, tx),
    count,
  }));
}

function unevennessRows(rows: BinnedRows): UnevennessCount[] {
  return Array.from(rows.rows(), ({ values: [gaps = 0, unevenness = 0], count }) => ({
    gaps,
    unevenness,
    count,
  }));
}
