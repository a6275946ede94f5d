import { describe, expect, test } from 'vitest';
import { RankingSample } from '../../../operators/predict/ranking-sample.ts';
import type { CustomerState } from '../../../operators/state/customer-state.ts';
import { customer } from './factories.ts';

function withHash(hash: number): CustomerState {
  const state = customer([hash % 300]);
  // The codec keeps the hash of a recent purchase with its entry.
  const rehashed = <T>(of: readonly T[]): T[] => of.map((one) => ({ ...one, hash }));
  return { ...state, recent: rehashed(state.recent), entries: rehashed(state.entries) };
}

function hashes(sample: RankingSample): number[] {
  return Array.from(sample.states(), ({ recent }) => recent.at(-1)?.hash ?? -1);
}

describe('the sample rankings are learned from', () => {
  test('keeps the lowest hashes, whatever the order of adding', () => {
    const numbers = Array.from({ length: 100 }, (_, index) => (index * 37) % 101);
    const forth = new RankingSample({ customersMax: 10 });
    const back = new RankingSample({ customersMax: 10 });
    for (const number of numbers) forth.add(withHash(number));
    for (const number of [...numbers].reverse()) back.add(withHash(number));
    expect(hashes(forth)).toEqual([...numbers].sort((a, b) => a - b).slice(0, 10));
    expect(hashes(back)).toEqual(hashes(forth));
  });

  test('keeps no more bytes than asked for, but at least one customer', () => {
    const sample = new RankingSample({ bytesMax: 1 });
    for (let hash = 0; hash < 20; hash += 1) sample.add(withHash(hash));
    expect(hashes(sample)).toEqual([0]);
  });

  test('leaves out who never purchased', () => {
    const sample = new RankingSample();
    sample.add(customer([]));
    expect(hashes(sample)).toEqual([]);
  });
});
