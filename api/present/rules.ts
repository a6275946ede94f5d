import type { z } from '@hono/zod-openapi';
import type { AlertRule, DeliveryTarget, RuleCondition } from '../../operators/alerts/rule.ts';
import type { Rule, RuleWithSecrets } from '../schemas/rules.ts';
import { slugOf } from '../segment-slug.ts';
import { instant, money } from './amounts.ts';

export type RuleBody = z.output<typeof Rule>;
type WebhookSecrets = z.output<typeof RuleWithSecrets>['webhookSecrets'];

/**
 * A rule without its secrets.
 * @param showsUrls false cuts the URLs of webhooks to their origins: what follows may be a secret of the receiver's
 */
export function presentRule(rule: AlertRule, showsUrls: boolean): RuleBody {
  return {
    id: rule.id,
    name: rule.name,
    enabled: rule.enabled,
    when: presentCondition(rule.when),
    deliver: rule.deliver.map((target) => presentTarget(target, showsUrls)),
    quietHours: rule.quietHours ?? null,
    ratePerHour: rule.ratePerHour ?? null,
    activeFrom: instant(rule.activeFromMs),
    createdAt: instant(rule.createdAtMs),
    updatedAt: instant(rule.updatedAtMs),
    version: rule.version,
  };
}

/** The present secrets of those webhooks that were not in the rule before. */
export function newSecrets(
  { deliver }: Pick<AlertRule, 'deliver'>,
  before: readonly DeliveryTarget[] = [],
): WebhookSecrets {
  return deliver.flatMap((target) => {
    if (target.kind !== 'webhook' || before.some(({ id }) => id === target.id)) return [];
    const [newest] = target.secrets;
    return newest === undefined ? [] : [{ targetId: target.id, secret: newest.secret }];
  });
}

/** An answer as its repetitions have it: it says which webhooks have new secrets, and not what they are. */
export function withoutSecrets<Answer extends { readonly webhookSecrets: WebhookSecrets }>(
  answer: Answer,
): Answer {
  return {
    ...answer,
    webhookSecrets: answer.webhookSecrets.map(({ targetId }) => ({ targetId, secret: null })),
  };
}

function presentTarget(target: DeliveryTarget, showsUrl: boolean): RuleBody['deliver'][number] {
  if (target.kind !== 'webhook') return target;
  return { id: target.id, kind: target.kind, url: showsUrl ? target.url : new URL(target.url).origin };
}

function presentCondition(when: RuleCondition): RuleBody['when'] {
  switch (when.kind) {
    case 'migration':
      return {
        kind: when.kind,
        ...(when.from === undefined ? {} : { from: when.from.map(slugOf) }),
        ...(when.to === undefined ? {} : { to: when.to.map(slugOf) }),
        ...(when.causes === undefined ? {} : { causes: [...when.causes] }),
        ...(when.minValueMicros === undefined ? {} : { minValue: money(when.minValueMicros) }),
      };
    case 'probability-alive':
      return {
        kind: when.kind,
        below: when.below,
        ...(when.minValueMicros === undefined ? {} : { minValue: money(when.minValueMicros) }),
      };
    case 'purchase-probability':
      return {
        kind: when.kind,
        withinDays: when.withinDays,
        below: when.below,
        ...(when.minValueMicros === undefined ? {} : { minValue: money(when.minValueMicros) }),
      };
    case 'replenishment-due':
      return {
        kind: when.kind,
        ...(when.products === undefined ? {} : { products: [...when.products] }),
        ...(when.categories === undefined ? {} : { categories: [...when.categories] }),
        ...(when.minPurchases === undefined ? {} : { minPurchases: when.minPurchases }),
      };
  }
}
