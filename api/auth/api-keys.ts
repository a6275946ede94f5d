import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from '../dependencies.ts';

/** Longest key that is looked at, characters: one made by us has 47. */
const keyLengthMax = 200;

/**
 * The configured key that was presented. Keys are 256 random bits, so one hash is enough to keep them by; every hash
 * is compared in full, so the time taken tells nothing of which one came close.
 * @param current the keys that count now, the same list as long as they are the same
 */
export function apiKeyOf(current: () => readonly ApiKey[]): (presented: string) => ApiKey | undefined {
  let keys: readonly ApiKey[] | undefined;
  let ring: { readonly key: ApiKey; readonly hash: Buffer }[] = [];
  return (presented) => {
    if (presented.length > keyLengthMax) return undefined;
    if (keys !== current()) {
      keys = current();
      ring = keys.map((key) => ({ key, hash: Buffer.from(key.sha256, 'hex') }));
    }
    const given = createHash('sha256').update(presented).digest();
    let found: ApiKey | undefined;
    for (const { key, hash } of ring) {
      if (timingSafeEqual(hash, given)) found = key;
    }
    return found;
  };
}
