import { writeFile } from 'node:fs/promises';
import { renderSchema, schemaPath } from './render-schema.ts';

/** Writes the types of the client anew: after a route or a schema has changed. */
await writeFile(schemaPath, await renderSchema());
