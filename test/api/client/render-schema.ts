import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import { fixture } from '../api-fixture.ts';

/** Where the types of the client stand. */
export const schemaPath = fileURLToPath(new URL('../../../api/client/schema.ts', import.meta.url));

/** What to run when they are out of date. */
export const schemaCommand = 'npx tsx test/api/client/write-schema.ts';

const header = `/** Generated from the OpenAPI document by \`${schemaCommand}\`; not edited by hand. */\n\n`;

/** The types of every route as TypeScript, from the OpenAPI document; the same document gives the same text. */
export async function renderSchema(): Promise<string> {
  const api = fixture();
  const document = await (await api.get('/openapi.json')).text();
  api.close();
  const types = astToString(await openapiTS(document, { alphabetize: true }));
  // Parts that the document has none of.
  const used = types.replace(/^export type (webhooks|\$defs) = .*;\n/gm, '');
  return formatted(header + used);
}

/** As the project formats its sources. */
function formatted(source: string): string {
  const biome = fileURLToPath(new URL('../../../node_modules/@biomejs/biome/bin/biome', import.meta.url));
  const args = [biome, 'format', `--stdin-file-path=${schemaPath}`];
  return execFileSync(process.execPath, args, { input: source, encoding: 'utf8', maxBuffer: 32_000_000 });
}
