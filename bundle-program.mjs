import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Some libraries are CommonJS and call `require`, which an ES module lacks. */
const requireBanner =
  "import { createRequire as _createRequire } from 'node:module'; const require = _createRequire(import.meta.url);";

/** What can't be bundled: native or WebAssembly beside it, files found by path, workers of its own. */
const external = [
  'aws-kinesis-agg',
  'cephes',
  'classic-level',
  'dynalite',
  'echarts',
  'kinesalite',
  'pino',
  'pino-pretty',
  'thread-stream',
];

/**
 * Bundles the command line with the libraries it can take along: a command starts in half the time when
 * there are few files to find and read. What is left out stays in node_modules, which must be above `outdir`.
 * @param {string} outdir
 */
export async function bundleProgram(outdir) {
  await build({
    absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
    entryPoints: {
      tidemark: 'pipeline/cli/tidemark.ts',
      'emulator-worker': 'pipeline/embedded/emulator-worker.ts',
    },
    outdir,
    bundle: true,
    // So that what one command alone needs is loaded by that command alone.
    splitting: true,
    external,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    banner: { js: requireBanner },
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  });
}
