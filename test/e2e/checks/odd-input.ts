import { document, type Fields } from '../bad-records.ts';
import type { Check } from '../check.ts';
import { differingFields, type Report } from '../report.ts';
import { lifetimeOf, type StreamRun, settled, startStreamRun, stopStreamRun } from '../stream-run.ts';

export const oddInput: Check = {
  name: 'odd-input',
  promise:
    'an order of 10,000 items, ids of all scripts and extreme values go through the API and read as they were sent',
  needsRetail: false,
  async run(context) {
    const run = await startStreamRun(context, 'odd-input');
    await oddButRight(run);
    await stopStreamRun(run);
  },
};

const oddIds = [
  'Zoë 日本 🛒',
  'e\u0301 is not \u00e9',
  '\u00e9 is not e\u0301',
  'a/b?c=d#e%20%2F&f',
  '../etc/passwd',
  '__proto__',
  'constructor',
  ' spaces around ',
  '"quotes" and \\backslashes\\',
  '\u202eright to left',
  '\ufeffbyte order mark',
  '\u200b',
  '🛒'.repeat(128),
  '日'.repeat(256),
  "'; DROP TABLE customers; --",
];

/** What looks odd and is right: a large order, ids of all kinds, extreme but possible values, through the API. */
async function oddButRight(run: StreamRun): Promise<void> {
  const { url, report } = run;
  const post = async (body: unknown) => {
    const response = await fetch(`${url}/v1/events`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return {
      status: response.status,
      body: (await response.json()) as { accepted?: number; rejected?: number },
    };
  };
  const items = Array.from({ length: 10_000 }, (_, index) => ({
    productId: `p${index}`,
    quantity: 1,
    unitPrice: 0.01,
  }));
  const large = await post(document('large', { customerId: 'large', items }));
  report.expect('an order of 10,000 items is accepted', large.status === 202, large);
  const ids = await post(
    oddIds.map((customerId, index) => document(`odd-${index}`, { customerId, orderId: customerId })),
  );
  report.expect(`${oddIds.length} odd customer ids are accepted`, ids.body.accepted === oddIds.length, ids);
  const extremes: Fields[] = [
    { items: [{ productId: 'x', quantity: 1e7, unitPrice: 0.000001 }] },
    { items: [{ productId: 'x', quantity: 0, unitPrice: 1e9 }] },
    { items: [{ productId: 'x', quantity: -1e7, unitPrice: 1 }] },
    { items: [{ productId: 'x', quantity: 0.001, unitPrice: 1 }] },
    { occurredAt: '1970-01-01T00:00:00Z' },
    { occurredAt: '2024-02-29T23:59:59.999+14:00' },
  ];
  const extreme = await post(extremes.map((fields, index) => document(`extreme-${index}`, fields)));
  report.expect(
    `${extremes.length} extreme values are accepted`,
    extreme.body.accepted === extremes.length,
    extreme,
  );
  run.good += 1 + oddIds.length + extremes.length;
  await settled(run, 'the odd ones');
  const wrong: string[] = [];
  for (const customerId of oddIds) {
    const difference = differingFields(
      customerId,
      { orders: 1, spend: 2.5 },
      await lifetimeOf(url, customerId),
    );
    if (difference) wrong.push(difference);
  }
  const total = differingFields(
    'the large order',
    { orders: 1, spend: 100, units: 10_000 },
    await lifetimeOf(url, 'large'),
  );
  if (total) wrong.push(total);
  const page = (await (await fetch(`${url}/v1/customers/large/purchases`)).json()) as {
    items: { items: unknown[]; omittedItems: number }[];
  };
  const [purchase] = page.items;
  const lines = (purchase?.items.length ?? 0) + (purchase?.omittedItems ?? 0);
  if (lines !== 10_000) wrong.push(`the large order has ${lines} lines, listed and omitted`);
  report.expectNone('they read as they were sent', wrong);
  await refusedRequests(post, report);
}

type Post = (body: unknown) => Promise<{ status: number; body: unknown }>;

async function refusedRequests(post: Post, report: Report): Promise<void> {
  const good = document('large', { customerId: 'large' });
  const cases: readonly (readonly [what: string, body: unknown, status: number])[] = [
    ['one good and one bad event', [good, document('api', { items: [] })], 207],
    ['a bad event', document('api', { currency: 'XXX' }), 422],
    ['a tick', { v: 1, type: 'tick', upTo: '2026-01-01T00:00:00Z' }, 422],
    ['no JSON', '{"v":1,', 400],
    ['501 events', Array.from({ length: 501 }, () => good), 400],
    ['six megabytes', `[${'"x",'.repeat(1_500_000)}"x"]`, 413],
    ['20,000 arrays in one another', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 400],
  ];
  const wrong: string[] = [];
  for (const [what, body, status] of cases) {
    const answer = await post(body);
    if (answer.status !== status) wrong.push(`${what}: ${answer.status}, expected ${status}`);
  }
  report.expectNone(
    `POST /v1/events: ${cases.map(([what, , status]) => `${what} ${status}`).join(', ')}`,
    wrong,
  );
}
