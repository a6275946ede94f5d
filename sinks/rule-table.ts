import type { AlertRule } from '../operators/alerts/rule.ts';
import { DependencyError, InvariantError } from '../operators/errors.ts';
import type { AlertStore } from './alert-store.ts';
import { finiteJson } from './finite-json.ts';
import type { TableAccess } from './table-access.ts';

const ruleScope = 'rule';
const progressScope = 'progress';

/** Tries to count an alert beside others who count at the same moment. */
const countTriesMax = 20;
/** How long the counts of an hour are kept after its begin, seconds. */
const countSeconds = 2 * 86_400;

type RulePart = Pick<
  AlertStore,
  'rules' | 'rule' | 'putRule' | 'deleteRule' | 'countAlert' | 'cursor' | 'putCursor' | 'sweep' | 'putSweep'
>;

/** The rules, how often they fired this hour, and how far everything has been looked through for them. */
export function ruleTable(table: TableAccess): RulePart {
  return {
    async rules() {
      const rules: AlertRule[] = [];
      const input = {
        KeyConditionExpression: '#scope = :scope',
        ExpressionAttributeNames: { '#scope': 'scope' },
        ExpressionAttributeValues: { ':scope': ruleScope },
        ConsistentRead: true,
      };
      for await (const item of table.queryAll(input)) rules.push(JSON.parse(item.body as string));
      return rules;
    },
    async rule(id) {
      const item = await table.get({ scope: ruleScope, name: id });
      return item && (JSON.parse(item.body as string) as AlertRule);
    },
    async putRule(rule) {
      const body = finiteJson(
        rule,
        (key) => new InvariantError('a rule holds what is no finite number', { key }),
      );
      return table.put(
        { scope: ruleScope, name: rule.id, version: rule.version, body },
        onVersion(rule.version),
      );
    },
    async deleteRule(id) {
      const outcome = await table.delete(
        { scope: ruleScope, name: id },
        { expression: 'attribute_exists(#scope)', names: { '#scope': 'scope' } },
      );
      return outcome === 'written';
    },
    async countAlert(ruleId, hourMs, alertId, ratePerHour) {
      const key = { scope: `rate#${ruleId}`, name: new Date(hourMs).toISOString() };
      for (let tries = 1; tries <= countTriesMax; tries += 1) {
        const item = await table.get(key);
        const counted = item === undefined ? [] : (item.counted as string).split(' ');
        if (counted.includes(alertId)) return true;
        if (counted.length >= ratePerHour) return false;
        const next = [...counted, alertId];
        const version = ((item?.version as number | undefined) ?? 0) + 1;
        const expiresAt = Math.floor(hourMs / 1_000) + countSeconds;
        const outcome = await table.put(
          { ...key, counted: next.join(' '), version, expiresAt },
          onVersion(version),
        );
        if (outcome === 'written') return true;
      }
      throw new DependencyError('contended', `the alerts of an hour are being counted by too many at once`, {
        retryable: true,
        context: { ruleId },
      });
    },
    async cursor() {
      const item = await table.get({ scope: progressScope, name: 'migrations' });
      return item?.firedTo as string | undefined;
    },
    async putCursor(feedKey) {
      await table.put(
        { scope: progressScope, name: 'migrations', firedTo: feedKey },
        {
          expression: 'attribute_not_exists(firedTo) OR firedTo < :given',
          values: { ':given': feedKey },
        },
      );
    },
    async sweep() {
      const item = await table.get({ scope: progressScope, name: 'crossings' });
      return item && JSON.parse(item.body as string);
    },
    async putSweep(sweep) {
      await table.put({ scope: progressScope, name: 'crossings', body: JSON.stringify(sweep) });
    },
  };
}

/** Holds when the version stored is the one before; there is none before the first. */
export function onVersion(version: number) {
  return version === 1
    ? { expression: 'attribute_not_exists(#version)', names: { '#version': 'version' } }
    : {
        expression: '#version = :before',
        names: { '#version': 'version' },
        values: { ':before': version - 1 },
      };
}
