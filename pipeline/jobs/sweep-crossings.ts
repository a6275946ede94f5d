import { setImmediate } from 'node:timers/promises';
import { type CrossingSpan, crossingsOf } from '../../operators/alerts/crossings.ts';
import type { AlertRule, TimedCondition } from '../../operators/alerts/rule.ts';
import type { CustomerRecord } from '../../operators/customer-record.ts';
import type { ConsumptionModel } from '../../operators/predict/consumption-model.ts';
import { msPerDay, utcDay } from '../../operators/state/customer-state.ts';
import type { AlertStore, CrossingSweep } from '../../sinks/alert-store.ts';
import type { CustomerStore, ModelStore } from '../../sinks/stores.ts';
import { fireOccasions, type RuleOccasion } from './fire-rules.ts';

export interface CrossingDependencies {
  readonly alerts: AlertStore;
  readonly customers: Pick<CustomerStore, 'scan'>;
  readonly models: Pick<ModelStore, 'active' | 'get'>;
  /** Wall clock, UTC milliseconds. */
  readonly nowMs: () => number;
  /** Ends the work between two pages; the next run goes on there. */
  readonly stop?: AbortSignal | undefined;
}

export interface CrossingOutcome {
  /** Alerts that were new. */
  readonly fired: number;
  /** False when it was cut off; the next run goes on. */
  readonly finished: boolean;
}

/** Customers looked at before it is stored how far the pass has come. */
const pageSize = 200;
/** Customers looked at before whatever else the process does gets its turn: one takes up to some milliseconds. */
const customersPerTurn = 5;
/** How far the first pass of a day looks back for what fell due; recorded alerts are kept for three times as long. */
const lookBackMs = 30 * msPerDay;

type TimedRule = AlertRule & { readonly when: TimedCondition };

/**
 * Looks through all customers for what time alone has brought about since the last pass, and fires the rules that wait for
 * it. Costs a scan of the customers, so whoever calls says how often; without such a rule it costs one read. A pass that
 * was cut off is finished first, to the instant it was begun for. The first pass of a UTC day looks back for products that an
 * order known late has made due earlier, at the price of one read for each that fell due within that time; what is moved
 * further back than that is not found.
 *
 * @param clockMs instant on the clock that customers are scored by
 */
export async function sweepCrossings(
  clockMs: number,
  dependencies: CrossingDependencies,
): Promise<CrossingOutcome> {
  const { alerts, models } = dependencies;
  const rules = await timedRules(alerts);
  if (rules.length === 0) return { fired: 0, finished: true };
  const modelTo = await models.active('consumption');
  if (modelTo === undefined) return { fired: 0, finished: true };
  const stored = await alerts.sweep();
  // Without a first pass there is nothing to look at before a rule was enabled.
  const since = Math.min(...rules.map(({ activeFromClockMs }) => activeFromClockMs));
  // Passes that ended before any of the rules was there have nothing to do with them, nor the model they went by.
  const sweep: CrossingSweep =
    stored !== undefined && stored.sweptToMs >= since
      ? stored
      : { sweptToMs: since, modelVersion: undefined, pass: undefined };
  let fired = 0;
  let from = sweep;
  if (sweep.pass !== undefined) {
    const passModel = (await models.get('consumption', sweep.pass.modelVersion)) ?? modelTo;
    const finished = await runPass(from, passModel, dependencies);
    fired += finished.fired;
    if (!finished.finished) return { fired, finished: false };
    from = finished.sweep;
  }
  if (clockMs <= from.sweptToMs) return { fired, finished: true };
  const pass = { toMs: clockMs, modelVersion: modelTo.version, cursor: undefined };
  const last = await runPass({ ...from, pass }, modelTo, dependencies);
  return { fired: fired + last.fired, finished: last.finished };
}

async function runPass(
  begun: CrossingSweep,
  modelTo: ConsumptionModel,
  dependencies: CrossingDependencies,
): Promise<CrossingOutcome & { readonly sweep: CrossingSweep }> {
  const { alerts, customers, models, stop } = dependencies;
  const { sweptToMs, modelVersion } = begun;
  const toMs = begun.pass?.toMs ?? sweptToMs;
  const modelFrom =
    modelVersion === undefined || modelVersion === modelTo.version
      ? modelTo
      : ((await models.get('consumption', modelVersion)) ?? modelTo);
  const isFirstOfDay = utcDay(toMs) > utcDay(sweptToMs);
  const span = {
    fromMs: sweptToMs,
    toMs,
    lookBackMs: isFirstOfDay ? lookBackMs : 0,
    modelFrom,
    modelTo,
  };
  let cursor = begun.pass?.cursor;
  let fired = 0;
  for (;;) {
    const pass = { toMs, modelVersion: modelTo.version, cursor };
    await alerts.putSweep({ ...begun, pass });
    if (stop?.aborted) return { fired, finished: false, sweep: { ...begun, pass } };
    const page = await customers.scan({ limit: pageSize, cursor });
    // Read anew for each page: a pass may take long, and one changed meanwhile begins after it.
    const rules = await timedRules(alerts);
    if (rules.length === 0) break;
    fired += await fireOccasions(await occasionsOfPage(rules, page.items, span), dependencies);
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  const sweep = { sweptToMs: toMs, modelVersion: modelTo.version, pass: undefined };
  await alerts.putSweep(sweep);
  return { fired, finished: true, sweep };
}

async function timedRules(alerts: AlertStore): Promise<TimedRule[]> {
  return (await alerts.rules()).filter(isTimed);
}

function isTimed(rule: AlertRule): rule is TimedRule {
  return rule.enabled && rule.when.kind !== 'migration';
}

type PassSpan = Omit<CrossingSpan, 'activeFromMs'>;

async function occasionsOfPage(
  rules: readonly TimedRule[],
  records: readonly CustomerRecord[],
  span: PassSpan,
): Promise<RuleOccasion[]> {
  const occasions: RuleOccasion[] = [];
  for (const [index, record] of records.entries()) {
    occasions.push(...occasionsOf(rules, record, span));
    if ((index + 1) % customersPerTurn === 0) await setImmediate();
  }
  return occasions;
}

function occasionsOf(rules: readonly TimedRule[], record: CustomerRecord, span: PassSpan): RuleOccasion[] {
  const find = crossingsOf(record);
  return rules.flatMap((rule) => {
    const activeFromMs = rule.activeFromClockMs;
    const fromMs = Math.max(span.fromMs, activeFromMs);
    // A rule made since the last pass, and since the model was fitted, never waited under an older one.
    const isNew = activeFromMs >= span.fromMs && activeFromMs >= span.modelTo.fittedAtMs;
    const modelFrom = isNew ? span.modelTo : span.modelFrom;
    const own = { ...span, fromMs, activeFromMs, modelFrom };
    return find(rule.when, own).map((occasion) => ({ rule, occasion }));
  });
}
