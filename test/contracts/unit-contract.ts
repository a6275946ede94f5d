import { describe, expect, test } from 'vitest';
import { customer, migration, noonMs, purchase } from './records.ts';
import { dayMs, type EngineGap, type StoreBench, tableOf } from './store-bench.ts';

/**
 * What requests cost by the service's own count, and that the meter says so.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export function describeUnits(bench: StoreBench, gaps: readonly EngineGap[]): void {
  const usage = () => bench.meter.usage();
  /** Write units of the customers' table that some work takes. */
  const unitsOf = async (work: () => Promise<unknown>): Promise<number> => {
    const before = usage().customers.writeUnits;
    await work();
    return usage().customers.writeUnits - before;
  };

  describe('units', () => {
    test('a write is counted by the begun kilobyte, a read by four, a half of that if not consistent', async () => {
      const table = tableOf(bench, 'customers');
      const put = (customerId: string, bytes: number) =>
        table.put({ customerId, s: new Uint8Array(bytes - 'customerId'.length - customerId.length - 1) });
      expect(await unitsOf(() => put('a', 1_024))).toBe(1);
      expect(await unitsOf(() => put('b', 1_025))).toBe(2);
      expect(await unitsOf(() => put('c', 4_096))).toBe(4);
      const readUnits = async (work: () => Promise<unknown>) => {
        const before = usage().customers.readUnits;
        await work();
        return usage().customers.readUnits - before;
      };
      expect(await readUnits(() => table.get({ customerId: 'c' }))).toBe(1);
      expect(await readUnits(() => table.get({ customerId: 'nobody' }))).toBe(1);
      const query = {
        KeyConditionExpression: 'customerId = :id',
        ExpressionAttributeValues: { ':id': 'c' },
      };
      expect(await readUnits(() => table.query(query))).toBe(0.5);
    });

    test.skipIf(gaps.includes('index-units'))(
      'a timer costs a unit where it is set or removed, two where it moves, none where it stays',
      async () => {
        const { customers } = bench.stores;
        const put = (version: number, timerAtMs: number | undefined) =>
          unitsOf(() => customers.put(customer({ version, timerAtMs })));
        expect(await put(1, undefined)).toBe(1);
        expect(await put(2, noonMs)).toBe(2);
        expect(await put(3, noonMs)).toBe(1);
        expect(await put(4, noonMs + dayMs)).toBe(3);
        expect(await put(5, undefined)).toBe(2);
      },
    );

    test('a failed condition costs a unit all the same', async () => {
      await bench.stores.customers.put(customer());
      expect(await unitsOf(() => bench.stores.customers.put(customer()))).toBe(1);
    });

    test('a call of many items costs what they cost one by one', async () => {
      const events = Array.from({ length: 30 }, (_, index) => purchase({ eventHash: index }));
      await bench.stores.purchases.putMany(events);
      expect(usage().purchases).toMatchObject({ requests: 2, itemsWritten: 30, writeUnits: 30 });
    });

    test.skipIf(gaps.includes('index-units'))(
      'a move costs two units: it stands in the table and, whole, in the feed',
      async () => {
        await bench.stores.migrations.publish([1, 2, 3].map((ordinal) => migration({ ordinal })));
        expect(usage().migrations).toMatchObject({ requests: 1, itemsWritten: 3, writeUnits: 6 });
      },
    );
  });
}
