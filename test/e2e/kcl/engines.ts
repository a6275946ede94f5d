import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { dynamoDbLocalFolder, enginesFolder } from '../../engines/paths.ts';
import { runCommand } from '../product.ts';
import { projectRoot } from '../workspace.ts';

const pomPath = fileURLToPath(new URL('../../../pipeline/hosts/kcl/pom.xml', import.meta.url));
const installMsMax = 10 * 60_000;

/**
 * Installs Amazon's MultiLangDaemon with Maven, about 75 MB, once for each content of the pom; gives the folder of jars.
 * @throws Error when Maven is absent or fails.
 */
export async function installDaemon(): Promise<string> {
  const folder = join(enginesFolder, 'kcl');
  const stamp = join(folder, 'installed.xml');
  const pom = await readFile(pomPath, 'utf8');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === pom) return folder;
  await rm(folder, { recursive: true, force: true });
  console.log('installing the daemon with Maven ...');
  await run('mvn', [
    ...['-q', '-B', '-f', pomPath, 'dependency:copy-dependencies'],
    ...[`-DoutputDirectory=${folder}`, '-DincludeScope=runtime'],
  ]);
  await writeFile(stamp, pom);
  return folder;
}

/** Installs DynamoDB Local unless it is there. */
export async function installDynamoDbLocal(): Promise<void> {
  if ((await dynamoDbLocalFolder()) !== undefined) return;
  await run(process.execPath, ['--import', 'tsx', join(projectRoot, 'test/engines/install.ts')]);
}

/** Bundles the processor that the daemons start, as a deployment does; gives the file. */
export async function buildProcessor(): Promise<string> {
  const outfile = join(enginesFolder, 'kcl-processor', 'main.js');
  await build({
    entryPoints: [join(projectRoot, 'pipeline/hosts/kcl/main.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    logLevel: 'warning',
  });
  return outfile;
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const ended = await runCommand(command, args, projectRoot, installMsMax);
  if (ended.code !== 0)
    throw new Error(`${command} ended with ${ended.code}: ${ended.stdout}${ended.stderr}`);
}
