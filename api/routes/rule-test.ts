import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { ruleProblems } from '../../operators/alerts/check-rule.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import type { Stores } from '../../sinks/stores.ts';
import { conditionOf, invalidFields } from '../alerts/draft-rule.ts';
import { type DryRunOutcome, describeOccasion, dryRun } from '../alerts/dry-run.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { readJson } from '../json-body.ts';
import { instant, money } from '../present/amounts.ts';
import { HttpProblem } from '../problems.ts';
import { json, problem, writeProblems } from '../schemas/responses.ts';
import { RuleTestAnswer, RuleTestRequest } from '../schemas/rules.ts';
import { validated } from '../validation.ts';

const spanDaysDefault = 28;
/** Tests of rules under way in this process: each takes seconds of computing, which other requests go without. */
const testsAtOnce = 2;

const testRoute = createRoute({
  method: 'post',
  path: '/v1/rules/test',
  tags: ['Rules'],
  summary: 'What a rule would have fired for',
  description:
    `Fires nothing. A whole rule may be sent as it would be made: its condition counts, its targets are not looked into. From \`from\` (default: ${spanDaysDefault} days before \`to\`), not included, to \`to\` (default: now). ` +
    'Of moves, the newest 20,000 are examined; for what time alone brings about, about 2,000 customers as they are now, ' +
    `so only silences and gaps that last until now are found. \`complete\` says whether those were all. At most ${testsAtOnce} ` +
    'tests run at a time, and one whose caller leaves ends.',
  request: {
    body: {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/RuleTestRequest' } } },
    },
  },
  responses: {
    200: json(RuleTestAnswer, 'How often, with examples.'),
    ...writeProblems,
    503: problem('As many tests run as may, or a service behind the API is down; see Retry-After.'),
  },
});

/** Rules tried on history. */
export function ruleTestRoutes(app: OpenAPIHono<ApiEnv>, { deps, models }: ApiContext): void {
  app.openAPIRegistry.register('RuleTestRequest', RuleTestRequest);
  let running = 0;
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
    if (running >= testsAtOnce) throw new HttpProblem('overloaded', { headers: { 'Retry-After': '2' } });
    running += 1;
    let outcome: DryRunOutcome;
    try {
      const { consumption } = await models.current();
      outcome = await dryRun({ when, fromMs, toMs }, whileAsked(deps.stores, c.req.raw.signal), consumption);
    } finally {
      running -= 1;
    }
    const { matched, sample, examined, complete } = outcome;
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

/** The stores as long as the caller waits: of one who has left no further page is read. */
function whileAsked(
  { migrations, customers }: Stores,
  signal: AbortSignal,
): Pick<Stores, 'migrations' | 'customers'> {
  const leaveIfLeft = () => {
    if (signal.aborted) throw new HttpProblem('invalid-request', { detail: 'The caller has left.' });
  };
  return {
    migrations: {
      ...migrations,
      feedLatest: async (page) => {
        leaveIfLeft();
        return migrations.feedLatest(page);
      },
    },
    customers: {
      ...customers,
      scan: async (page) => {
        leaveIfLeft();
        return customers.scan(page);
      },
    },
  };
}
