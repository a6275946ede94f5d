// Bundles our own sources into dist/; libraries stay in node_modules.
import { chmod, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { buildBoard } from './api/board/build-board.mjs';

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: {
    tidemark: 'pipeline/cli/tidemark.ts',
    'emulator-worker': 'pipeline/embedded/emulator-worker.ts',
  },
  outdir: 'dist',
  bundle: true,
  // So that what one command alone needs is loaded by that command alone.
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'linked',
  logLevel: 'warning',
});
await chmod('dist/tidemark.js', 0o755);
await buildBoard('dist/board');
