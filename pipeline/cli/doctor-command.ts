import type { Command } from 'commander';
import { type AwsClients, createAwsClients } from '../../sinks/aws-clients.ts';
import { openStores } from '../../sinks/open-stores.ts';
import { tableNames } from '../../sinks/table-definitions.ts';
import { type RunFile, readRunFile } from '../embedded/data-folder.ts';
import { startEmulators } from '../embedded/emulators.ts';
import type { Settings } from '../settings.ts';
import { type Check, examine, printChecks } from './doctor/check.ts';
import { checkDataFolder, checkNode, checkPorts, checkProcess } from './doctor/machine-checks.ts';
import { checkClock, checkModels, checkQuarantine, checkShards } from './doctor/progress-checks.ts';
import { checkAwsAccess, checkStream, checkTables } from './doctor/resource-checks.ts';
import { addSettings, hasData, settingsOf } from './options.ts';
import { printableJson } from './printable.ts';

export function doctorCommand(program: Command): void {
  const command = program
    .command('doctor')
    .description(
      'Check everything a pipeline needs, one line each: OK, WARN or FAIL with what to do. Changes nothing, and prints ' +
        'no secrets. Exit code 1 when anything fails.',
    )
    .option('--json', 'print the findings as one JSON object on stdout');
  addSettings(command)
    .addHelpText('after', '\nExample:\n  tidemark doctor --stack aws --stream orders')
    .action(async (flags: { json?: boolean } & Record<string, unknown>) => {
      const checks = await diagnose(settingsOf(flags).settings);
      const passed = checks.every(({ level }) => level !== 'fail');
      process.stdout.write(
        flags.json ? `${printableJson({ ok: passed, checks })}\n` : `${printChecks(checks)}\n`,
      );
      if (!passed) process.exitCode = 1;
    });
}

/** Makes every check that these settings call for, in the order in which a fault would show at a start. */
export async function diagnose(settings: Settings): Promise<readonly Check[]> {
  const checks: Check[] = [checkNode()];
  if (settings.stack === 'aws') {
    checks.push(...(await examine('ports', () => checkPorts(settings, undefined))));
    const clients = createAwsClients();
    try {
      const access = await examine('aws', () => checkAwsAccess(clients));
      checks.push(...access);
      // Without them every call would fail in its own way.
      if (access.every(({ level }) => level === 'ok'))
        checks.push(...(await checkStored(clients, settings, true)));
    } finally {
      clients.close();
    }
    return checks;
  }
  const filled = hasData(settings.data);
  checks.push(...(await examine('data folder', () => checkDataFolder(settings.data, filled))));
  const run = await readRunFile(settings.data).catch(() => undefined);
  checks.push(...(await examine('process', () => checkProcess(settings.data, run))));
  checks.push(...(await examine('ports', () => checkPorts(settings, run))));
  if (filled) checks.push(...(await examine('emulators', () => checkEmulated(settings, run))));
  return checks;
}

/** Looks through the running process's emulators, else opens the folder's own for as long as it takes. */
async function checkEmulated(settings: Settings, run: RunFile | undefined): Promise<readonly Check[]> {
  const emulators = run === undefined ? await startEmulators({ dataDirectory: settings.data }) : undefined;
  const kinesis = (emulators ?? run)?.kinesisEndpoint ?? '';
  const dynamo = (emulators ?? run)?.dynamoEndpoint ?? '';
  const clients = createAwsClients({ endpoints: { kinesis, dynamo } });
  try {
    return await checkStored(clients, settings, run !== undefined);
  } finally {
    clients.close();
    await emulators?.stop();
  }
}

async function checkStored(
  clients: AwsClients,
  settings: Settings,
  consumed: boolean,
): Promise<readonly Check[]> {
  const stream = await examine('stream', () => checkStream(clients, settings));
  const tables = await examine('tables', () => checkTables(clients, settings));
  const checks = [...stream, ...tables];
  if (checks.some(({ level }) => level !== 'ok')) return checks;
  const stores = openStores(clients.dynamo, tableNames(settings.tablePrefix));
  const options = { stores, kinesis: clients.kinesis, settings, consumed, nowMs: Date.now() };
  return [
    ...checks,
    ...(await examine('progress', () => checkShards(options))),
    ...(await examine('clock', () => checkClock(options))),
    ...(await examine('models', () => checkModels(options))),
    ...(await examine('quarantine', () => checkQuarantine(options))),
  ];
}
