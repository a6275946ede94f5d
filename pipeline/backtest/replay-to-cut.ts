import { OutcomeCollector } from '../../operators/backtest/collect-outcome.ts';
import type { CustomerOutcome } from '../../operators/backtest/customer-outcome.ts';
import { boughtCategories, boughtProducts, ItemHistories } from '../../operators/backtest/item-histories.ts';
import { ConfigurationError } from '../../operators/errors.ts';
import { decodeEvent } from '../../operators/event/decode-event.ts';
import { hash48 } from '../../operators/event/event-hash.ts';
import type { PurchaseEvent } from '../../operators/event/purchase-event.ts';
import {
  type CustomerState,
  defaultStateOptions,
  type StateOptions,
} from '../../operators/state/customer-state.ts';
import { emptyState, foldEvents, isDuplicate } from '../../operators/state/fold-events.ts';
import { readFileBatches } from '../ingest/file-batches.ts';
import { type Cut, type CutWindow, placeCut } from './cut-and-horizon.ts';
import { type FileSurvey, leaveIfStopped, type ReadingOptions, surveyFile } from './survey-file.ts';

export interface ReplayOptions extends ReadingOptions {
  readonly cut: Cut;
  /** 1... */
  readonly horizonDays: number;
  readonly state?: StateOptions;
  /** Customers whose full item counts are remembered, those of the lowest hash of their id. Default 20,000. */
  readonly rankedCustomersMax?: number;
}

/** A file as it stood at the cut, and what followed. */
export interface Replay extends CutWindow {
  /** Customers with an event before the cut, each as the stream would have left them. */
  readonly states: ReadonlyMap<string, CustomerState>;
  /** Of customers with an event within the horizon, those unknown before the cut among them. */
  readonly outcomes: ReadonlyMap<string, CustomerOutcome>;
  /** Before the cut, not bounded as the states are. */
  readonly products: ItemHistories;
  readonly categories: ItemHistories;
  /** True for the customers that `products` and `categories` know by themselves: all, up to `rankedCustomersMax`. */
  readonly isRanked: (customerId: string) => boolean;
  readonly survey: FileSurvey;
  readonly ordersBefore: number;
  readonly ordersWithin: number;
  readonly duplicates: number;
}

const rankedCustomersMaxDefault = 20_000;
const recordsPerBatch = 10_000;

/**
 * Reads a CSV file twice: for its extent, then through the decoder and the fold that the stream uses into the state of each
 * customer at the cut, and into what each did within the horizon after it. Nothing at or after the cut is in a state. The file
 * need not be sorted; what holds for events out of order on the stream holds here. No database, nothing is written.
 *
 * Memory: the states and outcomes of all customers, most of what a backtest holds.
 * @throws ConfigurationError when the file can't be read or has no usable order, and as `placeCut`
 * @throws TidemarkError `import-file-damaged`; `stopped` once the signal is aborted
 */
export async function replayToCut(options: ReplayOptions): Promise<Replay> {
  const { path, cut, horizonDays } = options;
  const survey = await surveyFile(options);
  if (survey.span === undefined) {
    const { reportingCurrency } = options.decode.currencies;
    const advice =
      survey.quarantined['unknown-currency'] === undefined
        ? ''
        : `; money is reported in ${reportingCurrency}, and --rates says what other currencies are worth`;
    throw new ConfigurationError([`${path} has no order that can be used${reasonsOf(survey)}${advice}`]);
  }
  const window = placeCut(cut, horizonDays, survey.span);
  const share = (options.rankedCustomersMax ?? rankedCustomersMaxDefault) / Math.max(1, survey.customers);
  const isRanked = (customerId: string) => share >= 1 || hash48(customerId) < share * 2 ** 48;
  const sides = new Sides(window, isRanked, options.state ?? defaultStateOptions);
  const batches = readFileBatches(path, {
    reportingCurrency: options.decode.currencies.reportingCurrency,
    skip: 0,
    recordsMax: recordsPerBatch,
    nowMs: options.nowMs,
  });
  let events = 0;
  let linesRead = 0;
  const report = (bytesSent: number) =>
    options.onProgress?.('replay', { bytesSent, bytesTotal: survey.bytes, linesRead, events });
  for await (const { records, totals, fileBytes } of batches) {
    leaveIfStopped(options.signal);
    const fresh: PurchaseEvent[] = [];
    for (const { data, arrivedAtMs } of records) {
      const decoded = decodeEvent(data, arrivedAtMs, options.decode);
      if (decoded.kind === 'event') fresh.push(decoded.event);
    }
    sides.take(fresh);
    events += records.length;
    linesRead = totals.lines;
    report(fileBytes);
  }
  report(survey.bytes);
  return { ...window, ...sides.finish(), isRanked, survey };
}

/** Sorts events to the sides of the cut. */
class Sides {
  private readonly window: CutWindow;
  private readonly isRanked: (customerId: string) => boolean;
  private readonly stateOptions: StateOptions;
  private readonly states = new Map<string, CustomerState>();
  private readonly collectors = new Map<string, OutcomeCollector>();
  private readonly products = new ItemHistories(boughtProducts);
  private readonly categories = new ItemHistories(boughtCategories);
  private ordersBefore = 0;
  private ordersWithin = 0;
  private duplicates = 0;

  constructor(window: CutWindow, isRanked: (customerId: string) => boolean, stateOptions: StateOptions) {
    this.window = window;
    this.isRanked = isRanked;
    this.stateOptions = stateOptions;
  }

  take(events: readonly PurchaseEvent[]): void {
    const before = new Map<string, PurchaseEvent[]>();
    for (const event of events) {
      if (event.occurredAtMs < this.window.cutMs) {
        const known = before.get(event.customerId);
        if (known) known.push(event);
        else before.set(event.customerId, [event]);
      } else if (event.occurredAtMs < this.window.untilMs) {
        this.takeOutcome(event);
      }
    }
    for (const [customerId, list] of before) this.fold(customerId, list);
  }

  finish() {
    const outcomes = new Map<string, CustomerOutcome>();
    for (const [customerId, collector] of this.collectors) {
      outcomes.set(customerId, collector.finish(this.states.get(customerId)?.lifetime.lastPurchaseAtMs));
    }
    const { states, products, categories, ordersBefore, ordersWithin, duplicates } = this;
    return { states, outcomes, products, categories, ordersBefore, ordersWithin, duplicates };
  }

  private takeOutcome(event: PurchaseEvent): void {
    let collector = this.collectors.get(event.customerId);
    if (collector === undefined) {
      collector = new OutcomeCollector();
      this.collectors.set(event.customerId, collector);
    }
    if (collector.add(event)) this.ordersWithin += 1;
    else this.duplicates += 1;
  }

  private fold(customerId: string, events: readonly PurchaseEvent[]): void {
    const state = this.states.get(customerId) ?? emptyState;
    const hashes = new Set<number>();
    const fresh = events.filter((event) => {
      if (hashes.has(event.eventHash) || isDuplicate(state, event)) return false;
      hashes.add(event.eventHash);
      return true;
    });
    this.duplicates += events.length - fresh.length;
    this.ordersBefore += fresh.length;
    const remember = this.isRanked(customerId);
    for (const event of fresh) {
      this.products.add(event, remember);
      this.categories.add(event, remember);
    }
    this.states.set(customerId, foldEvents(state, fresh, this.stateOptions).state);
  }
}

function reasonsOf({ quarantined, totals }: FileSurvey): string {
  const parts = Object.entries(quarantined).map(([reason, count]) => `${count} ${reason}`);
  if (totals.anonymousLines > 0) parts.push(`${totals.anonymousLines} lines without a customer`);
  if (totals.malformedLines > 0) parts.push(`${totals.malformedLines} lines that can't be read`);
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}
