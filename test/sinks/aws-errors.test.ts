import { describe, expect, test } from 'vitest';
import { ConfigurationError, DependencyError, ThrottledError } from '../../operators/errors.ts';
import { callAws, isFailedCondition, toTidemarkError } from '../../sinks/aws-errors.ts';

function awsError(name: string, more: object = {}): Error {
  return Object.assign(new Error('as the service says'), { name, ...more });
}

describe('errors of AWS', () => {
  test.each([
    [
      'throttling by name',
      awsError('ProvisionedThroughputExceededException'),
      ThrottledError,
      'throttled',
      true,
    ],
    [
      'throttling by status',
      awsError('Odd', { $metadata: { httpStatusCode: 429 } }),
      ThrottledError,
      'throttled',
      true,
    ],
    [
      'throttling by hint',
      awsError('Odd', { $retryable: { throttling: true } }),
      ThrottledError,
      'throttled',
      true,
    ],
    [
      'a refused connection',
      awsError('Error', { code: 'ECONNREFUSED' }),
      DependencyError,
      'unreachable',
      true,
    ],
    ['a time-out', awsError('TimeoutError'), DependencyError, 'service-failed', true],
    [
      'a failing service',
      awsError('Odd', { $metadata: { httpStatusCode: 503 } }),
      DependencyError,
      'service-failed',
      true,
    ],
    ['a missing table', awsError('ResourceNotFoundException'), DependencyError, 'not-provisioned', false],
    ['a wrong request', awsError('ValidationException'), DependencyError, 'service-refused', false],
    ['missing rights', awsError('AccessDeniedException'), DependencyError, 'service-refused', false],
  ])('%s is typed, and says whether trying again can help', (_, error, type, code, retryable) => {
    const mapped = toTidemarkError(error, 'PutItem', { table: 't' });
    expect(mapped).toBeInstanceOf(type);
    expect(mapped).toMatchObject({ code, retryable, cause: error });
    expect(mapped.context).toMatchObject({ operation: 'PutItem', table: 't', awsError: error.name });
    expect(mapped.message).toContain('as the service says');
  });

  test('our own errors pass as they are, and answers too', async () => {
    const own = new ConfigurationError(['x']);
    await expect(callAws('Query', {}, () => Promise.reject(own))).rejects.toBe(own);
    expect(await callAws('Query', {}, async () => 7)).toBe(7);
  });

  test('a failed condition is told apart', () => {
    expect(isFailedCondition(awsError('ConditionalCheckFailedException'))).toBe(true);
    expect(isFailedCondition(awsError('ValidationException'))).toBe(false);
  });
});
