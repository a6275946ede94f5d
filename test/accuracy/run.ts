import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figure.ts';
import { publishedFigures } from './published-figures.ts';
import { cdnowFigures, onlineRetailFigures } from './purchase-figures.ts';
import { coopFigures, taFengFigures } from './ranking-figures.ts';
import { segmentFigures } from './segments.ts';

/**
 * Prints, in one table, how good predictions and segments are on real data: what is asked for, what was measured by the code
 * that users run, and what the simple rules reach. Ends with 1 when a line fails. Words given choose the parts whose titles
 * have one of them.
 */
const dataFolder = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

interface Section {
  readonly title: string;
  readonly figures: (dataFolder: string) => Promise<readonly Figure[]>;
}

const sections: readonly Section[] = [
  { title: 'Published fits of the CDNOW sample', figures: publishedFigures },
  { title: 'CDNOW sample, 39 weeks from 1997-10-01', figures: cdnowFigures },
  { title: 'Online Retail, 90 days from 2011-09-01', figures: onlineRetailFigures },
  { title: 'Coop cards, from 2013-01-01', figures: coopFigures },
  { title: 'Ta-Feng, next basket', figures: taFengFigures },
  { title: 'Segments', figures: segmentFigures },
];

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const chosen = sections.filter(
  ({ title }) => words.length === 0 || words.some((word) => title.toLowerCase().includes(word)),
);

if (existsSync(dataFolder)) process.exitCode = await run();
else process.stdout.write('skipped: there is no ../shared/data\n');

async function run(): Promise<0 | 1> {
  const parts: string[] = [];
  let failed = 0;
  let lines = 0;
  for (const { title, figures } of chosen) {
    process.stderr.write(`${title} ...\n`);
    const startedMs = Date.now();
    const found = await figures(dataFolder);
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(0);
    parts.push(
      [`${title} (${seconds} s): measured, asked; simple rules beside`, ...printFigures(found)].join('\n'),
    );
    lines += found.length;
    failed += found.filter(({ ok }) => !ok).length;
  }
  process.stdout.write(`${parts.join('\n\n')}\n\n`);
  process.stdout.write(failed === 0 ? `all ${lines} hold\n` : `${failed} of ${lines} fail\n`);
  return failed === 0 ? 0 : 1;
}

/** Columns are as wide as most need; what is longer pushes the rest of its line along. */
function printFigures(figures: readonly Figure[]): string[] {
  const width = (of: (figure: Figure) => string, most: number) =>
    Math.min(most, Math.max(...figures.map((figure) => of(figure).length)));
  const nameWidth = width(({ name }) => name, 90);
  const figureWidth = width(({ figure }) => figure, 10);
  const boundWidth = width(({ bound }) => bound, 12);
  return figures.map(({ name, bound, figure, ok, beside = '' }) =>
    [
      ok ? '  pass' : '  FAIL',
      name.padEnd(nameWidth),
      figure.padStart(figureWidth),
      bound.padEnd(boundWidth),
      beside,
    ]
      .join('  ')
      .trimEnd(),
  );
}
