import { describe, expect, test } from 'vitest';
import type { CustomerRecord } from '../../operators/customer-record.ts';
import type { TidemarkError } from '../../operators/errors.ts';
import type { WriteOutcome } from '../../sinks/stores.ts';
import { customer, migration, noonMs } from './records.ts';
import { dayMs, type StoreBench, soon } from './store-bench.ts';

export function describePutMany(bench: StoreBench): void {
  const put = (...records: readonly CustomerRecord[]) => bench.stores.customers.putMany(records);
  const crowd = (count: number, changes: Partial<CustomerRecord> = {}) =>
    Array.from({ length: count }, (_, index) => customer({ customerId: `c-${index}`, ...changes }));

  describe('several customers in one call', () => {
    test('none at all is no call', async () => {
      expect(await put()).toEqual([]);
    });

    test('more than one call of the service takes are all written, and come back exactly as written', async () => {
      const records = crowd(63, { timerAtMs: noonMs });
      expect(await put(...records)).toEqual(records.map(() => 'written'));
      const found = await bench.stores.customers.getMany(records.map(({ customerId }) => customerId));
      expect(records.map(({ customerId }) => found.get(customerId))).toEqual(records);
    });

    test('those written by somebody else meanwhile are conflicts and stay as they are, the others are written', async () => {
      await put(...crowd(40));
      const stale = [0, 7, 24, 25, 39];
      const newer = stale.map((index) => customer({ customerId: `c-${index}`, version: 2, outbox: [] }));
      for (const record of newer) await bench.stores.customers.put(record);
      const next = crowd(40, { version: 2 });
      expect(await put(...next)).toEqual(
        next.map((_, index) => (stale.includes(index) ? 'conflict' : 'written')),
      );
      const found = await bench.stores.customers.getMany(next.map(({ customerId }) => customerId));
      for (const [index, record] of next.entries()) {
        const kept = stale.includes(index) ? newer[stale.indexOf(index)] : record;
        expect(found.get(record.customerId)).toEqual(kept);
      }
    });

    test('new ones that are there already, and known ones that are not, are conflicts', async () => {
      await put(...crowd(2));
      const outcomes = await put(
        customer({ customerId: 'c-0' }),
        customer({ customerId: 'c-1', version: 2 }),
        customer({ customerId: 'c-1 unknown', version: 2 }),
        customer({ customerId: 'new' }),
      );
      expect(outcomes).toEqual(['conflict', 'written', 'conflict', 'written']);
      expect(await bench.stores.customers.get('c-1 unknown')).toBeUndefined();
    });

    test('the same call made again is all conflicts and changes nothing', async () => {
      const records = crowd(30);
      await put(...records);
      expect(await put(...records)).toEqual(records.map(() => 'conflict'));
      expect(await bench.stores.customers.get('c-29')).toEqual(records[29]);
    });

    test('what a customer no longer has goes, and timers are set, moved and removed as by single puts', async () => {
      await put(
        customer({ customerId: 'set', timerAtMs: undefined }),
        customer({ customerId: 'moved', timerAtMs: noonMs }),
        customer({ customerId: 'removed', timerAtMs: noonMs }),
        customer({ customerId: 'kept', timerAtMs: noonMs }),
      );
      const next = [
        customer({ customerId: 'set', version: 2, timerAtMs: noonMs + 1 }),
        customer({ customerId: 'moved', version: 2, timerAtMs: noonMs + dayMs }),
        customer({ customerId: 'removed', version: 2, timerAtMs: undefined }),
        customer({ customerId: 'kept', version: 2, timerAtMs: noonMs }),
      ];
      const bare = { version: 2, standing: undefined, prediction: undefined, timerAtMs: undefined };
      await put(customer({ customerId: 'bare' }));
      const outcomes = await put(...next, customer({ customerId: 'bare', ...bare, outbox: [] }));
      expect(outcomes).toEqual(Array.from({ length: 5 }, () => 'written'));
      expect(await bench.stores.customers.get('bare')).toEqual(
        customer({ customerId: 'bare', ...bare, outbox: [] }),
      );
      await soon(() => bench.stores.customers.due({ fromMs: noonMs, untilMs: noonMs + dayMs }, 10)).toEqual([
        { customerId: 'kept', timerAtMs: noonMs },
        { customerId: 'set', timerAtMs: noonMs + 1 },
        { customerId: 'moved', timerAtMs: noonMs + dayMs },
      ]);
    });

    test('odd ids and single puts in between go by the same versions', async () => {
      const ids = ['\'"--', '?', '\u{1f980}', '__proto__', 'a\u0000b'];
      await put(...ids.map((customerId) => customer({ customerId })));
      for (const customerId of ids) {
        expect(await bench.stores.customers.put(customer({ customerId, version: 2 }))).toBe('written');
      }
      const third = ids.map((customerId) =>
        customer({ customerId, version: 3, outbox: [migration({ customerId, ordinal: 3 })] }),
      );
      expect(await put(...third)).toEqual(ids.map(() => 'written'));
      const found = await bench.stores.customers.getMany(ids);
      expect(ids.map((customerId) => found.get(customerId))).toEqual(third);
    });

    test('of many callers with one version each, exactly one writes each customer', async () => {
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => put(...crowd(10))));
      for (let index = 0; index < 10; index += 1) {
        expect(outcomes.filter((one) => one[index] === 'written')).toHaveLength(1);
      }
    });

    test('the same customer twice is refused or written once, never a mixture', async () => {
      const twice = [customer({ outbox: [] }), customer()];
      let outcomes: readonly WriteOutcome[] | undefined;
      try {
        outcomes = await put(...twice);
      } catch (error) {
        expect(error).toMatchObject({ retryable: false });
        expect(['service-refused', 'item-refused']).toContain((error as TidemarkError).code);
      }
      const stored = await bench.stores.customers.get('c-1');
      if (outcomes) {
        expect([...outcomes].sort()).toEqual(['conflict', 'written']);
        expect(stored).toEqual(twice[outcomes.indexOf('written')]);
      } else {
        expect([undefined, ...twice]).toContainEqual(stored);
      }
    });
  });
}
