/** Largest magnitude a sum takes: what the stored form (a zigzag varint) holds exactly on both sides of zero. */
export const sumMax = 2 ** 52;

/**
 * Adds two integers, held at ±2^52: beyond it the store could not take them exactly. Only made-up amounts come near
 * (4.5 billion currency units of one customer).
 */
export function safeSum(a: number, b: number): number {
  return Math.max(-sumMax, Math.min(sumMax, a + b));
}
