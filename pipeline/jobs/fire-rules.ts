import { evaluateMigration } from '../../operators/alerts/evaluate-rule.ts';
import {
  type AlertOccasion,
  alertId,
  type FiredAlert,
  fireAlert,
  firstDeliveries,
} from '../../operators/alerts/fired-alert.ts';
import type { AlertRule, MigrationCondition } from '../../operators/alerts/rule.ts';
import type { AlertStore } from '../../sinks/alert-store.ts';
import { boundedMap } from '../../sinks/bounded-map.ts';
import { feedKeyAt } from '../../sinks/feed-order.ts';
import type { MigrationStore, PublishedMigration } from '../../sinks/stores.ts';

export interface FireDependencies {
  readonly alerts: AlertStore;
  readonly migrations: Pick<MigrationStore, 'feedAfter'>;
  /** Wall clock, UTC milliseconds. */
  readonly nowMs: () => number;
  /** Ends the work between two pages. */
  readonly stop?: AbortSignal | undefined;
}

/** Moves of one page; all of it is fired before the cursor moves. */
const pageSize = 200;
/** Alerts looked for at once. */
const readsAtOnce = 16;

const msPerHour = 3_600_000;

type MigrationRule = AlertRule & { readonly when: MigrationCondition };

/**
 * Fires the rules for every move published since the last run. A page's alerts are recorded under ids that follow from rule
 * and move, and only then does the stored cursor go past it: cut off anywhere, it is done again and nothing fires twice.
 * What was published before a rule was enabled does not concern it, so nothing is read for rules that are not there. The rules
 * are those there are after a page was read: one made or changed while a backlog is gone through counts from then on.
 *
 * @returns how many alerts were new
 */
export async function fireRules(dependencies: FireDependencies): Promise<number> {
  const { alerts, migrations, stop } = dependencies;
  const readRules = async () => (await alerts.rules()).filter(isMigrationRule);
  let rules = await readRules();
  if (rules.length === 0) return 0;
  const oldest = feedKeyAt(Math.min(...rules.map(({ activeFromMs }) => activeFromMs)));
  const stored = await alerts.cursor();
  let cursor = stored === undefined || stored < oldest ? oldest : stored;
  let fired = 0;
  while (!stop?.aborted) {
    const page = await migrations.feedAfter(cursor, pageSize);
    const last = page.at(-1);
    if (last === undefined) break;
    rules = await readRules();
    if (rules.length === 0) break;
    fired += await fireOccasions(occasionsOf(rules, page), dependencies);
    await alerts.putCursor(last.feedKey);
    cursor = last.feedKey;
  }
  return fired;
}

/** A rule with something it is to fire for. */
export interface RuleOccasion {
  readonly rule: AlertRule;
  readonly occasion: AlertOccasion;
}

/**
 * Records an alert for each, beyond the cap of the rule's hour a suppressed one. One recorded before has had its place in an
 * hour, and is left alone but for deliveries that a crash kept from it.
 * @returns how many were new
 */
export async function fireOccasions(
  occasions: readonly RuleOccasion[],
  { alerts, nowMs }: Pick<FireDependencies, 'alerts' | 'nowMs'>,
): Promise<number> {
  const firedAtMs = nowMs();
  const hourMs = Math.floor(firedAtMs / msPerHour) * msPerHour;
  const recorded = await recordedAlerts(occasions, alerts);
  const fired: FiredAlert[] = [];
  for (const { rule, occasion } of occasions) {
    const id = alertId(rule.id, occasion.cause);
    const before = recorded.get(id);
    if (before?.isWhole) continue;
    const counted =
      before !== undefined ||
      rule.ratePerHour === undefined ||
      (await alerts.countAlert(rule.id, hourMs, id, rule.ratePerHour));
    fired.push(fireAlert(rule, occasion, firedAtMs, !counted));
  }
  return fired.length === 0 ? 0 : alerts.fire(fired);
}

/** Of the alerts these would be, those recorded, and whether with all their deliveries. */
async function recordedAlerts(
  occasions: readonly RuleOccasion[],
  alerts: AlertStore,
): Promise<ReadonlyMap<string, { readonly isWhole: boolean }>> {
  const found = await boundedMap(occasions, readsAtOnce, ({ rule, occasion }) =>
    alerts.alert(alertId(rule.id, occasion.cause)),
  );
  const recorded = found.filter((alert) => alert !== undefined);
  if (recorded.length === 0) return new Map();
  const deliveries = await alerts.deliveries(recorded);
  const isWhole = (alert: FiredAlert) =>
    (deliveries.get(alert.id)?.length ?? 0) >= firstDeliveries(alert).length;
  return new Map(recorded.map((alert) => [alert.id, { isWhole: isWhole(alert) }]));
}

function isMigrationRule(rule: AlertRule): rule is MigrationRule {
  return rule.enabled && rule.when.kind === 'migration';
}

function occasionsOf(rules: readonly MigrationRule[], page: readonly PublishedMigration[]): RuleOccasion[] {
  return page.flatMap((migration) =>
    rules.flatMap((rule) => {
      if (migration.publishedAtMs < rule.activeFromMs) return [];
      const occasion = evaluateMigration(rule.when, migration);
      return occasion === undefined ? [] : [{ rule, occasion }];
    }),
  );
}
