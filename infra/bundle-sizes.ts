/**
 * Prints for each function how large its bundle is and how long it takes to load: the part of a cold start that is ours.
 * `npx tsx infra/bundle-sizes.ts [--runs N]`
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleEntry, writeBundle } from './bundle-entry.ts';
import { entryPath, type FunctionName, functionDefinitions } from './function-definitions.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1 || runs > 100) throw new RangeError('--runs must be 1 to 100');

const rows = (Object.keys(functionDefinitions) as FunctionName[]).map((name) => {
  const { code, gzipBytes } = bundleEntry(entryPath(name));
  const loadMs = loadTimesMs(name);
  return {
    function: name,
    'bundle KB': Math.round(code.byteLength / 1_024),
    'gzip KB': Math.round(gzipBytes / 1_024),
    'load ms p50': Math.round(loadMs[Math.floor(loadMs.length / 2)] ?? 0),
    'load ms max': Math.round(loadMs.at(-1) ?? 0),
  };
});
console.table(rows);
console.log(
  `load: import of the bundle in a new process, ${runs} runs, Node ${process.version}, this machine`,
);

/** Each in a process of its own, ascending; a bundle that fails to load or has no handler fails the report. */
function loadTimesMs(name: FunctionName): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bundle-'));
  try {
    writeBundle(entryPath(name), folder);
    const url = JSON.stringify(pathToFileURL(join(folder, 'index.mjs')).href);
    const script = `const start = performance.now(); const { handler } = await import(${url});
      if (typeof handler !== 'function') throw new Error('no handler'); console.log(performance.now() - start)`;
    return Array.from({ length: runs }, () => {
      const run = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
        encoding: 'utf8',
      });
      if (run.status !== 0) throw new Error(`${name} does not load:\n${run.stderr}`);
      return Number(run.stdout);
    }).sort((a, b) => a - b);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
