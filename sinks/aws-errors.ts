import { DependencyError, ThrottledError, TidemarkError } from '../operators/errors.ts';

interface AwsErrorShape {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
  readonly $retryable?: { readonly throttling?: boolean };
}

const throttlingNames = new Set([
  'ThrottlingException',
  'ThrottledException',
  'Throttling',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'LimitExceededException',
  'KMSThrottlingException',
  'SlowDown',
]);

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_SOCKET_CLOSED',
]);

/** Expired tokens are fetched anew by the credential providers, expired iterators opened anew: trying again can help. */
const transientNames = new Set([
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'InternalServerError',
  'InternalFailure',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'TransactionInProgressException',
  'ExpiredTokenException',
  'ExpiredToken',
  'ExpiredIteratorException',
]);

/** Makes one call to AWS and turns what it throws into a typed error that says whether trying again can help. */
export async function callAws<T>(
  operation: string,
  context: Record<string, unknown>,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toTidemarkError(error, operation, context);
  }
}

/**
 * Maps an error of the AWS SDK, whose own bounded retries are used up by then: throttling to `ThrottledError`,
 * network and 5xx to a retryable `DependencyError`, everything else to one that is not.
 */
export function toTidemarkError(
  error: unknown,
  operation: string,
  context: Record<string, unknown>,
): TidemarkError {
  if (error instanceof TidemarkError) return error;
  const aws = error as AwsErrorShape;
  const name = aws.name ?? 'Error';
  const status = aws.$metadata?.httpStatusCode;
  const details = {
    cause: error,
    context: { ...context, operation, awsError: name, status, attempts: aws.$metadata?.attempts },
  };
  const what = `${operation} failed: ${name}: ${describe(aws)}`;
  if (throttlingNames.has(name) || aws.$retryable?.throttling === true || status === 429) {
    return new ThrottledError('throttled', what, { ...details, retryable: true });
  }
  const unreachable = networkCodes.has(aws.code ?? '') || networkCodes.has(name);
  if (unreachable || transientNames.has(name) || (status !== undefined && status >= 500)) {
    return new DependencyError(unreachable ? 'unreachable' : 'service-failed', what, {
      ...details,
      retryable: true,
    });
  }
  if (name === 'ResourceNotFoundException') {
    return new DependencyError(
      'not-provisioned',
      `${what}. Has it been provisioned, in this region?`,
      details,
    );
  }
  return new DependencyError('service-refused', what, details);
}

/** True when a condition of the request did not hold: an outcome for the stores, not a failure. */
export function isFailedCondition(error: unknown): boolean {
  return (error as AwsErrorShape).name === 'ConditionalCheckFailedException';
}

function describe(error: AwsErrorShape): string {
  return error.message || error.code || 'no message';
}
