import type { z } from '@hono/zod-openapi';
import type { CustomerSegmentAnswer } from '../../../api/schemas/history.ts';
import type { SegmentName } from '../../../operators/segments/segment-model.ts';
import { createRandom } from '../../../pipeline/ingest/random.ts';
import type { PublishedMigration } from '../../../sinks/stores.ts';
import { type Check, type CheckContext, sample } from '../check.ts';
import { type EndState, movesByCustomer, readEndState } from '../end-state.ts';
import { importOnce } from '../import-run.ts';
import { type FileOrder, openOracle } from '../oracle.ts';
import { getJson, startProduct } from '../product.ts';
import { SegmentWalk, type WalkedMove, walkLife } from '../segment-walk.ts';

const dayMs = 86_400_000;
const aheadDays = 120;
const askedCustomers = 200;
const lifeCustomers = 90;
const sinceFitCustomers = 300;
const timeMovesMin = 200;

export const timeMoves: Check = {
  name: 'time',
  promise:
    'every move that only time makes comes at the millisecond that trying minute by minute finds, and none is missing',
  needsRetail: true,
  async run(context) {
    const { workspace, retail, report, seed } = context;
    const { folder } = await importOnce(workspace, 'whole', retail);
    const oracle = await openOracle(retail);
    const orders = await oracle.orders();
    oracle.close();
    const end = await readEndState(folder);
    report.expect(
      `moves by cause in the table: ${JSON.stringify(end.migrationsByCause)}`,
      (end.migrationsByCause.time ?? 0) >= timeMovesMin,
    );
    const random = createRandom(seed, 5);
    const standing = [...end.customers.values()].filter((record) => record.standing !== undefined);
    const asked = sample(standing.map((record) => record.customerId).sort(), askedCustomers, random.uniform);
    await compareNextChanges(folder, asked, orders, end, context);
    const lives = sample([...orders.keys()].sort(), lifeCustomers, random.uniform);
    const inLives = compareLives(
      `the whole lives of ${lives.length} customers under ${end.segmentModels.length} models`,
      lives,
      orders,
      end,
      context,
    );
    const sinceFit = compareSinceLastFit(
      sample([...orders.keys()].sort(), sinceFitCustomers, random.uniform),
      orders,
      end,
      context,
    );
    const byTime = inLives + sinceFit;
    report.expect(`${byTime} moves by time were compared, at least ${timeMovesMin}`, byTime >= timeMovesMin);
  },
};

/** What the API says of the next change, against trying every minute of the next 120 days. */
async function compareNextChanges(
  folder: string,
  customerIds: readonly string[],
  orders: ReadonlyMap<string, FileOrder[]>,
  end: EndState,
  { report }: CheckContext,
): Promise<void> {
  const product = startProduct(folder, ['--no-feed']);
  const answers = new Map<string, z.infer<typeof CustomerSegmentAnswer>>();
  try {
    const url = await product.url();
    for (const customerId of customerIds) {
      const path = `/v1/customers/${encodeURIComponent(customerId)}/segment`;
      answers.set(customerId, await getJson<z.infer<typeof CustomerSegmentAnswer>>(`${url}${path}`));
    }
  } finally {
    await product.stop();
  }
  const differences: string[] = [];
  let changes = 0;
  for (const [customerId, { asOf, segment }] of answers) {
    const model = end.segmentModels.find(({ version }) => version === segment.modelVersion);
    if (!model || segment.name === null) throw new Error(`${customerId} has no segment or an unknown model`);
    const own = orders.get(customerId) ?? [];
    const walk = new SegmentWalk(own);
    walk.know(own.length);
    const asOfMs = Date.parse(asOf);
    const untilMs = asOfMs + aheadDays * dayMs;
    const restMs = segment.moves === 0 ? 0 : Math.round((model.dwellDays ?? 0) * dayMs);
    const fromMs = Math.max(asOfMs, Date.parse(segment.since ?? asOf) + restMs - 1);
    const claimedMs = segment.nextChangeAt === null ? [] : [Date.parse(segment.nextChangeAt)];
    const change = walk.nextChange(segment.name as SegmentName, model, fromMs, untilMs, claimedMs);
    const claimed = claimedMs.some((atMs) => atMs <= untilMs)
      ? `${segment.nextChangeAt} ${segment.nextSegment}`
      : 'none';
    const found = change ? `${new Date(change.atMs).toISOString()} ${change.to}` : 'none';
    if (change) changes += 1;
    if (claimed !== found)
      differences.push(`${customerId} in ${segment.name}: ${claimed}, brute force finds ${found}`);
  }
  report.expectNone(
    `next change of ${answers.size} customers as of the watermark: ${changes} change within ${aheadDays} days`,
    differences,
  );
}

/** Some customers from their first segment to the end of the file. Gives how many moves time made. */
function compareLives(
  what: string,
  customerIds: readonly string[],
  orders: ReadonlyMap<string, FileOrder[]>,
  end: EndState,
  { report }: CheckContext,
): number {
  const moves = movesByCustomer(end);
  const differences: string[] = [];
  const count = { event: 0, time: 0, model: 0 };
  for (const customerId of customerIds) {
    const found = moves.get(customerId) ?? [];
    const expected = walkLife({
      orders: orders.get(customerId) ?? [],
      models: end.segmentModels,
      untilMs: watermarkMs(end),
      claimedMs: found.map((move) => move.atMs),
    });
    for (const { cause } of expected) count[cause] += 1;
    const difference = firstDifferingMove(expected, found);
    if (difference) differences.push(`${customerId}: ${difference}`);
  }
  report.expectNone(
    `${what}: ${count.event} moves by orders, ${count.time} by time, ${count.model} by models`,
    differences,
  );
  return count.time;
}

/** More of them from where they stood under the last model on: no move too many, none missing. Gives how many time made. */
function compareSinceLastFit(
  customerIds: readonly string[],
  orders: ReadonlyMap<string, FileOrder[]>,
  end: EndState,
  { report }: CheckContext,
): number {
  const model = end.segmentModels.at(-1);
  if (!model) throw new Error('there is no segment model');
  const moves = movesByCustomer(end);
  const differences: string[] = [];
  let byTime = 0;
  for (const customerId of customerIds) {
    const own = orders.get(customerId) ?? [];
    const all = moves.get(customerId) ?? [];
    const since = all.filter((move) => move.atMs > model.fittedAtMs);
    // Where the customer stood right after the fit: what the last move until then led to, or the first one after left.
    const before = all.findLast((move) => move.atMs <= model.fittedAtMs);
    const start = before?.to ?? since[0]?.from;
    const expected = walkLife({
      orders: own,
      models: [model],
      untilMs: watermarkMs(end),
      claimedMs: since.map((move) => move.atMs),
      start: start ?? end.customers.get(customerId)?.standing?.segment,
      lastMoveMs: before?.atMs,
    });
    byTime += expected.filter(({ cause }) => cause === 'time').length;
    const difference = firstDifferingMove(expected, since);
    if (difference) differences.push(`${customerId}: ${difference}`);
  }
  report.expectNone(
    `${customerIds.length} customers since the last fit at ${new Date(model.fittedAtMs).toISOString()}: ${byTime} moves by time`,
    differences,
  );
  return byTime;
}

function firstDifferingMove(
  expected: readonly WalkedMove[],
  found: readonly PublishedMigration[],
): string | undefined {
  const text = (move: WalkedMove | undefined) =>
    move ? `${new Date(move.atMs).toISOString()} ${move.from} -> ${move.to} by ${move.cause}` : 'none';
  for (let index = 0; index < Math.max(expected.length, found.length); index += 1) {
    const [left, right] = [text(expected[index]), text(found[index])];
    if (left !== right) return `move ${index + 1} is ${right}, brute force finds ${left}`;
  }
  return undefined;
}

function watermarkMs(end: EndState): number {
  return Math.max(...end.shards.map((shard) => shard.watermarkMs ?? 0));
}
