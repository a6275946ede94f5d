import { expect, test } from 'vitest';
import { type CustomerRecord, newCustomer } from '../../operators/customer-record.ts';
import { RecentCustomers } from '../../sinks/recent-customers.ts';
import type { CustomerStore } from '../../sinks/stores.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';

const record = (customerId: string, version = 1): CustomerRecord => ({ ...newCustomer(customerId), version });

/** Counts the reads that reach the table, and can hold them back. */
function table() {
  const { customers } = memoryStores();
  let reads = 0;
  let gate: Promise<void> | undefined;
  const counted: CustomerStore = {
    ...customers,
    get: async (id) => {
      reads += 1;
      const found = await customers.get(id);
      await gate;
      return found;
    },
    getMany: async (ids) => {
      reads += ids.length;
      return customers.getMany(ids);
    },
  };
  return {
    counted,
    reads: () => reads,
    hold: () => {
      let release = () => {};
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return () => {
        gate = undefined;
        release();
      };
    },
  };
}

function setUp(ageMsMax = 1_000, customersMax = 10) {
  const clock = { nowMs: 0 };
  const under = table();
  const recent = new RecentCustomers({ ageMsMax, customersMax, nowMs: () => clock.nowMs });
  return {
    clock,
    under,
    look: recent.reading(under.counted),
    write: recent.writing(under.counted),
  };
}

test('a record is given without a read until it is as old as allowed, and not a millisecond longer', async () => {
  const { clock, under, look } = setUp();
  await under.counted.put(record('a'));
  await look.get('a');
  clock.nowMs = 999;
  expect((await look.get('a'))?.version).toBe(1);
  expect(under.reads()).toBe(1);
  // Written by another process, of which nobody here hears.
  await under.counted.put(record('a', 2));
  expect((await look.get('a'))?.version).toBe(1);
  clock.nowMs = 1_000;
  expect((await look.get('a'))?.version).toBe(2);
});

test('the age counts from before the read', async () => {
  const { clock, under, look } = setUp();
  await under.counted.put(record('a'));
  const release = under.hold();
  const reading = look.get('a');
  clock.nowMs = 900;
  release();
  await reading;
  clock.nowMs = 1_000;
  await look.get('a');
  expect(under.reads()).toBe(2);
});

test('after a write through it nothing older is given, also of a read that was under way', async () => {
  const { under, look, write } = setUp();
  await write.put(record('a'));
  await look.get('a');
  await write.put(record('a', 2));
  expect((await look.get('a'))?.version).toBe(2);

  const release = under.hold();
  await write.put(record('b'));
  const before = look.get('b');
  await write.putMany([record('b', 2)]);
  const after = look.get('b');
  release();
  expect((await before)?.version).toBe(1);
  expect((await after)?.version).toBe(2);
  expect((await look.get('b'))?.version).toBe(2);
});

test('a write of which nobody knows whether it took effect is forgotten too', async () => {
  const { under, look } = setUp();
  await under.counted.put(record('a'));
  await look.get('a');
  const recent = new RecentCustomers({ ageMsMax: 1_000, nowMs: () => 0 });
  const failing = recent.writing({ ...under.counted, put: () => Promise.reject(new Error('timed out')) });
  const looked = recent.reading(under.counted);
  await looked.get('a');
  const readsBefore = under.reads();
  await expect(failing.put(record('a', 2))).rejects.toThrow('timed out');
  await looked.get('a');
  expect(under.reads()).toBe(readsBefore + 1);
});

test('look-ups at the same time share one read, failures are not kept', async () => {
  const { under, look } = setUp();
  await under.counted.put(record('a'));
  await Promise.all([look.get('a'), look.get('a'), look.get('a')]);
  expect(under.reads()).toBe(1);

  let fails = true;
  const flaky = new RecentCustomers({ ageMsMax: 1_000, nowMs: () => 0 }).reading({
    ...under.counted,
    get: (id) => (fails ? Promise.reject(new Error('down')) : under.counted.get(id)),
  });
  await expect(Promise.all([flaky.get('a'), flaky.get('a')])).rejects.toThrow('down');
  fails = false;
  expect((await flaky.get('a'))?.version).toBe(1);
});

test('customers who are not stored are asked for each time, so a new one shows at once', async () => {
  const { under, look } = setUp();
  expect(await look.get('a')).toBeUndefined();
  await under.counted.put(record('a'));
  expect((await look.get('a'))?.version).toBe(1);
});

test('a batch takes what is held and reads the rest', async () => {
  const { under, look } = setUp();
  for (const id of ['a', 'b', 'c']) await under.counted.put(record(id));
  await look.get('a');
  const found = await look.getMany(['a', 'b', 'nobody', 'c']);
  expect([...found.keys()].toSorted()).toEqual(['a', 'b', 'c']);
  expect(under.reads()).toBe(1 + 3);
});

test('no more records are held than the limit: the least recently used goes', async () => {
  const { under, look } = setUp(1_000, 2);
  for (const id of ['a', 'b', 'c']) await under.counted.put(record(id));
  for (const id of ['a', 'b', 'a', 'c']) await look.get(id);
  expect(under.reads()).toBe(3);
  await look.get('a');
  expect(under.reads()).toBe(3);
  await look.get('b');
  expect(under.reads()).toBe(4);
});

test('an age of 0 asks the table each time', async () => {
  const { under, look, write } = setUp(0);
  expect(look).toBe(under.counted);
  expect(write).toBe(under.counted);
});
