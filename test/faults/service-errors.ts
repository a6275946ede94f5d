/** An error as the SDK throws it once its own retries are used up. */
export function serviceError(name: string, message: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode, attempts: 5 } });
}

export const throttled = () => serviceError('ProvisionedThroughputExceededException', 'slow down');
export const timedOut = () =>
  Object.assign(new Error('no answer came in time'), { name: 'TimeoutError', $metadata: { attempts: 5 } });
export const aborted = () => Object.assign(new Error('Request aborted'), { name: 'AbortError' });
