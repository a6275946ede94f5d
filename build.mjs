// Bundles the program and the board into dist/.
import { chmod, rm } from 'node:fs/promises';
import { buildBoard } from './api/board/build-board.mjs';
import { bundleProgram } from './bundle-program.mjs';

await rm('dist', { recursive: true, force: true });
await bundleProgram('dist');
await chmod('dist/tidemark.js', 0o755);
await buildBoard('dist/board');
