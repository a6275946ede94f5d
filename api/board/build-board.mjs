// Bundles the board into a folder of files that never change their content under the same name.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('.', import.meta.url));
const assetsPath = '/board/assets';

/**
 * Writes `index.html` and, under `assets/`, scripts, styles and icon with a hash of their content in their names, each
 * text beside its gzip form. Charts are a file of their own, loaded when the first one is shown.
 * @param {string} directory made anew
 * @returns {Promise<{ file: string, bytes: number, gzipBytes: number }[]>} what a browser may load
 */
export async function buildBoard(directory) {
  const assets = join(directory, 'assets');
  await rm(directory, { recursive: true, force: true });
  await mkdir(assets, { recursive: true });
  const written = await bundle(assets);
  const icon = await readFile(join(source, 'icon.svg'));
  written.push({ entry: 'icon.svg', file: `icon-${contentHash(icon)}.svg`, contents: icon });
  const names = new Map(written.map(({ entry, file }) => [entry, file]));
  const template = await readFile(join(source, 'index.html'), 'utf8');
  const index = template.replace(/\{\{(.+?)\}\}/g, (_, entry) => {
    const file = names.get(entry);
    if (file === undefined) throw new Error(`the page names ${entry}, which was not built`);
    return `${assetsPath}/${file}`;
  });
  await writeFile(join(directory, 'index.html'), index);
  return Promise.all(
    written.map(async ({ file, contents }) => {
      const packed = gzipSync(contents, { level: 9 });
      await writeFile(join(assets, file), contents);
      await writeFile(join(assets, `${file}.gz`), packed);
      return { file, bytes: contents.length, gzipBytes: packed.length };
    }),
  );
}

async function bundle(assets) {
  const shared = {
    bundle: true,
    minify: true,
    outdir: assets,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    write: false,
  };
  const [board, theme] = await Promise.all([
    build({
      ...shared,
      entryPoints: [join(source, 'main.tsx'), join(source, 'styles/main.css')],
      format: 'esm',
      splitting: true,
      jsx: 'automatic',
      jsxImportSource: 'preact',
      define: { 'process.env.NODE_ENV': '"production"' },
    }),
    // Runs before the first paint, so it can't wait for modules.
    build({ ...shared, entryPoints: [join(source, 'theme.ts')], format: 'iife' }),
  ]);
  return [...outputs(board), ...outputs(theme)];
}

function outputs({ metafile, outputFiles }) {
  const entries = Object.entries(metafile.outputs).map(([path, { entryPoint }]) => [
    basename(path),
    entryPoint === undefined ? basename(path) : basename(entryPoint).replace(/\.tsx?$/, '.js'),
  ]);
  const entryOf = new Map(entries);
  return outputFiles.map(({ path, contents }) => {
    const file = basename(path);
    return { entry: entryOf.get(file), file, contents };
  });
}

function contentHash(contents) {
  return createHash('sha256').update(contents).digest('hex').slice(0, 8).toUpperCase();
}
