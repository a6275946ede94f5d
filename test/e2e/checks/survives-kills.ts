import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '../../../pipeline/ingest/random.ts';
import { type Check, type CheckContext, shortCutMs } from '../check.ts';
import { eventsApplied, eventsRead, integrityProblems, moveKey, readEndState } from '../end-state.ts';
import { type FinishedImport, importArguments, importOnce, readSummary } from '../import-run.ts';
import { getJson, type Product, startProduct } from '../product.ts';
import { differingFields } from '../report.ts';
import { writeCut } from '../retail-file.ts';
import { modelDifferences, moveDifferences, standingDifferences, stateDifferences } from '../same-end.ts';

const killCount = 10;
const fileBeginsMs = Date.parse('2010-12-01T08:26:00Z');
/** Kills right after a start, while the file is being sent. */
const sendingKills = 3;
/** Which of the later moments is a SIGTERM. */
const gentleAt = 4;
/** Share of the kills that come before the API is up. */
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
    const untilMs = Date.parse(calm.summary.watermark ?? '');
    const moments = chooseMoments(untilMs, full ? 12_000 : 6_000, random);
    const killed = await endAndRestart(folder, path, moments, context);
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
    report.expectNone('the feed gives each of them once', actual.feedRepeats.map(moveKey));
    report.expectNone(
      `standings of ${expected.customers.size} customers`,
      standingDifferences(expected, actual),
    );
    report.expectNone(
      `versions and content of ${expected.models.length} models`,
      modelDifferences(expected, actual),
    );
    report.expectNone(`moves are numbered and follow from one another`, integrityProblems(actual));
    const again = readSummary(await startProduct(folder, importArguments(path)).ended);
    const after = differingFields(
      'summary',
      { ...counts(summary), duplicates: twice },
      { ...again, ...counts(again) },
    );
    report.expectNone('the same command once more changes nothing', after ? [after] : []);
  },
};

/** When one process is ended, and how. */
interface Moment {
  readonly signal: 'SIGKILL' | 'SIGTERM';
  /** Waited for before the delay begins: nothing, the API, or the event clock at an instant of the file. */
  readonly after: 'the start' | 'the API was up' | { readonly clockMs: number };
  readonly delayMs: number;
}

/**
 * Ten kills: the first while the file is being sent, the others a random while after the event clock has passed a random
 * instant or after a start, so that they spread over the whole run, however fast it is. Among them one SIGTERM.
 */
function chooseMoments(untilMs: number, sendingMsMax: number, random: Random): Moment[] {
  const delayMs = () => Math.round(random.uniform() * 2_000);
  const sending: Moment[] = Array.from({ length: sendingKills }, () => ({
    signal: 'SIGKILL',
    after: 'the API was up',
    delayMs: Math.round(random.uniform() * sendingMsMax),
  }));
  const clocks = Array.from(
    { length: killCount - sendingKills + 1 },
    () => fileBeginsMs + random.uniform() * (untilMs - fileBeginsMs),
  );
  const working = clocks
    .sort((a, b) => a - b)
    .map((clockMs, index): Moment => {
      const after = random.uniform() < atStartShare ? 'the start' : { clockMs };
      if (index === gentleAt) return { signal: 'SIGTERM', after: { clockMs }, delayMs: delayMs() };
      return { signal: 'SIGKILL', after, delayMs: delayMs() };
    });
  return [...sending, ...working];
}

/** Ends the import at each moment and starts it again with the same command; gives how many kills hit it at work. */
async function endAndRestart(
  folder: string,
  path: string,
  moments: readonly Moment[],
  { report }: CheckContext,
): Promise<number> {
  let kills = 0;
  for (const { signal, after, delayMs } of moments) {
    const product = startProduct(folder, importArguments(path));
    if (after === 'the API was up') await Promise.race([product.url(), product.ended]);
    const clock = typeof after === 'object' ? await waitForClock(product, after.clockMs) : undefined;
    await Promise.race([sleep(delayMs), product.ended]);
    const when = `${delayMs} ms after ${clock === undefined ? after : `the clock stood at ${clock}`}`;
    if (product.hasEnded()) {
      readSummary(await product.ended);
      report.note(`${signal} ${when}: the import had ended before`);
      continue;
    }
    const sentMs = Date.now();
    product.kill(signal);
    const { code } = await product.ended;
    const seconds = (Date.now() - sentMs) / 1000;
    if (signal === 'SIGTERM') {
      report.expect(
        `SIGTERM ${when} ends it after ${seconds.toFixed(1)} s with code 1: the file is not through`,
        code === 1,
        code,
      );
    } else {
      report.note(`SIGKILL ${when}`);
      kills += 1;
    }
  }
  return kills;
}

/** Waits until the event clock has come to the instant or the product has ended; gives where the clock then stands. */
async function waitForClock(product: Product, instantMs: number): Promise<string> {
  const url = await product.url();
  let now = 'nothing yet';
  for (; !product.hasEnded(); await sleep(100)) {
    try {
      ({ now } = await getJson<{ now: string }>(`${url}/v1/status`));
    } catch (error) {
      // An import that has come to its end closes the API before it ends.
      if (!product.hasEnded()) await Promise.race([product.ended, sleep(5_000)]);
      if (!product.hasEnded()) throw error;
    }
    if (Date.parse(now) >= instantMs) return now;
  }
  return now;
}
