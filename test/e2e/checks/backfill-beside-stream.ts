import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { BackfillReport } from '../../../pipeline/cli/print-backfill.ts';
import { createRandom } from '../../../pipeline/ingest/random.ts';
import { type Check, type CheckContext, sample, shortCutMs } from '../check.ts';
import { integrityProblems, readEndState, withStores } from '../end-state.ts';
import { importOnce } from '../import-run.ts';
import { type Ended, runCommand, startProduct } from '../product.ts';
import { writeCut } from '../retail-file.ts';
import { stateDifferences } from '../same-end.ts';
import { projectRoot } from '../workspace.ts';

/** Orders that begin earlier are history, for the file alone. */
const liveFromMs = Date.parse('2011-02-15T00:00:00Z');
/** Share of the history's orders that the stream brings as well. */
const bothShare = 0.05;
const runMsMax = 30 * 60_000;

export const backfillBesideStream: Check = {
  name: 'backfill',
  promise:
    'a file taken in beside a live stream of the same customers, killed once in the middle, ends in the bytes of one import in order',
  needsRetail: true,
  async run(context) {
    const { workspace, retail, report, full } = context;
    const whole = full ? retail : workspace.path('until-2011-03-31.csv');
    if (!existsSync(whole)) await writeCut(retail, whole, shortCutMs);
    const calm = await importOnce(workspace, full ? 'whole' : 'until-2011-03-31', whole);
    const expected = await readEndState(calm.folder);
    const parts = await writeParts(whole, context);

    const folder = await workspace.fresh('backfilled');
    const product = startProduct(folder, ['--input', parts.live]);
    await product.url();
    report.note(`SIGKILL after ${await killInMiddle(folder, parts.history)} orders of the file`);
    const first = readReport(await backfill(folder, parts.history));
    const { events, resumedEvents, applied, duplicates, conflicts } = first;
    report.expect(
      `the second run goes on after ${resumedEvents} of ${events} orders: ${applied} new, ${duplicates} known, ${conflicts} conflicts`,
      resumedEvents > 0 && applied + duplicates + resumedEvents === events,
    );
    await liveIsIn(folder, parts.liveOrders, product.hasEnded);
    const again = readReport(await backfill(folder, parts.history));
    report.expect('a third run changes nothing', again.applied === 0 && again.moves === 0, again);
    const ended = await product.stop();
    report.expect('SIGTERM ends the pipeline with code 0', ended.code === 0, ended.code ?? ended.signal);

    const actual = await readEndState(folder);
    report.expectNone(
      `feature-state bytes of ${expected.customers.size} customers`,
      stateDifferences(expected, actual),
    );
    report.expectNone(
      `${actual.migrations.length} moves are numbered and follow from one another`,
      integrityProblems(actual),
    );
    const unassigned = [...actual.customers].filter(([, { standing }]) => standing === undefined);
    report.expectNone(
      'everybody stands in a segment',
      unassigned.map(([customerId]) => customerId),
    );
  },
};

/** Splits the file by when its orders begin; a few orders stand in both parts. */
async function writeParts(path: string, { workspace, seed }: CheckContext) {
  const bytes = await readFile(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trimEnd();
  const [header = '', ...rows] = text.split('\n');
  const beganMs = new Map<string, number>();
  const lines = rows.map((row) => {
    const [eventTime = '', customerId, orderId] = row.split(',', 3);
    const order = customerId ? `${customerId},${orderId}` : undefined;
    const atMs = Date.parse(eventTime);
    if (order !== undefined) beganMs.set(order, Math.min(beganMs.get(order) ?? atMs, atMs));
    return { row, order };
  });
  const isLive = (order: string) => (beganMs.get(order) ?? 0) >= liveFromMs;
  const old = [...beganMs.keys()].filter((order) => !isLive(order));
  const both = new Set(sample(old, Math.round(old.length * bothShare), createRandom(seed, 6).uniform));
  const part = (wanted: (order: string) => boolean) =>
    lines.filter(({ order }) => order !== undefined && wanted(order)).map(({ row }) => row);
  const history = workspace.path('history.csv');
  const live = workspace.path('live.csv');
  await writeFile(history, `${[header, ...part((order) => !isLive(order))].join('\n')}\n`);
  await writeFile(live, `${[header, ...part((order) => isLive(order) || both.has(order))].join('\n')}\n`);
  return { history, live, liveOrders: beganMs.size - old.length + both.size };
}

function backfillArguments(folder: string, path: string): string[] {
  const script = ['--enable-source-maps', join(projectRoot, 'dist/tidemark.js')];
  return [...script, 'backfill', '--data', folder, '--input', path, '--json', '--log-format', 'json'];
}

function backfill(folder: string, path: string): Promise<Ended> {
  return runCommand(process.execPath, backfillArguments(folder, path), projectRoot, runMsMax);
}

/** Starts a backfill, kills it when some orders of the file are in, and gives how many. */
async function killInMiddle(folder: string, path: string): Promise<number> {
  const child = spawn(process.execPath, backfillArguments(folder, path), {
    cwd: projectRoot,
    stdio: 'ignore',
    env: { ...process.env, TIDEMARK_BATCH_RECORDS: '100' },
  });
  const ended = once(child, 'exit');
  let sent = 0;
  try {
    await withStores(folder, async ({ checkpoints }) => {
      while (sent === 0 && child.exitCode === null) {
        const imports = await checkpoints.imports();
        sent = imports.find(({ fingerprint }) => fingerprint.startsWith('backfill:'))?.sent ?? 0;
        await sleep(20);
      }
    });
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  return sent;
}

/** Waits until the pipeline has read all that the stream brings. */
async function liveIsIn(folder: string, orders: number, hasEnded: () => boolean): Promise<void> {
  await withStores(folder, async ({ checkpoints }) => {
    for (;;) {
      if (hasEnded()) throw new Error('the product ended in the middle');
      const shards = await checkpoints.shards();
      if (shards.reduce((sum, { events }) => sum + events, 0) >= orders) return;
      await sleep(200);
    }
  });
}

function readReport({ code, signal, stdout, stderr }: Ended): BackfillReport {
  if (code !== 0) throw new Error(`the backfill ended with ${signal ?? code}: ${stderr.slice(-3_000)}`);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as BackfillReport;
}
