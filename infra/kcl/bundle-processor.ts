/** Writes the bundled record processor for the image: `npx tsx infra/kcl/bundle-processor.ts FOLDER`. */

import { mkdirSync } from 'node:fs';
import { writeBundle } from '../bundle-entry.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new RangeError('say which folder to write to');
mkdirSync(folder, { recursive: true });
writeBundle('pipeline/hosts/kcl/main.ts', folder);
