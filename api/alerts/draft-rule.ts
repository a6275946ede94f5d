import { randomBytes } from 'node:crypto';
import type { z } from '@hono/zod-openapi';
import { type RuleProblem, ruleProblems } from '../../operators/alerts/check-rule.ts';
import { addressOf } from '../../operators/alerts/fired-alert.ts';
import type { AlertRule, DeliveryTarget, RuleCondition } from '../../operators/alerts/rule.ts';
import { microsPerUnit } from '../../operators/event/money.ts';
import type { SegmentName } from '../../operators/segments/segment-model.ts';
import { webhookUrlProblem } from '../../sinks/webhook-address.ts';
import type { AlertTargets } from '../dependencies.ts';
import { HttpProblem } from '../problems.ts';
import type { RuleInput, RuleWhen } from '../schemas/rules.ts';
import { segmentOfSlug } from '../segment-slug.ts';

const secretBytes = 32;
const targetIdBytes = 4;

export type RequestedRule = z.output<typeof RuleInput>;

/** What a request makes of a rule: all that the clock and the store do not add. */
export type DraftedRule = Pick<
  AlertRule,
  'name' | 'enabled' | 'when' | 'deliver' | 'quietHours' | 'ratePerHour'
>;

/**
 * The rule that a request asks for. A target keeps the id (and a webhook its secrets) of the one with the same id, or with
 * the same address, in the rule before.
 * @throws {HttpProblem} `invalid-request` that names every field that makes no sense or is not allowed here
 */
export function draftRule(
  requested: RequestedRule,
  allowed: AlertTargets,
  before: readonly DeliveryTarget[] = [],
): DraftedRule {
  const when = conditionOf(requested.when);
  const quietHours = requested.quietHours ?? undefined;
  const targets = requested.deliver.map((target) => uncut(target, before));
  const problems = [...ruleProblems({ when, quietHours }), ...targetProblems(targets, allowed)];
  if (problems.length > 0) throw invalidFields(problems);
  const kept = new Set<string>();
  const deliver = targets.map((target) => {
    const known = before.find(
      (candidate) =>
        candidate.kind === target.kind &&
        !kept.has(candidate.id) &&
        (target.id === undefined
          ? addressOf(candidate) === addressOfRequested(target)
          : candidate.id === target.id),
    );
    const drafted = draftTarget(target, known);
    kept.add(drafted.id);
    return drafted;
  });
  return {
    name: requested.name,
    enabled: requested.enabled,
    when,
    deliver,
    quietHours,
    ratePerHour: requested.ratePerHour ?? undefined,
  };
}

/** A secret for signing webhooks. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(secretBytes).toString('base64')}`;
}

/** The condition in the terms of the core. */
export function conditionOf(when: z.output<typeof RuleWhen>): RuleCondition {
  switch (when.kind) {
    case 'migration':
      return {
        kind: 'migration',
        from: when.from && namesOf(when.from),
        to: when.to && namesOf(when.to),
        causes: when.causes,
        minValueMicros: microsOf(when.minValue),
      };
    case 'probability-alive':
      return { kind: 'probability-alive', below: when.below, minValueMicros: microsOf(when.minValue) };
    case 'purchase-probability':
      return {
        kind: 'purchase-probability',
        withinDays: when.withinDays,
        below: when.below,
        minValueMicros: microsOf(when.minValue),
      };
    case 'replenishment-due':
      return when;
  }
}

type RequestedTarget = RequestedRule['deliver'][number];

/** A webhook sent back as readers see it, its URL cut to the origin, goes on where it went; `origin/` means the root. */
function uncut(target: RequestedTarget, before: readonly DeliveryTarget[]): RequestedTarget {
  const known = before.find(({ id }) => id === target.id);
  if (target.kind !== 'webhook' || known?.kind !== 'webhook') return target;
  return target.url === new URL(known.url).origin ? { ...target, url: known.url } : target;
}

function draftTarget(target: RequestedTarget, known: DeliveryTarget | undefined): DeliveryTarget {
  const id = known?.id ?? randomBytes(targetIdBytes).toString('hex');
  if (target.kind !== 'webhook') return { ...target, id };
  const secrets = known?.kind === 'webhook' ? known.secrets : [{ secret: newWebhookSecret() }];
  return { id, kind: 'webhook', url: target.url, secrets };
}

function targetProblems(
  targets: readonly RequestedTarget[],
  { webhooks, topics, buses }: AlertTargets,
): RuleProblem[] {
  return targets.flatMap((target, index): RuleProblem[] => {
    const field = `deliver.${index}`;
    const address = addressOfRequested(target);
    const isRepeated = targets.findIndex((other) => addressOfRequested(other) === address) < index;
    if (isRepeated) return [{ field, message: 'the rule delivers there already' }];
    if (target.kind === 'webhook') {
      const problem = webhookUrlProblem(target.url, webhooks);
      return problem === undefined ? [] : [{ field: `${field}.url`, message: `expected ${problem}` }];
    }
    if (target.kind === 'sns' && !topics.includes(target.topicArn)) {
      return [
        { field: `${field}.topicArn`, message: 'not among the topics that this deployment delivers to' },
      ];
    }
    if (target.kind === 'eventbridge' && !buses.includes(target.bus)) {
      return [{ field: `${field}.bus`, message: 'not among the buses that this deployment delivers to' }];
    }
    return [];
  });
}

function addressOfRequested(target: RequestedTarget): string {
  return addressOf(target.kind === 'webhook' ? { ...target, id: '', secrets: [] } : { ...target, id: '' });
}

/** A problem of the request that names its fields. */
export function invalidFields(problems: readonly RuleProblem[]): HttpProblem {
  return new HttpProblem('invalid-request', {
    detail: `body: ${problems
      .map(({ field, message }) => `${field}: ${message}`)
      .slice(0, 3)
      .join('; ')}`,
    extensions: { errors: problems.map((problem) => ({ location: 'body', ...problem })) },
  });
}

function namesOf(slugs: readonly string[]): SegmentName[] {
  return slugs.flatMap((slug) => segmentOfSlug(slug) ?? []);
}

function microsOf(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * microsPerUnit);
}
