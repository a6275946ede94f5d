import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRunFile } from '../../../pipeline/embedded/data-folder.ts';
import type { Check, CheckContext } from '../check.ts';
import { type Ended, getJson, type Product, runCommand, startProduct, startWithNpm } from '../product.ts';
import { projectRoot } from '../workspace.ts';

const stopSecondsMax = 15;
const npmMsMax = 600_000;

export const newcomer: Check = {
  name: 'newcomer',
  promise:
    'a fresh clone installs, starts, answers and stops; starts that can’t work say why and break nothing',
  needsRetail: false,
  async run(context) {
    const { workspace, report } = context;
    if (!existsSync(join(projectRoot, '.git'))) {
      report.note('skipped: this is no git clone, so it can’t be cloned');
      return;
    }
    const clone = join(await workspace.fresh('clone'), 'tidemark');
    await succeed(
      'git clone',
      await runCommand('git', ['clone', '--quiet', projectRoot, clone], projectRoot, npmMsMax),
    );
    const install = await succeed('npm ci', await runCommand('npm', ['ci'], clone, npmMsMax));
    report.note(`npm ci took ${install.seconds.toFixed(0)} s`);
    await startAndStop(clone, context);
    await simulated(clone, context);
    await secondStart(context);
    await busyPorts(context);
    await wrongFlags(context);
    await stoppedAtStart(context);
  },
};

async function succeed(what: string, ended: Ended): Promise<Ended> {
  if (ended.code !== 0)
    throw new Error(`${what} ended with code ${ended.code}: ${ended.stderr.slice(-2_000)}`);
  return ended;
}

/** As the README says it, in a clone that nobody has prepared. */
async function startAndStop(clone: string, { report }: CheckContext): Promise<void> {
  for (const turn of ['first start', 'second start on the same data']) {
    const startedMs = Date.now();
    const product = startWithNpm(clone, ['--no-feed']);
    const url = await product.url();
    const upSeconds = (Date.now() - startedMs) / 1000;
    const statuses = [];
    for (const path of ['/health', '/ready', '/', '/docs', '/v1/status', '/metrics']) {
      statuses.push((await fetch(`${url}${path}`)).status);
    }
    report.expect(
      `npm start -- --no-feed, ${turn}: up after ${upSeconds.toFixed(1)} s, pages answer`,
      statuses.every((status) => status === 200),
      statuses,
    );
    const run = await readRunFile(product.folder);
    await expectGoodEnd(
      `${turn}: SIGTERM, code 0`,
      product,
      () => run && process.kill(run.pid, 'SIGTERM'),
      (ended) => ended.code === 0,
      report,
    );
  }
}

/** What `npm start` alone does: purchases come by themselves. */
async function simulated(clone: string, { report }: CheckContext): Promise<void> {
  const product = startWithNpm(clone, ['--data', join(clone, '.tidemark-simulated')]);
  const url = await product.url();
  let eventsApplied = 0;
  for (const deadline = Date.now() + 60_000; eventsApplied === 0 && Date.now() < deadline; await sleep(500)) {
    ({ eventsApplied } = await getJson<{ eventsApplied: number }>(`${url}/v1/status`));
  }
  report.expect('npm start alone: simulated purchases arrive', eventsApplied > 0, eventsApplied);
  // The shell of npm ends by the signal as well, and npm says what its shell said.
  const interrupted = ({ code, signal }: Ended) => code === 0 || code === 130 || signal === 'SIGINT';
  await expectGoodEnd(
    'in the middle of them: Ctrl+C',
    product,
    () => product.kill('SIGINT'),
    interrupted,
    report,
  );
}

async function expectGoodEnd(
  what: string,
  product: Product,
  signal: () => void,
  isRight: (ended: Ended) => boolean,
  report: CheckContext['report'],
): Promise<void> {
  const run = await readRunFile(product.folder);
  const startedMs = Date.now();
  signal();
  const ended = await Promise.race([product.ended, sleep(60_000)]);
  const seconds = (Date.now() - startedMs) / 1000;
  // A stop that takes a minute has failed; what is left of it must not disturb what follows.
  if (!ended) product.kill('SIGKILL');
  const alive = run !== undefined && isAlive(run.pid);
  const leftBehind = existsSync(join(product.folder, 'run.json'));
  const good = ended && isRight(ended) && seconds <= stopSecondsMax && /stop/i.test(ended.stderr);
  report.expect(
    `${what}: stopped after ${seconds.toFixed(1)} s, with a message and nothing left running`,
    good === true && !alive && !leftBehind,
    ended && { code: ended.code, signal: ended.signal, alive, leftBehind, stderr: ended.stderr.slice(-400) },
  );
  if (alive && run) process.kill(run.pid, 'SIGKILL');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function secondStart({ workspace, report }: CheckContext): Promise<void> {
  const folder = await workspace.fresh('shared-folder');
  const first = startProduct(folder, ['--no-feed']);
  const url = await first.url();
  const second = await startProduct(folder, ['--no-feed']).ended;
  expectRefusal(
    'a second start on the same data folder',
    second,
    new RegExp(`Process ${first.pid} .*open`),
    report,
  );
  const health = (await fetch(`${url}/health`)).status;
  const run = await readRunFile(folder);
  report.expect(
    'the first goes on and is still the one in run.json',
    health === 200 && run?.pid === first.pid,
  );
  const ended = await first.stop();
  report.expect('the first stops with code 0', ended.code === 0, ended.code ?? ended.signal);
}

async function busyPorts({ workspace, report }: CheckContext): Promise<void> {
  const folder = await workspace.fresh('busy-port');
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = String(typeof address === 'object' ? address?.port : '');
  for (const flag of ['--port', '--kinesis-port', '--dynamodb-port']) {
    const ended = await startProduct(folder, ['--no-feed', flag, port]).ended;
    expectRefusal(`${flag} that is busy`, ended, new RegExp(`port ${port}`, 'i'), report);
  }
  await new Promise((resolve) => {
    server.close(resolve);
  });
  const after = startProduct(folder, ['--no-feed']);
  const status = (await fetch(`${await after.url()}/ready`)).status;
  const ended = await after.stop();
  report.expect('the folder of the refused starts is as good as new', status === 200 && ended.code === 0);
}

async function wrongFlags({ workspace, report }: CheckContext): Promise<void> {
  const folder = await workspace.fresh('wrong-flags');
  const orders = workspace.path('orders.csv');
  await writeFile(
    orders,
    'eventTime,customerId,orderId,productId,quantity\n2026-01-05T10:00:00Z,c,o,tea,1\n',
  );
  const cases: readonly (readonly [what: string, flags: readonly string[], says: RegExp])[] = [
    ['a file that is not there', ['--input', '/nowhere/orders.csv'], /\/nowhere\/orders\.csv.*no such file/],
    ['ports and shards out of range', ['--port', '70000', '--shards', '0'], /--port[\s\S]*--shards/],
    ['a speed that is none', ['--input', orders, '--speed', 'fast'], /speed/],
    ['a file that is no CSV', ['--input', join(projectRoot, 'package.json'), '--exit'], /no column/],
    ['an unknown flag', ['--sped', 'max'], /unknown option/],
  ];
  for (const [what, flags, says] of cases) {
    expectRefusal(what, await startProduct(folder, flags).ended, says, report);
  }
}

/** Refused with an exit code, one clear message and no stack. */
function expectRefusal(what: string, ended: Ended, says: RegExp, report: CheckContext['report']): void {
  const clear = says.test(ended.stderr) && !/^\s+at /m.test(ended.stderr);
  report.expect(
    `${what} is refused with code ${ended.code} and a clear message`,
    ended.code !== null && ended.code !== 0 && clear,
    ended.stderr.slice(-500),
  );
}

/** A stop that comes before everything is up. */
async function stoppedAtStart({ workspace, report }: CheckContext): Promise<void> {
  const folder = await workspace.fresh('stopped-at-start');
  const slow: string[] = [];
  for (const afterMs of [100, 400, 700, 1_000, 1_300, 1_600]) {
    const product = startProduct(folder, ['--no-feed']);
    await sleep(afterMs);
    product.kill('SIGTERM');
    const ended = await Promise.race([product.ended, sleep(stopSecondsMax * 1000)]);
    const stopped = ended && (ended.code === 0 || ended.signal === 'SIGTERM');
    if (!stopped)
      slow.push(
        `after ${afterMs} ms: ${ended ? `code ${ended.code}: ${ended.stderr.slice(-300)}` : 'still running'}`,
      );
    if (!ended) product.kill('SIGKILL');
    await product.ended;
  }
  report.expectNone('SIGTERM at six moments of the start ends it', slow);
  const after = startProduct(folder, ['--no-feed']);
  const status = (await fetch(`${await after.url()}/ready`)).status;
  report.expect('and the next start works', status === 200 && (await after.stop()).code === 0);
}
