import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  document,
  openCommandLine,
  openStack,
  putRecords,
  quarantined,
  runFileOf,
  temporaryFolder,
} from './cli-fixture.ts';

const commandMs = 60_000;

interface Report {
  readonly ok: boolean;
  readonly checks: readonly { name: string; level: string; message: string }[];
}

describe('tidemark doctor', () => {
  const tidemark = openCommandLine();
  let folder: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const doctor = (...args: string[]) => tidemark.run(['doctor', '--port', '0', '--data', folder, ...args]);
  const levels = (stdout: string) =>
    Object.fromEntries((JSON.parse(stdout) as Report).checks.map(({ name, level }) => [name, level]));

  test('finds a fresh folder in order, and leaves it fresh', { timeout: commandMs }, async () => {
    const absent = join(folder, 'absent');
    const { code, stdout } = await tidemark.run(['doctor', '--port', '0', '--data', absent]);
    expect(code).toBe(0);
    expect(stdout).toContain(`OK    data folder  ${absent} is fresh`);
    expect(stdout).toContain(' 0 FAIL\n');
    expect(await readdir(folder)).toEqual([]);
  });

  test('looks through a stopped folder, and then through the process that runs on it', {
    timeout: commandMs,
  }, async () => {
    const stack = await openStack(folder, 2);
    await putRecords(stack, [{ key: 'c-1', body: document('e-1') }]);
    await stack.stores.quarantine.putMany([quarantined(1, Buffer.from('{'), 'not-json')]);
    await stack.close();
    const stopped = await doctor();
    expect(stopped.code).toBe(0);
    expect(stopped.stdout).toMatch(/OK {4}stream {7}tidemark-purchases is ACTIVE, 2 open shards, keeps/);
    expect(stopped.stdout).toContain('OK    tables       8 of 8 are there, with their keys and indexes');
    expect(stopped.stdout).toMatch(
      /WARN {2}progress .* 1 of 2 open shards hold unread records, the oldest \d+ s/,
    );
    expect(stopped.stdout).toContain('WARN  quarantine   1 open records (not-json 1) -> tidemark quarantine');

    const started = tidemark.start(['start', '--no-feed', '--port', '0', '--data', folder]);
    try {
      const { pid, apiUrl } = await runFileOf(folder);
      while (!(await (await fetch(`${apiUrl}/v1/status`)).text()).includes('"eventsApplied":1')) {
        await new Promise((next) => setTimeout(next, 50));
      }
      const { code, stdout } = await doctor('--json');
      expect(code).toBe(0);
      expect(levels(stdout)).toMatchObject({ process: 'ok', stream: 'ok', tables: 'ok', progress: 'ok' });
      expect(stdout).toContain(`Process ${pid} has had the data folder`);
    } finally {
      started.kill('SIGTERM');
      await once(started, 'close');
    }
  });

  test('on AWS asks for region and credentials, and fails on what is not deployed', {
    timeout: commandMs,
  }, async () => {
    // Whatever this machine itself is signed in to must not be found.
    const nobody = {
      AWS_CONFIG_FILE: join(folder, 'absent'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'absent'),
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    const args = ['doctor', '--port', '0', '--stack', 'aws', '--json'];
    const nowhere = await tidemark.run(args, { environment: nobody });
    expect(nowhere.code).toBe(1);
    expect(levels(nowhere.stdout)).toMatchObject({ region: 'fail', credentials: 'fail' });

    const stack = await openStack(folder);
    try {
      const environment = {
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'an-id-nobody-should-see',
        AWS_SECRET_ACCESS_KEY: 'a-secret-nobody-should-see',
        AWS_ENDPOINT_URL_KINESIS: stack.emulators.kinesisEndpoint,
        AWS_ENDPOINT_URL_DYNAMODB: stack.emulators.dynamoEndpoint,
      };
      const aws = (...args: string[]) =>
        tidemark.run(['doctor', '--port', '0', '--stack', 'aws', ...args], { environment });
      const deployed = await aws('--json');
      expect(deployed.code).toBe(0);
      expect(levels(deployed.stdout)).toMatchObject({
        region: 'ok',
        credentials: 'ok',
        stream: 'ok',
        tables: 'ok',
        progress: 'ok',
      });
      await stack.clients.dynamo.send(new DeleteTableCommand({ TableName: 'tidemark-models' }));
      const lacking = await aws();
      expect(lacking.code).toBe(1);
      expect(lacking.stdout).toContain('FAIL  tables       tidemark-models does not exist -> deploy it');
      for (const { stdout, stderr } of [deployed, lacking]) {
        expect(stdout + stderr).not.toContain('nobody-should-see');
      }
    } finally {
      await stack.close();
    }
  });
});
