import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { SliceRequest, SliceResult } from './run-slice.ts';
import { RunTally } from './run-tally.ts';
import { safeguardNamed, safeguards } from './safeguards.ts';
import { runSchedule } from './schedule.ts';

/**
 * Runs seeded schedules of faults and compares each with one pass in order; then takes each safeguard away in turn and
 * looks for a schedule that fails. Environment: SCHEDULES (how many, default 3,000), FIRST_SEED (default 1), REMOVED_SEEDS
 * (most schedules tried for each safeguard, default 400), WORKERS (processes, default one a core), SEED (replays one
 * schedule alone with all that was injected; with REMOVED, a safeguard's name, taken away).
 */
const seedsPerSlice = 20;

/** @throws RangeError for what is no number from 1 on: a run of no schedules must not pass. */
function wholeNumber(name: string, otherwise: number): number {
  const given = process.env[name];
  const value = given === undefined ? otherwise : Number(given);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`${name}=${given} is no whole number above 0`);
  return value;
}

async function replay(seed: number): Promise<void> {
  const removed = safeguardNamed(process.env.REMOVED);
  const outcome = await runSchedule({ seed, removed, tracing: true });
  for (const line of outcome.trace) console.log(line);
  console.log(
    `\nseed ${seed}, ${outcome.mode}, ${outcome.events} events, ${outcome.calls} calls, removed: ${removed.name}`,
  );
  for (const problem of outcome.problems) console.log(`DIFFERS: ${problem}`);
  if (outcome.problems.length === 0) console.log('equal to one pass in order');
  process.exitCode = outcome.problems.length === 0 ? 0 : 1;
}

/** Hands out slices of seeds to processes; `onResult` says false to stop early. */
async function runSeeds(
  request: { readonly first: number; readonly count: number; readonly removed: string | undefined },
  onResult: (result: SliceResult) => boolean,
): Promise<void> {
  const workers = Math.min(
    wholeNumber('WORKERS', availableParallelism()),
    Math.ceil(request.count / seedsPerSlice),
  );
  const end = request.first + request.count;
  let next = request.first;
  let going = true;
  const serve = (child: ChildProcess) =>
    new Promise<void>((resolve, reject) => {
      const handOut = () => {
        if (!going || next >= end) {
          if (child.connected) child.disconnect();
          return;
        }
        const seeds = Array.from({ length: Math.min(seedsPerSlice, end - next) }, (_, index) => next + index);
        next += seeds.length;
        const slice: SliceRequest = { seeds, removed: request.removed };
        child.send(slice);
      };
      child.on('message', (message: SliceResult | 'done') => {
        if (message === 'done') handOut();
        else if (going) going = onResult(message);
        // What is left of its slice is of no interest any more.
        if (!going && child.connected) child.disconnect();
      });
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
      handOut();
    });
  const script = fileURLToPath(new URL('./run-slice.ts', import.meta.url));
  await Promise.all(Array.from({ length: workers }, () => serve(fork(script))));
}

async function main(): Promise<void> {
  const count = wholeNumber('SCHEDULES', 3_000);
  const first = wholeNumber('FIRST_SEED', 1);
  const removedSeedsMax = wholeNumber('REMOVED_SEEDS', 400);
  const tally = new RunTally(count);
  await runSeeds({ first, count, removed: undefined }, (result) => {
    tally.add(result);
    return true;
  });
  for (const { name } of safeguards) {
    let found: SliceResult | undefined;
    let tried = 0;
    await runSeeds({ first, count: removedSeedsMax, removed: name }, (result) => {
      tried += 1;
      if (result.problems.length > 0) found = result;
      return found === undefined;
    });
    tally.addSafeguard(name, found, tried);
  }
  tally.print();
  process.exitCode = tally.failed ? 1 : 0;
}

await (process.env.SEED === undefined ? main() : replay(wholeNumber('SEED', 1)));
