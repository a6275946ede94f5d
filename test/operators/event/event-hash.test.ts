import { describe, expect, test } from 'vitest';
import { hash48, hashHex } from '../../../operators/event/event-hash.ts';

describe('hash48', () => {
  test('is the low 48 bits of xxHash64, by its published values', () => {
    // xxHash64 with seed 0: '' -> ef46db3751d8e999, 'abc' -> 44bc2cf5ad770999.
    expect(hash48('')).toBe(0xdb37_51d8_e999);
    expect(hash48('abc')).toBe(0x2cf5_ad77_0999);
    expect(hashHex('')).toBe('ef46db3751d8e999');
    expect(hashHex('abc')).toBe('44bc2cf5ad770999');
  });

  test('gives 50,000 ids as many hashes, all below 2^48', () => {
    const hashes = new Set(Array.from({ length: 50_000 }, (_, index) => hash48(`event-${index}`)));
    expect(hashes.size).toBe(50_000);
    for (const hash of hashes) expect(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 48).toBe(true);
  });

  test('tells apart texts that differ in a composed letter', () => {
    expect(hash48('é')).not.toBe(hash48('e\u0301'));
  });
});

describe('hashHex', () => {
  test('has sixteen digits always', () => {
    const lengths = Array.from({ length: 2_000 }, (_, index) => hashHex(`id-${index}`).length);
    expect(new Set(lengths)).toEqual(new Set([16]));
  });
});
