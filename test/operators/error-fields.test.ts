import { expect, test } from 'vitest';
import { errorFields } from '../../operators/error-fields.ts';
import {
  ConfigurationError,
  DependencyError,
  InvariantError,
  ThrottledError,
  TidemarkError,
} from '../../operators/errors.ts';

const context = { customerId: 'secret-customer' };
const cause = new Error('secret-customer');

test.each([
  new TypeError('secret-customer is not iterable'),
  new SyntaxError('Unexpected token:\n    at secret-customer\n  at secret-customer'),
  new TidemarkError('customer-too-large', 'secret-customer is too large', { context, cause }),
  new InvariantError('secret-customer has no segment', context),
])('%s is told by its kind and its place', (error) => {
  const fields = errorFields(error);
  expect(JSON.stringify(fields)).not.toContain('secret-customer');
  expect(fields).toMatchObject({ error: error.name });
  expect((fields.at as string[])[0]).toContain('error-fields.test.ts');
});

test.each([
  new DependencyError('write-conflict', 'written by others', { retryable: true, context, cause }),
  new ThrottledError('throttled', 'written by others', { retryable: true, context, cause }),
  new ConfigurationError(['written by others'], { context, cause }),
])('%s is told with its message, and without its context and its cause', (error) => {
  expect(errorFields(error)).toEqual({
    error: error.name,
    code: error.code,
    retryable: error.retryable,
    detail: 'written by others',
  });
});

test('what is no error is told by its type alone', () => {
  expect(errorFields('secret-customer')).toEqual({ error: 'string' });
});
