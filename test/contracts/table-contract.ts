import { BatchWriteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { getMany, putMany } from '../../sinks/table-batches.ts';
import { type EngineGap, type StoreBench, soon, tableOf } from './store-bench.ts';

/**
 * What the stores take for granted of the service beneath them.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export function describeTables(bench: StoreBench, gaps: readonly EngineGap[]): void {
  const customers = () => tableOf(bench, 'customers');
  const purchases = () => tableOf(bench, 'purchases');
  const refused = { code: 'service-refused', retryable: false };
  /** An item whose attribute names and values are this many bytes in all. */
  const itemOf = (customerId: string, bytes: number) => ({
    customerId,
    state: new Uint8Array(bytes - 'customerId'.length - customerId.length - 'state'.length).fill(7),
  });

  describe('values', () => {
    test('empty texts and bytes come back empty, an empty set is refused', async () => {
      const item = { customerId: 'c-1', text: '', bytes: new Uint8Array(), list: [], map: {}, nothing: null };
      await customers().put(item);
      expect(await customers().get({ customerId: 'c-1' })).toEqual(item);
      const TableName = bench.names.customers;
      const withSet = { customerId: { S: 'c-1' }, set: { SS: [] } };
      await expect(bench.dynamo.send(new PutItemCommand({ TableName, Item: withSet }))).rejects.toMatchObject(
        { name: 'ValidationException' },
      );
    });

    test('numbers keep 38 digits, beyond what a double holds', async () => {
      const TableName = bench.names.customers;
      const numbers = ['9007199254740993', '-9007199254740993', '1'.repeat(38), `0.${'0'.repeat(20)}123`];
      for (const digits of numbers) {
        await bench.dynamo.send(
          new PutItemCommand({ TableName, Item: { customerId: { S: 'c-1' }, count: { N: digits } } }),
        );
        const { Item } = await bench.dynamo.send(
          new GetItemCommand({ TableName, Key: { customerId: { S: 'c-1' } }, ConsistentRead: true }),
        );
        const kept = Item?.count?.N ?? '';
        // The service may write 0.00…123 as 1.23E-21.
        expect(/^0\./.test(digits) ? Number(kept) : kept).toBe(/^0\./.test(digits) ? Number(digits) : digits);
      }
      const tooLong = { customerId: { S: 'c-1' }, count: { N: '1'.repeat(39) } };
      await expect(bench.dynamo.send(new PutItemCommand({ TableName, Item: tooLong }))).rejects.toMatchObject(
        { name: 'ValidationException' },
      );
    });

    test('an item of 400 KB is kept, one byte more is refused', async () => {
      const limit = 400 * 1_024;
      await customers().put(itemOf('c-1', limit));
      const kept = (await customers().get({ customerId: 'c-1' }))?.state as Uint8Array;
      expect(Buffer.compare(kept, itemOf('c-1', limit).state)).toBe(0);
      await expect(customers().put(itemOf('c-2', limit + 1))).rejects.toMatchObject(refused);
      expect(await customers().get({ customerId: 'c-2' })).toBeUndefined();
    });
  });

  describe('keys', () => {
    test.skipIf(gaps.includes('key-limits'))(
      'a partition key holds 2,048 bytes and a sort key 1,024, of UTF-8',
      async () => {
        const crab = '\u{1f980}';
        await purchases().put({ customerId: crab.repeat(512), orderKey: crab.repeat(256) });
        expect(
          await purchases().get({ customerId: crab.repeat(512), orderKey: crab.repeat(256) }),
        ).toBeDefined();
        for (const [customerId, orderKey] of [
          [`${crab.repeat(512)}x`, 'o'],
          ['c', `${crab.repeat(256)}x`],
        ]) {
          await expect(purchases().put({ customerId, orderKey })).rejects.toMatchObject(refused);
        }
      },
    );

    test('neither key of an item may be empty', async () => {
      for (const [customerId, orderKey] of [
        ['', 'o'],
        ['c', ''],
      ]) {
        await expect(purchases().put({ customerId, orderKey })).rejects.toMatchObject(refused);
      }
    });

    test('text keys sort by their UTF-8 bytes, whatever their UTF-16 units, and are never normalised', async () => {
      const keys = ['Z', 'a', 'e\u0301', '\u00e9', '\uffff', '\u{1f980}'];
      await putMany(
        purchases(),
        [...keys].reverse().map((orderKey) => ({ customerId: 'c-1', orderKey })),
      );
      const { items } = await purchases().query({
        KeyConditionExpression: 'customerId = :id',
        ExpressionAttributeValues: { ':id': 'c-1' },
      });
      expect(items.map(({ orderKey }) => orderKey)).toEqual(keys);
    });

    test('number keys sort as numbers, up to the largest whole one of a double', async () => {
      const ordinals = [-3, 0, 2, 10, Number.MAX_SAFE_INTEGER];
      const migrations = tableOf(bench, 'migrations');
      await putMany(
        migrations,
        [...ordinals].reverse().map((ordinal) => ({ customerId: 'c-1', ordinal })),
      );
      const { items } = await migrations.query({
        KeyConditionExpression: 'customerId = :id',
        ExpressionAttributeValues: { ':id': 'c-1' },
      });
      expect(items.map(({ ordinal }) => ordinal)).toEqual(ordinals);
    });
  });

  describe('calls of several items', () => {
    const request = (index: number) => ({ PutRequest: { Item: { customerId: { S: `c-${index}` } } } });
    const write = (count: number, extra: readonly number[] = []) =>
      bench.dynamo.send(
        new BatchWriteItemCommand({
          RequestItems: {
            [bench.names.customers]: [...Array.from({ length: count }, (_, n) => n), ...extra].map(request),
          },
        }),
      );

    test('a write takes 25 items, not 26, and none twice; one that is refused writes nothing', async () => {
      for (const call of [() => write(26), () => write(24, [3])]) {
        await expect(call()).rejects.toMatchObject({ name: 'ValidationException' });
        expect(await customers().get({ customerId: 'c-3' })).toBeUndefined();
      }
      await write(25);
      expect(await customers().get({ customerId: 'c-24' })).toBeDefined();
    });

    test('an answer that is cut off at its size is read on to its end', async () => {
      const ids = Array.from({ length: 60 }, (_, index) => `c-${index}`);
      const large = ids.map((customerId, index) => ({ ...itemOf(customerId, 300_000), index }));
      for (let at = 0; at < large.length; at += 10) await putMany(customers(), large.slice(at, at + 10));
      // 18 MB, and a call gives 16; a page of a scan or query gives 1.
      const found = await getMany(
        customers(),
        ids.map((customerId) => ({ customerId })),
      );
      expect(found.map(({ index }) => index).sort((a, b) => Number(a) - Number(b))).toEqual(
        large.map(({ index }) => index),
      );
      const page = await customers().scan({});
      expect(page.items.length).toBeLessThan(10);
      expect(page.lastKey).toBeDefined();
      let scanned = 0;
      for await (const _ of customers().scanAll({ ProjectionExpression: 'customerId' })) scanned += 1;
      expect(scanned).toBe(60);
    });
  });

  describe('conditions', () => {
    test('of many at once on one item each sees what the others wrote', async () => {
      const raise = () =>
        customers().update({
          Key: { customerId: 'c-1' },
          UpdateExpression: 'ADD tries :one',
          ExpressionAttributeValues: { ':one': 1 },
        });
      await Promise.all(Array.from({ length: 20 }, raise));
      expect((await customers().get({ customerId: 'c-1' }))?.tries).toBe(20);
    });

    test('one that fails leaves the item alone, be it there or not', async () => {
      const onlyAfter3 = { expression: 'version = :three', values: { ':three': 3 } };
      expect(await customers().put({ customerId: 'c-1', version: 4 }, onlyAfter3)).toBe('conflict');
      expect(await customers().get({ customerId: 'c-1' })).toBeUndefined();
      await customers().put({ customerId: 'c-1', version: 2 });
      expect(await customers().put({ customerId: 'c-1', version: 4 }, onlyAfter3)).toBe('conflict');
      expect(await customers().get({ customerId: 'c-1' })).toEqual({ customerId: 'c-1', version: 2 });
    });
  });

  describe('indexes', () => {
    const timers = () =>
      customers().query({
        IndexName: 'timers',
        KeyConditionExpression: 'timerBucket = :bucket',
        ExpressionAttributeValues: { ':bucket': 'b' },
      });

    test('one of keys gives keys alone, and only of items that have them', async () => {
      await customers().put({ customerId: 'in', timerBucket: 'b', timerAt: 5, state: 'large' });
      await customers().put({ customerId: 'half', timerBucket: 'b' });
      await customers().put({ customerId: 'out' });
      await soon(async () => (await timers()).items).toEqual([
        { customerId: 'in', timerBucket: 'b', timerAt: 5 },
      ]);
      await customers().put({ customerId: 'in' });
      await soon(async () => (await timers()).items).toEqual([]);
    });

    test('a key of another type than the index has is refused', async () => {
      await expect(
        customers().put({ customerId: 'c-1', timerBucket: 'b', timerAt: '5' }),
      ).rejects.toMatchObject(refused);
    });

    test('none can be read consistently', async () => {
      const input = {
        IndexName: 'timers',
        KeyConditionExpression: 'timerBucket = :bucket',
        ExpressionAttributeValues: { ':bucket': 'b' },
        ConsistentRead: true,
      };
      await expect(customers().query(input)).rejects.toMatchObject(refused);
    });
  });
}
