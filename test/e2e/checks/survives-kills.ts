import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '../../../pipeline/ingest/random.ts';
import { type Check, type CheckContext, shortCutMs } from '../check.ts';
import { eventsApplied, eventsRead, integrityProblems, readEndState } from '../end-state.ts';
import { type FinishedImport, importArguments, importOnce, readSummary } from '../import-run.ts';
import { type Product, startProduct } from '../product.ts';
import { differingFields } from '../report.ts';
import { writeCut } from '../retail-file.ts';
import { modelDifferences, moveDifferences, standingDifferences, stateDifferences } from '../same-end.ts';

const killCount = 10;
/** Share of the kills that come while the process is still starting. */
const atStartShare = 0.2;
/** An import that has ended is killed no more: of ten kills this many at least must come in its middle. */
const inMiddleMin = 6;

export const survivesKills: Check = {
  name: 'kill',
  promise: 'ten kills -9 at random moments of an import end in the same bytes and the same moves as none',
  needsRetail: true,
  async run(context) {
    const { workspace, retail, report, seed, full } = context;
    const path = full ? retail : workspace.path('until-2011-03-31.csv');
    if (!existsSync(path)) await writeCut(retail, path, shortCutMs);
    const calm = await importOnce(workspace, full ? 'whole' : 'until-2011-03-31', path);
    const expected = await readEndState(calm.folder);

    const folder = await workspace.fresh('killed');
    const random = createRandom(seed, 3);
    const killed = await killAndRestart(folder, path, calm, random, context);
    report.expect(
      `of ${killCount} kills at least ${inMiddleMin} hit a process that was at work`,
      killed >= inMiddleMin,
      killed,
    );

    const summary = readSummary(await startProduct(folder, importArguments(path)).ended);
    const actual = await readEndState(folder);
    const twice = eventsRead(actual) - eventsApplied(actual);
    report.note(`${eventsRead(actual)} events stand on the stream, ${twice} of them twice`);
    const counts = (run: FinishedImport['summary']) => ({
      events: run.events,
      lines: run.lines,
      customers: run.customers,
      migrations: run.migrations,
      segments: Object.entries(run.segments).sort(),
      watermark: run.watermark,
      quarantined: run.quarantined,
      modelVersions: run.modelVersions,
    });
    const differing = differingFields('summary', counts(calm.summary), counts(summary));
    report.expectNone(
      `events, customers, moves by cause and segments of the summary`,
      differing ? [differing] : [],
    );
    report.expect(
      `duplicates in the summary are the events that were sent twice`,
      summary.duplicates === twice,
      summary.duplicates,
    );
    report.expectNone(
      `feature-state bytes of ${expected.customers.size} customers`,
      stateDifferences(expected, actual),
    );
    report.expectNone(`identity of ${expected.migrations.length} moves`, moveDifferences(expected, actual));
    report.expectNone(
      `standings of ${expected.customers.size} customers`,
      standingDifferences(expected, actual),
    );
    report.expectNone(
      `versions and content of ${expected.models.length} models`,
      modelDifferences(expected, actual),
    );
    report.expectNone(`moves are numbered and follow from one another`, integrityProblems(actual));
  },
};

/** Kills and restarts with the same command; gives how many kills came while the process was at work on the file. */
async function killAndRestart(
  folder: string,
  path: string,
  calm: FinishedImport,
  random: Random,
  { report }: CheckContext,
): Promise<number> {
  let inMiddle = 0;
  // A restart costs some seconds of the same work again, so the moments are drawn from a little less than the whole.
  const workMs = (calm.summary.seconds * 1000) / (killCount + 1);
  for (let kill = 1; kill <= killCount; kill += 1) {
    const product = startProduct(folder, importArguments(path));
    const atStart = random.uniform() < atStartShare;
    const delayMs = Math.round(atStart ? random.uniform() * 2_000 : random.uniform() * 2 * workMs);
    if (!atStart) await Promise.race([product.url(), product.ended]);
    const clock = await waitAtWork(product, delayMs);
    if (product.hasEnded()) {
      report.note(`kill ${kill}: the import had ended before`);
      readSummary(await product.ended);
      continue;
    }
    product.kill('SIGKILL');
    await product.ended;
    inMiddle += 1;
    report.note(
      `kill ${kill}: ${delayMs} ms after ${atStart ? 'the start' : 'the API was up'}, the clock at ${clock}`,
    );
  }
  return inMiddle;
}

/** Waits, and gives the event clock as last seen before the end of the wait. */
async function waitAtWork(product: Product, delayMs: number): Promise<string> {
  const over = new AbortController();
  let clock = 'nothing yet';
  const watch = async () => {
    const url = await product.url();
    for (; !over.signal.aborted; await sleep(300)) {
      const response = await fetch(`${url}/v1/status`, { signal: over.signal });
      clock = ((await response.json()) as { now: string }).now;
    }
  };
  // The product may end, or be killed, in the middle of an answer: the clock then stays as last seen.
  const watching = watch().catch(() => {});
  await Promise.race([sleep(delayMs), product.ended]);
  over.abort();
  void watching;
  return clock;
}
