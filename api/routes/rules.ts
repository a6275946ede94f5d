import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type AlertRule, rulesMax } from '../../operators/alerts/rule.ts';
import { draftRule, newWebhookSecret } from '../alerts/draft-rule.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { readJson } from '../json-body.ts';
import { keepInstead } from '../middleware/idempotency.ts';
import { newSecrets, presentRule, withoutSecrets } from '../present/rules.ts';
import { HttpProblem } from '../problems.ts';
import { json, problem, readProblems, writeProblems } from '../schemas/responses.ts';
import {
  RotatedSecrets,
  Rule,
  RuleInput,
  RuleList,
  RulePath,
  RuleUpdate,
  RuleWithSecrets,
} from '../schemas/rules.ts';
import { validated } from '../validation.ts';

const ruleIdBytes = 9;
/** How long a secret that was replaced goes on signing beside the new one. */
const oldSecretMs = 24 * 3_600_000;
/** Old secrets that sign beside the new one at most: each makes every signature header longer. */
const oldSecretsMax = 4;

const neverSecrets =
  'Secrets are never shown, and of the URLs of webhooks the whole only to the scope `admin`, to others the origin: what ' +
  'follows may be a secret of the receiver.';
const lostSecrets =
  'an answer repeated by Idempotency-Key has null in their place. Whoever lost them has new ones made by ' +
  '`/v1/rules/{id}/rotate-secret`.';

const absent = { 404: problem('There is no such rule.') };
const changed = problem('The rule was changed meanwhile.');
const body = (name: 'RuleInput' | 'RuleUpdate') => ({
  required: true,
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
});

const listRoute = createRoute({
  method: 'get',
  path: '/v1/rules',
  tags: ['Rules'],
  summary: 'The alert rules',
  description: `All of them, oldest first. ${neverSecrets}`,
  responses: { 200: json(RuleList, 'The rules.'), ...readProblems },
});

const createRuleRoute = createRoute({
  method: 'post',
  path: '/v1/rules',
  tags: ['Rules'],
  summary: 'Make an alert rule',
  description:
    `From now on: it fires for moves published, and instants reached, after it was made; ask \`/v1/rules/test\` what it ` +
    `would have fired for before. It fires once for each move, silence or gap. At most ${rulesMax} rules. The answer ` +
    `shows the secrets of its webhooks, this once: ${lostSecrets}`,
  request: { body: body('RuleInput') },
  responses: {
    201: json(RuleWithSecrets, 'The rule, with the secrets of its webhooks.'),
    ...writeProblems,
    409: problem(`There are ${rulesMax} rules already.`),
  },
});

const readRoute = createRoute({
  method: 'get',
  path: '/v1/rules/{id}',
  tags: ['Rules'],
  summary: 'One alert rule',
  description: neverSecrets,
  request: { params: RulePath },
  responses: { 200: json(Rule, 'The rule, without secrets.'), ...readProblems, ...absent },
});

const replaceRoute = createRoute({
  method: 'put',
  path: '/v1/rules/{id}',
  tags: ['Rules'],
  summary: 'Change an alert rule',
  description:
    'Replaces it whole. A rule that was disabled collects nothing: enabled again, or with another condition, it begins ' +
    'anew, and what it had fired and not delivered is dropped. Webhooks keep their secret by `id` or by URL; the answer ' +
    `shows the secrets of those that are new: ${lostSecrets}`,
  request: { params: RulePath, body: body('RuleUpdate') },
  responses: {
    200: json(RuleWithSecrets, 'The rule, with the secrets of new webhooks.'),
    ...writeProblems,
    ...absent,
    409: changed,
  },
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/v1/rules/{id}',
  tags: ['Rules'],
  summary: 'Delete an alert rule',
  description:
    'What it had fired and not delivered is dropped, but for what goes out within the next ten seconds; its alerts stay listed.',
  request: { params: RulePath },
  responses: { 204: { description: 'It is gone.' }, ...writeProblems, ...absent },
});

const rotateRoute = createRoute({
  method: 'post',
  path: '/v1/rules/{id}/rotate-secret',
  tags: ['Rules'],
  summary: 'New secrets for the webhooks of a rule',
  description:
    'For a day each old secret signs beside the new one, so that receivers can change over without a gap; of several ' +
    `rotations within a day the last ${oldSecretsMax} old ones do. An answer repeated by Idempotency-Key has null in ` +
    'place of the secrets: rotate again, with a new key.',
  request: { params: RulePath },
  responses: {
    200: json(RotatedSecrets, 'The new secrets; no other answer shows them.'),
    ...writeProblems,
    ...absent,
    409: changed,
  },
});

/** Alert rules: made, changed, deleted. */
export function ruleRoutes(app: OpenAPIHono<ApiEnv>, { deps }: ApiContext): void {
  const { alerts } = deps.stores;
  app.openAPIRegistry.register('RuleInput', RuleInput);
  app.openAPIRegistry.register('RuleUpdate', RuleUpdate);

  app.openapi(listRoute, async (c) => {
    const rules = [...(await alerts.rules())].sort((a, b) => a.createdAtMs - b.createdAtMs);
    const showsUrls = isAdmin(c);
    return c.json({ items: rules.map((rule) => presentRule(rule, showsUrls)) }, 200);
  });

  app.openapi(createRuleRoute, async (c) => {
    const draft = draftRule(validated(RuleInput, await readJson(c)), deps.alertTargets);
    if ((await alerts.rules()).length >= rulesMax) throw new HttpProblem('too-many-rules');
    const nowMs = Date.now();
    const rule: AlertRule = {
      ...draft,
      id: randomBytes(ruleIdBytes).toString('hex'),
      activeFromMs: nowMs,
      activeFromClockMs: deps.nowMs(),
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      version: 1,
    };
    await write(rule);
    const answer = { ...presentRule(rule, true), webhookSecrets: newSecrets(rule) };
    keepInstead(c, withoutSecrets(answer));
    return c.json(answer, 201);
  });

  app.openapi(readRoute, async (c) =>
    c.json(presentRule(await find(c.req.valid('param').id), isAdmin(c)), 200),
  );

  app.openapi(replaceRoute, async (c) => {
    const { version, ...requested } = validated(RuleUpdate, await readJson(c));
    const before = await find(c.req.valid('param').id);
    if (version !== undefined && version !== before.version) throw new HttpProblem('rule-conflict');
    const draft = draftRule(requested, deps.alertTargets, before.deliver);
    const begins = draft.enabled && (!before.enabled || !isSame(draft.when, before.when));
    const nowMs = Date.now();
    const rule: AlertRule = {
      ...before,
      ...draft,
      ...(begins ? { activeFromMs: nowMs, activeFromClockMs: deps.nowMs() } : {}),
      updatedAtMs: nowMs,
      version: before.version + 1,
    };
    await write(rule);
    const answer = { ...presentRule(rule, true), webhookSecrets: newSecrets(rule, before.deliver) };
    keepInstead(c, withoutSecrets(answer));
    return c.json(answer, 200);
  });

  app.openapi(deleteRoute, async (c) => {
    if (!(await alerts.deleteRule(c.req.valid('param').id))) throw new HttpProblem('rule-not-found');
    return c.body(null, 204);
  });

  app.openapi(rotateRoute, async (c) => {
    const before = await find(c.req.valid('param').id);
    const nowMs = Date.now();
    const rule: AlertRule = {
      ...before,
      deliver: before.deliver.map((target) => {
        if (target.kind !== 'webhook') return target;
        const old = target.secrets
          .map((secret) => ({ ...secret, untilMs: secret.untilMs ?? nowMs + oldSecretMs }))
          .filter(({ untilMs }) => untilMs > nowMs)
          .slice(0, oldSecretsMax);
        return { ...target, secrets: [{ secret: newWebhookSecret() }, ...old] };
      }),
      updatedAtMs: nowMs,
      version: before.version + 1,
    };
    await write(rule);
    const answer = { webhookSecrets: newSecrets(rule) };
    keepInstead(c, withoutSecrets(answer));
    return c.json(answer, 200);
  });

  async function find(id: string): Promise<AlertRule> {
    const rule = await alerts.rule(id);
    if (rule === undefined) throw new HttpProblem('rule-not-found');
    return rule;
  }

  async function write(rule: AlertRule): Promise<void> {
    if ((await alerts.putRule(rule)) === 'conflict') throw new HttpProblem('rule-conflict');
  }
}

function isAdmin(c: Context<ApiEnv>): boolean {
  const identity = c.get('identity');
  return identity.kind === 'known' && identity.principal.scopes.includes('admin');
}

/** As they are stored: what is left out and what is undefined are the same. */
function isSame(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));
}
