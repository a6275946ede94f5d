import type { Check, CheckContext } from './check.ts';
import { backfillBesideStream } from './checks/backfill-beside-stream.ts';
import { badInput } from './checks/bad-input.ts';
import { disorderChangesNothing } from './checks/disorder-changes-nothing.ts';
import { featuresEqualSql } from './checks/features-equal-sql.ts';
import { newcomer } from './checks/newcomer.ts';
import { oddInput } from './checks/odd-input.ts';
import { population } from './checks/population.ts';
import { survivesKills } from './checks/survives-kills.ts';
import { timeMoves } from './checks/time-moves.ts';
import { buildProduct, endLeftovers } from './product.ts';
import { createReport } from './report.ts';
import { openWorkspace, retailFile } from './workspace.ts';

const checks: readonly Check[] = [
  featuresEqualSql,
  timeMoves,
  population,
  disorderChangesNothing,
  survivesKills,
  backfillBesideStream,
  badInput,
  oddInput,
  newcomer,
];

const usage = `Runs the product on real data, as a user runs it, and compares what it ends in with independent answers.

  npm run e2e [-- NAME...]

${checks.map(({ name, promise }) => `  ${name.padEnd(12)} ${promise}`).join('\n')}

  SEED=N       of every random choice (default: 20111209)
  FULL=1       whole files where 120 days are taken otherwise
  E2E_WORK=DIR keeps all data folders there, and uses finished imports again`;

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0) {
    console.log(`${unknown.join(', ')}: no such check\n\n${usage}`);
    return 2;
  }
  const chosen = names.length === 0 ? checks : checks.filter((check) => names.includes(check.name));
  const retail = retailFile();
  const seed = Number(process.env.SEED ?? 20_111_209);
  const full = process.env.FULL === '1';
  console.log(`seed ${seed}${full ? ', whole files' : ''}`);
  const workspace = await openWorkspace();
  const failed: string[] = [];
  try {
    await buildProduct();
    for (const check of chosen) {
      if (check.needsRetail && retail === undefined) {
        console.log(`skip ${check.name}: ../shared/data/online-retail.csv.gz is absent`);
        continue;
      }
      const context = { workspace, seed, full, retail: retail ?? '' };
      if (!(await passes(check, context))) failed.push(check.name);
    }
  } finally {
    await workspace.close();
  }
  console.log(failed.length === 0 ? 'all passed' : `failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

async function passes(check: Check, context: Omit<CheckContext, 'report'>): Promise<boolean> {
  console.log(`${check.name}: ${check.promise}`);
  const report = createReport((line) => console.log(line));
  const startedMs = Date.now();
  try {
    await check.run({ ...context, report });
  } catch (error) {
    report.expectNone('ran to its end', [error instanceof Error ? describe(error) : String(error)]);
  }
  endLeftovers();
  const outcome = report.failures === 0 ? 'passed' : `FAILED, ${report.failures} comparisons`;
  console.log(`${check.name} ${outcome} after ${Math.round((Date.now() - startedMs) / 1000)} s`);
  return report.failures === 0;
}

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${describe(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

process.exitCode = await main(process.argv.slice(2));
