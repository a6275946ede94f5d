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
