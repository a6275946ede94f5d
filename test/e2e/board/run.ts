import { setTimeout as sleep } from 'node:timers/promises';
import { endLeftovers } from '../product.ts';
import { createReport } from '../report.ts';
import { openWorkspace } from '../workspace.ts';
import type { BoardCheck } from './board-context.ts';
import { allViews } from './checks/all-views.ts';
import { behindGateway } from './checks/behind-gateway.ts';
import { hostileNames } from './checks/hostile-names.ts';
import { keyboardOnly } from './checks/keyboard-only.ts';
import { newcomer } from './checks/newcomer.ts';
import { quarantine } from './checks/quarantine.ts';
import { ruleFires } from './checks/rule-fires.ts';
import { serverKilled } from './checks/server-killed.ts';
import { signsIn } from './checks/signs-in.ts';
import { findChromium, openChromium } from './chromium.ts';
import { openShop } from './shop.ts';

const checks: readonly BoardCheck[] = [
  newcomer,
  keyboardOnly,
  ruleFires,
  quarantine,
  hostileNames,
  serverKilled,
  allViews,
  signsIn,
  behindGateway,
];

const usage = `Looks at the board of the running product with a real browser (run node build.mjs first).

  npm run e2e:board [-- NAME...]

${checks.map(({ name, promise }) => `  ${name.padEnd(14)} ${promise}`).join('\n')}

  TIDEMARK_CHROMIUM=PATH of the browser; otherwise the system's
  E2E_WORK=DIR keeps the data folders there`;

/** The whole suite is given up after this long. */
const secondsMax = 1_800;

async function main(names: readonly string[]): Promise<number> {
  if (names.some((name) => !checks.some((check) => check.name === name))) {
    console.log(usage);
    return 2;
  }
  const chromium = findChromium();
  if (chromium === undefined) {
    console.log('skipped: no Chromium here (install one, or name it in TIDEMARK_CHROMIUM)');
    return 0;
  }
  const chosen = names.length === 0 ? checks : checks.filter(({ name }) => names.includes(name));
  const workspace = await openWorkspace();
  const browser = await openChromium(chromium);
  const failed: string[] = [];
  try {
    const shop = await openShop(await workspace.fresh('shop'));
    for (const check of chosen) {
      console.log(`${check.name}: ${check.promise}`);
      const report = createReport((line) => console.log(line));
      try {
        await check.run({ browser, report, workspace, shop });
      } catch (error) {
        report.expect('runs to its end', false, error instanceof Error ? error.message : error);
      }
      if (report.failures > 0) failed.push(check.name);
    }
    await shop.stop();
  } finally {
    await browser.close();
    endLeftovers();
    await workspace.close();
  }
  console.log(failed.length === 0 ? `all ${chosen.length} pass` : `failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

const overdue = sleep(secondsMax * 1_000, undefined, { ref: false }).then(() => {
  throw new Error(`not through after ${secondsMax} s`);
});
process.exitCode = await Promise.race([main(process.argv.slice(2)), overdue]);
