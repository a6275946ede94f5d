import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { printTable } from '../../pipeline/cli/print-table.ts';
import type { Figure } from './figure.ts';
import { cdnowFigures, onlineRetailFigures } from './purchase-figures.ts';
import { coopFigures, taFengFigures } from './ranking-figures.ts';

/**
 * Prints, in one table, how good predictions and segments are on real data: what is asked for, what was measured by the code
 * that users run, and what the simple rules reach. Ends with 1 when a line fails.
 */
const dataFolder = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

interface Section {
  readonly title: string;
  readonly figures: (dataFolder: string) => Promise<readonly Figure[]>;
}

const sections: readonly Section[] = [
  { title: 'CDNOW sample, 39 weeks from 1997-10-01', figures: cdnowFigures },
  { title: 'Online Retail, 90 days from 2011-09-01', figures: onlineRetailFigures },
  { title: 'Coop cards, from 2013-01-01', figures: coopFigures },
  { title: 'Ta-Feng, next basket', figures: taFengFigures },
];

if (existsSync(dataFolder)) process.exitCode = await run();
else process.stdout.write('skipped: there is no ../shared/data\n');

async function run(): Promise<0 | 1> {
  const rows: string[][] = [];
  let failed = 0;
  let lines = 0;
  for (const { title, figures } of sections) {
    process.stderr.write(`${title} ...\n`);
    const startedMs = Date.now();
    const found = await figures(dataFolder);
    rows.push([`${title} (${((Date.now() - startedMs) / 1000).toFixed(0)} s)`]);
    for (const { name, bound, figure, ok, beside = '' } of found) {
      rows.push([`  ${ok ? 'pass' : 'FAIL'}  ${name}`, bound, figure, beside]);
      lines += 1;
      if (!ok) failed += 1;
    }
  }
  process.stdout.write(`${printFigures(rows)}\n`);
  process.stdout.write(failed === 0 ? `all ${lines} hold\n` : `${failed} of ${lines} fail\n`);
  return failed === 0 ? 0 : 1;
}

/** Titles stand alone; what the baselines reach is too long for a column, and follows to the left. */
function printFigures(rows: readonly (readonly string[])[]): string {
  const table = printTable([
    ['', 'asked', 'measured'],
    ...rows.map((row) => (row.length === 1 ? [''] : row.slice(0, 3))),
  ]);
  return table
    .map((line, index) => {
      const row = rows[index - 1];
      if (row === undefined) return line;
      return row.length === 1 ? `\n${row[0]}` : `${line}   ${row[3]}`.trimEnd();
    })
    .join('\n');
}
