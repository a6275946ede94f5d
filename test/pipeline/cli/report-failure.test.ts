import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import {
  ConfigurationError,
  DependencyError,
  InvariantError,
  TidemarkError,
} from '../../../operators/errors.ts';
import { describeFailure } from '../../../pipeline/cli/report-failure.ts';

describe('a failure is reported', () => {
  test('with each problem of the configuration on its own line, and exit code 2', () => {
    expect(describeFailure(new ConfigurationError(['--port: too large', '--rates: unreadable']))).toEqual({
      text: 'error: --port: too large\nerror: --rates: unreadable',
      exitCode: 2,
    });
  });

  test('with its code and whether trying again can help, and exit code 1', () => {
    const retryable = new DependencyError('unreachable', 'DescribeTable failed', { retryable: true });
    expect(describeFailure(retryable)).toEqual({
      text: 'error: DescribeTable failed (unreachable)\nTrying again may help.',
      exitCode: 1,
    });
    const final = describeFailure(new TidemarkError('data-damaged', 'The data is damaged.'));
    expect(final.text).toBe(
      'error: The data is damaged. (data-damaged)\nTrying again will not help until the cause is mended.',
    );
    expect(final.exitCode).toBe(1);
  });

  test('with the stack when nobody foresaw it', () => {
    for (const error of [new TypeError('x is not a function'), new InvariantError('impossible')]) {
      const { text, exitCode } = describeFailure(error);
      expect(text).toContain(error.message);
      expect(text).toContain('report-failure.test.ts');
      expect(exitCode).toBe(1);
    }
    expect(describeFailure('a text').text).toContain('a text');
  });

  test('in silence when the command line has printed it already', () => {
    expect(describeFailure(new CommanderError(1, 'commander.unknownOption', 'x'))).toEqual({
      text: '',
      exitCode: 2,
    });
    expect(describeFailure(new CommanderError(0, 'commander.help', 'x'))).toEqual({ text: '', exitCode: 0 });
  });

  test('without the terminal escapes that its message may carry', () => {
    expect(describeFailure(new ConfigurationError(['a\u001b[31mb'])).text).toBe('error: a\\x1b[31mb');
  });
});

describe('what no one caught', () => {
  /** Runs a line in a process of its own that watches for failures. */
  async function watched(line: string): Promise<{ code: number | null; stderr: string }> {
    const watcher = new URL('../../../pipeline/cli/report-failure.ts', import.meta.url).href;
    const script = `const { watchForFailures } = await import('${watcher}'); watchForFailures(); ${line}`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stderr };
  }

  test('is reported with its stack and ends the process with 1, even one that would go on', async () => {
    const line = "setInterval(() => {}, 1_000); Promise.reject(new Error('nobody waits for this'));";
    const { code, stderr } = await watched(line);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: something that was not foreseen\nError: nobody waits for this\n {4}at /);
  });

  test('is no failure when only the reader of our output has gone', async () => {
    const error = "Object.assign(new Error('EPIPE'), { code: 'EPIPE' })";
    expect(await watched(`process.stdout.emit('error', ${error});`)).toEqual({ code: 0, stderr: '' });
  });
});
