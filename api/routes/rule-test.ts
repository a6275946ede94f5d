import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { ruleProblems } from '../../operators/alerts/check-rule.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import { conditionOf, invalidFields } from '../alerts/draft-rule.ts';
import { describeOccasion, dryRun } from '../alerts/dry-run.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { readJson } from '../json-body.ts';
import { instant, money } from '../present/amounts.ts';
import { json, writeProblems } from '../schemas/responses.ts';
import { RuleTestAnswer, RuleTestRequest } from '../schemas/rules.ts';
import { validated } from '../validation.ts';

const spanDaysDefault = 28;

const testRoute = createRoute({
  method: 'post',
  path: '/v1/rules/test',
  tags: ['Rules'],
  summary: 'What a rule would have fired for',
  description:
    `Fires nothing. From \`from\` (default: ${spanDaysDefault} days before \`to\`), not included, to \`to\` (default: now). ` +
    'Of moves, the newest 20,000 are examined; for what time alone brings about, about 2,000 customers as they are now, ' +
    'so only silences and gaps that last until now are found. `complete` says whether those were all.',
  request: {
    body: {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/RuleTestRequest' } } },
    },
  },
  responses: { 200: json(RuleTestAnswer, 'How often, with examples.'), ...writeProblems },
});

/** Rules tried on history. */
export function ruleTestRoutes(app: OpenAPIHono<ApiEnv>, { deps, models }: ApiContext): void {
  app.openAPIRegistry.register('RuleTestRequest', RuleTestRequest);
  app.openapi(testRoute, async (c) => {
    const asked = validated(RuleTestRequest, await readJson(c));
    const when = conditionOf(asked.when);
    const toMs = asked.to ?? deps.nowMs();
    const fromMs = asked.from ?? toMs - spanDaysDefault * msPerDay;
    const problems = [
      ...ruleProblems({ when }),
      ...(fromMs < toMs ? [] : [{ field: 'from', message: 'expected an instant before `to`' }]),
    ];
    if (problems.length > 0) throw invalidFields(problems);
    const { consumption } = await models.current();
    const { matched, sample, examined, complete } = await dryRun(
      { when, fromMs, toMs },
      deps.stores,
      consumption,
    );
    return c.json(
      {
        from: instant(fromMs),
        to: instant(toMs),
        matched,
        perDay: Number(((matched * msPerDay) / (toMs - fromMs)).toFixed(6)),
        sample: sample.map(({ customerId, atMs, valueMicros, detail }) => ({
          customerId,
          at: instant(atMs),
          value: money(valueMicros),
          description: describeOccasion(detail),
        })),
        examined,
        complete,
      },
      200,
    );
  });
}
