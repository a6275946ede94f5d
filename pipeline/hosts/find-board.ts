import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The folder of the built board: beside the bundled program, or, run from its sources, where the last build put it.
 * Undefined before the first build.
 */
export function findBoard(): string | undefined {
  const places = ['./board', '../../dist/board'].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  return places.find((place) => existsSync(`${place}/index.html`));
}
