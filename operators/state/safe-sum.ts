/**
 * Adds two integers, held at ±(2^53 - 1): beyond it integers are no longer exact, and the store could not take them.
 * Only made-up amounts come near (9 billion currency units of one customer).
 */
export function safeSum(a: number, b: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, a + b));
}
