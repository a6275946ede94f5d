/** Writes what the image runs, the launcher of the daemon and its record processor: `npx tsx infra/kcl/bundle-worker.ts FOLDER`. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeBundle } from '../bundle-entry.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new RangeError('say which folder to write to');
for (const [name, entry] of [
  ['daemon', 'pipeline/hosts/kcl/launch.ts'],
  ['processor', 'pipeline/hosts/kcl/main.ts'],
] as const) {
  mkdirSync(join(folder, name), { recursive: true });
  writeBundle(entry, join(folder, name));
}
