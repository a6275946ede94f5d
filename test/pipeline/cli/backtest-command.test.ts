import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BacktestReport } from '../../../operators/backtest/backtest-report.ts';
import { backtestCommand } from '../../../pipeline/cli/backtest-command.ts';
import { describeFailure } from '../../../pipeline/cli/report-failure.ts';
import { type PopulationFile, population, writePopulation } from '../backtest/population-file.ts';
import { openCommandLine, openStack, temporaryFolder } from './cli-fixture.ts';

const commandMs = 60_000;
const seed = 11;
const header = 'eventTime,customerId,orderId,productId,quantity';

describe('tidemark backtest', () => {
  const tidemark = openCommandLine();
  let folder: string;
  let file: PopulationFile;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-backtest-'));
    file = await writePopulation(population(90, 300, seed));
  }, commandMs);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await file.remove();
  });

  test('prints the report as one line of JSON, writes the page, and shows how far it is on stderr alone', {
    timeout: commandMs,
  }, async () => {
    const page = join(folder, 'report.html');
    const options = ['--cut', '0.6', '--horizon', '8w', '--report', page, '--json'];
    const { code, stdout, stderr } = await tidemark.run(['backtest', '--input', file.path, ...options]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^replay 100 % /m);
    expect(stdout.trimEnd()).not.toContain('\n');
    const report = JSON.parse(stdout) as BacktestReport;
    expect(report).toMatchObject({ schema: 1, input: 'population.csv', horizonDays: 56 });
    expect(report.purchases.model.brier).toBeGreaterThan(0);
    expect(await readFile(page, 'utf8')).toContain('<svg');
  });

  test('says that nothing could be fitted, and scores the baselines', { timeout: commandMs }, async () => {
    const path = join(folder, 'few.csv');
    const lines = ['2024-01-01,a,1,p,1', '2024-02-01,a,2,p,1', '2024-02-01,b,3,p,1', '2024-06-01,a,4,p,1'];
    await writeFile(path, [header, ...lines].join('\n'));
    const { code, stdout } = await tidemark.run([
      ...['backtest', '--input', path, '--cut', '2024-03-01', '--horizon', '30d'],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^model +not fitted: /m);
    expect(stdout).toMatch(/^Tidemark +–/m);
    expect(stdout).toMatch(/^Zero +0\.0000\*/m);
    expect(stdout).toContain('No model could be fitted');
  });

  test('keeps the report in the data folder it is given', { timeout: commandMs }, async () => {
    const data = await temporaryFolder();
    const stack = await openStack(data);
    await stack.close();
    const args = ['backtest', '--input', file.path, '--cut', '0.6', '--horizon', '30d', '--data', data];
    const { code, stderr } = await tidemark.run(args);
    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    const again = await openStack(data);
    const kept = await again.stores.models.backtests();
    await again.close();
    await rm(data, { recursive: true, force: true });
    expect(kept.map(({ report }) => report)).toMatchObject([{ horizonDays: 30, input: 'population.csv' }]);
  });

  test('ranks next baskets', { timeout: commandMs }, async () => {
    const truth = join(folder, 'truth.csv');
    const next = Array.from(
      { length: 90 },
      (_, index) => `2025-01-01,c-${index},t-${index},p-${index % 12},1`,
    );
    await writeFile(truth, [header, ...next].join('\n'));
    const args = ['backtest', 'next-basket', '--history', file.path, '--truth', truth];
    const json = await tidemark.run([...args, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ customersScored: 90 });
  });
});

describe('tidemark backtest, called wrongly', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-backtest-'));
    const files = {
      'empty.csv': '',
      'header.csv': `${header}\n`,
      'returns.csv': [header, '2024-01-01,a,1,p,-1', '2024-06-01,a,2,p,1'].join('\n'),
      'year.csv': [header, '2024-01-01,a,1,p,1', '2024-12-30,a,2,p,1'].join('\n'),
      'columns.csv': 'when,who\n1,2\n',
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const within = ['--cut', '2024-03-01', '--horizon', '30d'];

  test.each([
    ['no file', [...within], "required option '--input <file>' not specified"],
    ['no cut', ['--input', 'year.csv', '--horizon', '30d'], "required option '--cut <date|fraction>'"],
    ['no horizon', ['--input', 'year.csv', '--cut', '0.5'], "required option '--horizon <duration>'"],
    ['yesterday', ['--input', 'year.csv', '--cut', 'yesterday'], 'Expected a date such as 2011-09-01'],
    ['a horizon below zero', ['--input', 'year.csv', '--horizon=-3d'], 'from 1d to 3650d'],
    ['a horizon of hours', ['--input', 'year.csv', '--horizon', '12h'], 'from 1d to 3650d'],
    ['an absent file', ['--input', 'absent.csv', ...within], 'there is no such file'],
    ['an empty file', ['--input', 'empty.csv', ...within], 'is empty'],
    ['a file without columns', ['--input', 'columns.csv', ...within], 'has no column eventTime'],
    ['a file without orders', ['--input', 'header.csv', ...within], 'no order that can be used'],
    ['mere returns', ['--input', 'returns.csv', ...within], 'nobody purchased anything before the cut'],
    [
      'a cut before the file',
      ['--input', 'year.csv', '--cut', '2020-01-01', '--horizon', '9d'],
      'before the cut',
    ],
    [
      'a cut after the file',
      ['--input', 'year.csv', '--cut', '2025-01-01', '--horizon', '9d'],
      'after the cut',
    ],
    [
      'a long horizon',
      ['--input', 'year.csv', '--cut', '0.5', '--horizon', '365d'],
      'the longest horizon from',
    ],
    ['an unknown currency', ['--input', 'year.csv', ...within, '--currency', 'pounds'], 'ISO 4217'],
    [
      'a report nowhere',
      ['--input', 'year.csv', ...within, '--report', 'no/r.html'],
      "report can't be written",
    ],
    ['a folder without data', ['--input', 'year.csv', ...within, '--data', 'no'], 'there is no data in'],
    ['half of a next basket', ['next-basket', '--history', 'year.csv'], "required option '--truth <file>'"],
  ])('by %s says so', async (_, args, message) => {
    const program = new Command('tidemark').exitOverride();
    program.configureOutput({ writeErr: () => {} });
    backtestCommand(program);
    const isPath = (text: string) => text.endsWith('.csv') || text.startsWith('no/') || text === 'no';
    const placed = args.map((text) => (isPath(text) ? join(folder, text) : text));
    const error = await program
      .parseAsync(['backtest', ...placed, '--log-level', 'silent'], { from: 'user' })
      .then(
        () => expect.fail('it ran'),
        (thrown: Error) => thrown,
      );
    expect(error.message).toContain(message);
    expect(describeFailure(error).exitCode).toBe(2);
  });
});
