import { type CrossingSpan, crossings } from '../../operators/alerts/crossings.ts';
import type { AlertRule, AliveCondition, ReplenishmentCondition } from '../../operators/alerts/rule.ts';
import type { CustomerRecord } from '../../operators/customer-record.ts';
import type { ConsumptionModel } from '../../operators/predict/consumption-model.ts';
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

type TimedRule = AlertRule & { readonly when: AliveCondition | ReplenishmentCondition };

/**
 * Looks through all customers for what time alone has brought about since the last pass, and fires the rules that wait for
 * it. Costs a scan of the customers, so whoever calls says how often; without such a rule it costs one read. A pass that
 * was cut off is finished first, to the instant it was begun for.
 *
 * @param clockMs instant on the clock that customers are scored by
 */
export async function sweepCrossings(
  clockMs: number,
  dependencies: CrossingDependencies,
): Promise<CrossingOutcome> {
  const { alerts, models } = dependencies;
  const rules = (await alerts.rules()).filter(isTimed);
  if (rules.length === 0) return { fired: 0, finished: true };
  const modelTo = await models.active('consumption');
  if (modelTo === undefined) return { fired: 0, finished: true };
  const stored = await alerts.sweep();
  // Without a first pass there is nothing to look at before a rule was enabled.
  const since = Math.min(...rules.map(({ activeFromClockMs }) => activeFromClockMs));
  const sweep: CrossingSweep = {
    sweptToMs: Math.max(stored?.sweptToMs ?? since, since),
    modelVersion: stored?.modelVersion,
    pass: stored?.pass,
  };
  let fired = 0;
  let from = sweep;
  if (sweep.pass !== undefined) {
    const passModel = (await models.get('consumption', sweep.pass.modelVersion)) ?? modelTo;
    const finished = await runPass(from, passModel, rules, dependencies);
    fired += finished.fired;
    if (!finished.finished) return { fired, finished: false };
    from = finished.sweep;
  }
  if (clockMs <= from.sweptToMs) return { fired, finished: true };
  const pass = { toMs: clockMs, modelVersion: modelTo.version, cursor: undefined };
  const last = await runPass({ ...from, pass }, modelTo, rules, dependencies);
  return { fired: fired + last.fired, finished: last.finished };
}

async function runPass(
  begun: CrossingSweep,
  modelTo: ConsumptionModel,
  rules: readonly TimedRule[],
  dependencies: CrossingDependencies,
): Promise<CrossingOutcome & { readonly sweep: CrossingSweep }> {
  const { alerts, customers, models, stop } = dependencies;
  const { sweptToMs, modelVersion } = begun;
  const toMs = begun.pass?.toMs ?? sweptToMs;
  const modelFrom =
    modelVersion === undefined || modelVersion === modelTo.version
      ? modelTo
      : ((await models.get('consumption', modelVersion)) ?? modelTo);
  let cursor = begun.pass?.cursor;
  let fired = 0;
  for (;;) {
    const pass = { toMs, modelVersion: modelTo.version, cursor };
    await alerts.putSweep({ ...begun, pass });
    if (stop?.aborted) return { fired, finished: false, sweep: { ...begun, pass } };
    const page = await customers.scan({ limit: pageSize, cursor });
    const occasions = page.items.flatMap((record) =>
      occasionsOf(rules, record, { fromMs: sweptToMs, toMs, modelFrom, modelTo }),
    );
    fired += await fireOccasions(occasions, dependencies);
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  const sweep = { sweptToMs: toMs, modelVersion: modelTo.version, pass: undefined };
  await alerts.putSweep(sweep);
  return { fired, finished: true, sweep };
}

function isTimed(rule: AlertRule): rule is TimedRule {
  return rule.enabled && rule.when.kind !== 'migration';
}

function occasionsOf(
  rules: readonly TimedRule[],
  record: CustomerRecord,
  span: Omit<CrossingSpan, 'activeFromMs'>,
): RuleOccasion[] {
  return rules.flatMap((rule) => {
    const activeFromMs = rule.activeFromClockMs;
    const fromMs = Math.max(span.fromMs, activeFromMs);
    return crossings(rule.when, record, { ...span, fromMs, activeFromMs }).map((occasion) => ({
      rule,
      occasion,
    }));
  });
}
