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
const fileBeginsMs = Date.parse('2010-12-01T08:26:00Z');
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
    const lastMs = Date.parse(calm.summary.watermark ?? '');
    const killed = await killAndRestart(folder, path, { firstMs: fileBeginsMs, lastMs }, random, context);
    report.expect(
      `of ${killCount} kills at least ${inMiddleMin} hit a process at work`,
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

/**
 * Kills and restarts with the same command; gives how many kills hit a process. Each comes a random while after the event
 * clock has passed a random instant of the file, or after the start: so they spread over the whole run, however fast it is.
 */
async function killAndRestart(
  folder: string,
  path: string,
  fileEnds: { readonly firstMs: number; readonly lastMs: number },
  random: Random,
  { report }: CheckContext,
): Promise<number> {
  const { firstMs, lastMs } = fileEnds;
  const instants = Array.from({ length: killCount }, () => firstMs + random.uniform() * (lastMs - firstMs));
  let hits = 0;
  for (const [index, instantMs] of instants.sort((a, b) => a - b).entries()) {
    const atStart = random.uniform() < atStartShare;
    const delayMs = Math.round(random.uniform() * 2_000);
    const product = startProduct(folder, importArguments(path));
    const clock = atStart ? 'not yet asked' : await waitForClock(product, instantMs);
    await Promise.race([sleep(delayMs), product.ended]);
    if (product.hasEnded()) {
      readSummary(await product.ended);
      report.note(`kill ${index + 1}: the import had ended before`);
      continue;
    }
    product.kill('SIGKILL');
    await product.ended;
    hits += 1;
    report.note(
      `kill ${index + 1}: ${delayMs} ms after ${atStart ? 'the start' : `the clock stood at ${clock}`}`,
    );
  }
  return hits;
}

/** Waits until the event clock has come to the instant or the product has ended; gives where the clock then stands. */
async function waitForClock(product: Product, instantMs: number): Promise<string> {
  const url = await product.url();
  let now = 'nothing yet';
  for (; !product.hasEnded(); await sleep(100)) {
    try {
      now = ((await (await fetch(`${url}/v1/status`)).json()) as { now: string }).now;
    } catch (error) {
      // An import that has come to its end closes the API before it ends.
      if (!product.hasEnded()) await Promise.race([product.ended, sleep(5_000)]);
      if (!product.hasEnded()) throw error;
    }
    if (Date.parse(now) >= instantMs) return now;
  }
  return now;
}
