import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';

/** Folder of cdk.json. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** Some libraries are CommonJS and call `require`, which an ES module lacks. */
const requireBanner =
  "import { createRequire as _createRequire } from 'node:module'; const require = _createRequire(import.meta.url);";

export interface Bundle {
  /** One ES module with everything in it, the AWS SDK too: what runs is what was tested. */
  readonly code: Uint8Array;
  readonly sourceMap: Uint8Array;
  readonly gzipBytes: number;
  /** Source files in it, relative to the project's root. */
  readonly inputs: readonly string[];
}

const bundles = new Map<string, Bundle>();

/**
 * Bundles what is deployed with esbuild, in this process: no Docker, no network. A process does each entry once.
 * @param entry path relative to the project's root
 * @throws esbuild's BuildFailure when the entry is absent or does not compile.
 */
export function bundleEntry(entry: string): Bundle {
  const known = bundles.get(entry);
  if (known) return known;
  const result = buildSync({
    absWorkingDir: projectRoot,
    entryPoints: [entry],
    outfile: 'index.mjs',
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    minify: true,
    // Names of errors and classes stand in logs.
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    banner: { js: requireBanner },
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const output = (name: string) => {
    const file = result.outputFiles.find(({ path }) => path.endsWith(name));
    if (!file) throw new Error(`esbuild gave no ${name} for ${entry}`);
    return file.contents;
  };
  const code = output('index.mjs');
  const bundle = {
    code,
    sourceMap: output('index.mjs.map'),
    gzipBytes: gzipSync(code).byteLength,
    inputs: Object.keys(result.metafile.inputs),
  };
  bundles.set(entry, bundle);
  return bundle;
}

/** Writes `index.mjs` and its source map into a folder that is there. */
export function writeBundle(entry: string, folder: string): void {
  const { code, sourceMap } = bundleEntry(entry);
  writeFileSync(join(folder, 'index.mjs'), code);
  writeFileSync(join(folder, 'index.mjs.map'), sourceMap);
}

/** Builds the board into `board` of a folder that is there, from its sources: never an older build. */
export function writeBoard(folder: string): void {
  const builder = pathToFileURL(join(projectRoot, 'api/board/build-board.mjs')).href;
  const build = `const { buildBoard } = await import(process.argv[1]); await buildBoard(process.argv[2]);`;
  // In a process of its own: CDK does not wait for what is asynchronous.
  execFileSync(process.execPath, ['--input-type=module', '--eval', build, builder, join(folder, 'board')]);
}
