import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backfillCommand } from '../../../pipeline/cli/backfill-command.ts';
import { backtestCommand } from '../../../pipeline/cli/backtest-command.ts';
import { doctorCommand } from '../../../pipeline/cli/doctor-command.ts';
import { fitCommand } from '../../../pipeline/cli/fit-command.ts';
import { quarantineCommand } from '../../../pipeline/cli/quarantine-command.ts';
import { replayCommand } from '../../../pipeline/cli/replay-command.ts';
import { describeFailure } from '../../../pipeline/cli/report-failure.ts';
import { startCommand } from '../../../pipeline/cli/start-command.ts';
import { openCommandLine } from './cli-fixture.ts';

const commandMs = 60_000;

function createProgram(): Command {
  const program = new Command('tidemark').exitOverride();
  program.configureOutput({ writeErr: () => {} });
  for (const add of [
    startCommand,
    backfillCommand,
    replayCommand,
    fitCommand,
    backtestCommand,
    quarantineCommand,
    doctorCommand,
  ]) {
    add(program);
  }
  return program;
}

function allCommands(): Command[] {
  return createProgram().commands.flatMap((command) => [command, ...command.commands]);
}

function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  return help;
}

describe('help', () => {
  test.each(allCommands().map((command) => [command.name(), command] as const))(
    'of %s says what the command and each of its options do',
    (_, command) => {
      expect(command.description().length).toBeGreaterThan(20);
      for (const option of command.options) {
        expect(option.description.length, `${command.name()} ${option.flags}`).toBeGreaterThan(10);
      }
    },
  );

  test.each(
    allCommands()
      .filter((command) => command.name() !== 'start')
      .map((command) => [command.name(), command] as const),
  )('of %s has an example', (_, command) => {
    expect(helpOf(command)).toMatch(/\nExample:?.*\n {2}tidemark \w/);
  });
});

describe('the command line', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-cli-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test.each([
    ['an unknown command', ['sing'], "unknown command 'sing'"],
    ['an unknown option', ['fit', '--loud'], "unknown option '--loud'"],
    ['an option out of range', ['quarantine', 'list', '--limit', '0'], 'a whole number from 1 to 1000'],
    ['an unknown reason', ['quarantine', 'list', '--reason', 'mood'], 'Allowed choices are empty-record'],
    ['an instant without a zone', ['replay', '--from', '2024-03-01'], 'Expected horizon or an instant'],
    ['a shard named twice', ['replay', '--from', 's:1,s:2'], 'A shard is named twice'],
    ['a backtest of nothing', ['backtest'], "required option '--input <file>' not specified"],
    ['a backfill of nothing', ['backfill'], "required option '--input <file>' not specified"],
    ['a backfill without data', ['backfill', '--input', 'f'], 'there is no data in'],
    ['an input that is absent', ['start', '--input', 'f', '--currency', 'GBP'], "f can't be read"],
    ['an input of something else', ['start', '--input', 'package.json'], 'has no column eventTime'],
    ['no selection of records', ['quarantine', 'replay'], '--id ID..., --reason REASON or --all'],
    ['two selections', ['quarantine', 'replay', '--all', '--reason', 'not-json'], 'in one way'],
    ['one document for many records', ['quarantine', 'replay', '--all', '--with', 'f'], 'exactly one --id'],
    ['a mended file that is absent', ['quarantine', 'replay', '--id', 'x', '--with', 'f'], "f can't be read"],
    ['settings that can’t work', ['fit', '--rates', 'x'], 'currency rate "x" is not of the form'],
    ['a folder without data', ['quarantine', 'list'], 'there is no data in'],
  ])('is told that it was called wrongly by %s', async (_, args, message) => {
    const data = args.length > 1 ? ['--data', join(folder, 'absent')] : [];
    const error = await createProgram()
      .parseAsync([...args, ...data], { from: 'user' })
      .then(
        () => expect.fail('it ran'),
        (thrown: Error) => thrown,
      );
    expect(error.message).toContain(message);
    expect(describeFailure(error).exitCode).toBe(2);
    expect(await readdir(folder)).toEqual([]);
  });

  test('ends with 0 for help and with 2, no stack and one line a problem, for what can’t work', {
    timeout: commandMs,
  }, async () => {
    const tidemark = openCommandLine();
    const help = await tidemark.run(['start', '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/\nExample:\n {2}tidemark start/);
    const wrong = await tidemark.run(['fit', '--rates', 'x', '--shards-typo']);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain("error: unknown option '--shards-typo'");
    const unworkable = await tidemark.run(['fit', '--rates', 'x'], {
      environment: { TIDEMARK_PORT: '99999' },
    });
    expect(unworkable).toMatchObject({ code: 2, stdout: '' });
    expect(unworkable.stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^error: --port \(TIDEMARK_PORT\): /),
      expect.stringMatching(/^error: currency rate "x" /),
    ]);
  });
});
