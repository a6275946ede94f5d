import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * `npx tsx test/bench/lookups.ts [rounds]`: look-ups by key beside a bare route. Bundled first as the program is: what a
 * loader of TypeScript adds to each function would count against one side only.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = `${root}node_modules/.cache/tidemark-lookups`;
await build({
  entryPoints: {
    'lookups-run': `${root}test/bench/lookups-run.ts`,
    'lookups-load': `${root}test/bench/lookups-load.ts`,
    'emulator-worker': `${root}pipeline/embedded/emulator-worker.ts`,
  },
  outdir: folder,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
});
const real = fileURLToPath(new URL('../../../shared/data/online-retail.csv.gz', import.meta.url));
const run = spawn(process.execPath, [`${folder}/lookups-run.js`, process.argv[2] ?? '5', real], {
  stdio: 'inherit',
});
process.exitCode = await new Promise<number>((resolve) => {
  run.once('exit', (code) => resolve(code ?? 1));
});
await rm(folder, { recursive: true, force: true });
