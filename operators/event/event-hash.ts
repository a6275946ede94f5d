import createXxhash from 'xxhash-wasm';

const { h64 } = await createXxhash();
const mask48 = 0xffff_ffff_ffffn;

/** The duplicate mark of an event id: the low 48 bits of its xxHash64, as an integer below 2^48. */
export function hash48(text: string): number {
  return Number(h64(text) & mask48);
}

/** xxHash64 as 16 hexadecimal digits, for deterministic ids. */
export function hashHex(text: string): string {
  return h64(text).toString(16).padStart(16, '0');
}
