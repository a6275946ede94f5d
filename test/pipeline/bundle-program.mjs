import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from '../../bundle-program.mjs';

/**
 * Bundles the command line once for all files, as it ships: below node_modules, where the bundle finds the
 * libraries it leaves out.
 */
export async function setup({ provide }) {
  const folder = fileURLToPath(new URL(`../../node_modules/.cache/tidemark-${process.pid}`, import.meta.url));
  await bundleProgram(folder);
  provide('programFolder', folder);
  return () => rm(folder, { recursive: true, force: true });
}
