import type { AlertDelivery, FiredAlert } from '../operators/alerts/fired-alert.ts';
import type { AlertRule } from '../operators/alerts/rule.ts';
import type { Page, PageRequest, WriteOutcome } from './stores.ts';

/** A fired alert with its place in the order of firing. */
export interface PublishedAlert extends FiredAlert {
  /** Sorts by firing over all rules; what `Last-Event-ID` carries. */
  readonly feedKey: string;
}

/** How far customers have been looked through for what time alone brings about. */
export interface CrossingSweep {
  /** Everything up to here has fired, on the clock that customers are scored by. */
  readonly sweptToMs: number;
  /** Of the consumption model it was judged by; undefined before there was one. */
  readonly modelVersion: string | undefined;
  /** The pass that is under way, if one is. */
  readonly pass: CrossingPass | undefined;
}

export interface CrossingPass {
  readonly toMs: number;
  readonly modelVersion: string;
  /** Scan cursor of the page in hand; undefined at the start. */
  readonly cursor: string | undefined;
}

/** Rules, what they fired, and how it is delivered. */
export interface AlertStore {
  /** All rules, strongly consistent, in order of their ids. */
  rules(): Promise<readonly AlertRule[]>;
  rule(id: string): Promise<AlertRule | undefined>;
  /** Writes if the stored version still is `version - 1` (absent for version 1). */
  putRule(rule: AlertRule): Promise<WriteOutcome>;
  /** False when there was none. */
  deleteRule(id: string): Promise<boolean>;
  /**
   * Records alerts that are not recorded yet, and then the deliveries they begin with; those recorded stay as they are,
   * and get what deliveries a crash left out. Returns how many were new.
   */
  fire(alerts: readonly FiredAlert[]): Promise<number>;
  alert(id: string): Promise<PublishedAlert | undefined>;
  /** Newest fired first, of all rules or of one. */
  list(page: PageRequest & { readonly ruleId?: string | undefined }): Promise<Page<PublishedAlert>>;
  /** In order of firing, strictly after the key; as the feed of migrations. @throws TidemarkError `invalid-cursor` */
  feedAfter(feedKey: string | undefined, limit: number): Promise<readonly PublishedAlert[]>;
  /** The key after which `feedAfter` gives what is fired from now on. */
  feedStart(): Promise<string>;
  /** Deliveries by the alert's id, in the order of its targets; what was not recorded yet is left out. */
  deliveries(alerts: readonly FiredAlert[]): Promise<ReadonlyMap<string, readonly AlertDelivery[]>>;
  /** Strongly consistent. */
  delivery(key: Pick<AlertDelivery, 'alertId' | 'targetId'>): Promise<AlertDelivery | undefined>;
  /** Writes if the stored version still is `version - 1`. */
  putDelivery(delivery: AlertDelivery): Promise<WriteOutcome>;
  /** Deliveries of a rule due at or before an instant, longest due first. They may have changed since: look and claim. */
  due(
    ruleId: string,
    untilMs: number,
    limit: number,
  ): Promise<readonly Pick<AlertDelivery, 'alertId' | 'targetId'>[]>;
  /** Deliveries given up, last given up first. */
  dead(page: PageRequest): Promise<Page<AlertDelivery>>;
  /** Counts one alert into the hour if there is room; says true of one that was counted before, whatever the cap. */
  countAlert(ruleId: string, hourMs: number, alertId: string, ratePerHour: number): Promise<boolean>;
  /** Up to which migration rules have fired; undefined before the first. */
  cursor(): Promise<string | undefined>;
  /** Keeps the further one: a process that comes late takes nothing back. */
  putCursor(feedKey: string): Promise<void>;
  sweep(): Promise<CrossingSweep | undefined>;
  putSweep(sweep: CrossingSweep): Promise<void>;
}
