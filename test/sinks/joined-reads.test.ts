import { expect, test } from 'vitest';
import { type CustomerRecord, newCustomer } from '../../operators/customer-record.ts';
import { joinedReads } from '../../sinks/joined-reads.ts';
import type { CustomerStore } from '../../sinks/stores.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';

/** A store whose calls answer when told to, in the order they were made. */
async function heldStore(ids: readonly string[]) {
  const { customers } = memoryStores();
  for (const id of ids) await customers.put({ ...newCustomer(id), version: 1 });
  const calls: string[][] = [];
  const held: (() => void)[] = [];
  const answer = async <T>(asked: readonly string[], read: () => Promise<T>): Promise<T> => {
    calls.push([...asked]);
    await new Promise<void>((resolve) => {
      held.push(resolve);
    });
    return read();
  };
  const store: CustomerStore = {
    ...customers,
    get: (id) => answer([id], () => customers.get(id)),
    getMany: (asked) => answer(asked, () => customers.getMany(asked)),
  };
  const next = async () => {
    held.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { store, calls, next };
}

const idOf = (record: CustomerRecord | undefined) => record?.customerId;

test('a look-up makes its own call at once while few are under way', async () => {
  const { store, calls, next } = await heldStore(['a', 'b']);
  const joined = joinedReads(store, { callsAtOnce: 2 });
  const both = [joined.get('a'), joined.get('b')];
  expect(calls).toEqual([['a'], ['b']]);
  await next();
  await next();
  expect((await Promise.all(both)).map(idOf)).toEqual(['a', 'b']);
});

test('those that come while the limit is under way go together, each with its own answer', async () => {
  const { store, calls, next } = await heldStore(['a', 'b', 'c', 'd']);
  const joined = joinedReads(store, { callsAtOnce: 1 });
  const asked = ['a', 'b', 'nobody', 'c', 'b'].map((id) => joined.get(id));
  expect(calls).toEqual([['a']]);
  await next();
  expect(calls).toEqual([['a'], ['b', 'nobody', 'c', 'b']]);
  await next();
  expect((await Promise.all(asked)).map(idOf)).toEqual(['a', 'b', undefined, 'c', 'b']);
  const later = joined.get('d');
  expect(calls.at(-1)).toEqual(['d']);
  await next();
  expect(idOf(await later)).toBe('d');
});

test('a call takes as many as its limit, and the rest the next', async () => {
  const { store, calls, next } = await heldStore([]);
  const joined = joinedReads(store, { callsAtOnce: 1, customersPerCall: 2 });
  const asked = ['a', 'b', 'c', 'd'].map((id) => joined.get(id));
  for (let turn = 0; turn < 3; turn += 1) await next();
  await Promise.all(asked);
  expect(calls).toEqual([['a'], ['b', 'c'], ['d']]);
});

test('a call that fails fails for all in it, and for no other', async () => {
  const { customers } = memoryStores();
  await customers.put({ ...newCustomer('a'), version: 1 });
  const joined = joinedReads(
    { ...customers, getMany: () => Promise.reject(new Error('down')) },
    { callsAtOnce: 1 },
  );
  const [first, ...rest] = await Promise.allSettled(['a', 'b', 'c'].map((id) => joined.get(id)));
  expect(first).toMatchObject({ status: 'fulfilled' });
  expect(rest.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(idOf(await joined.get('a'))).toBe('a');
});
