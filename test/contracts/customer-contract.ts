import { describe, expect, test } from 'vitest';
import { defaultStateOptions } from '../../operators/state/customer-state.ts';
import { emptyState, foldEvents } from '../../operators/state/fold-events.ts';
import { customer, noonMs, purchase } from './records.ts';
import { allPages, dayMs, noisyLines, type StoreBench, soon } from './store-bench.ts';

/** Ids as hostile as they may come: long, multi-byte, separators of our own keys, right-to-left, control characters. */
const oddIds = [
  'x'.repeat(128),
  '\u{1f980}'.repeat(64),
  'a#b~c/d?e&f=g%20',
  '"\'\\\n\t\u0000',
  '\u202eolleh',
  '__proto__',
  'constructor',
  'é',
  'e\u0301',
];

export function describeCustomers(bench: StoreBench): void {
  describe('customers', () => {
    test('a customer comes back exactly as written', async () => {
      const written = customer({ timerAtMs: noonMs + 5 });
      expect(await bench.stores.customers.put(written)).toBe('written');
      expect(await bench.stores.customers.get('c-1')).toEqual(written);
    });

    test('a customer without standing, timer and prediction comes back so', async () => {
      const written = customer({
        standing: undefined,
        prediction: undefined,
        timerAtMs: undefined,
        outbox: [],
      });
      await bench.stores.customers.put(written);
      expect(await bench.stores.customers.get('c-1')).toEqual(written);
    });

    test('an unknown customer is undefined', async () => {
      expect(await bench.stores.customers.get('nobody')).toBeUndefined();
    });

    test('a write on another version than the stored one is a conflict and changes nothing', async () => {
      await bench.stores.customers.put(customer());
      await bench.stores.customers.put(customer({ version: 2 }));
      for (const version of [1, 2, 4]) {
        expect(await bench.stores.customers.put(customer({ version, outbox: [] }))).toBe('conflict');
      }
      expect(await bench.stores.customers.get('c-1')).toEqual(customer({ version: 2 }));
    });

    test('a version above 1 of a customer never stored is a conflict', async () => {
      expect(await bench.stores.customers.put(customer({ version: 2 }))).toBe('conflict');
    });

    test('of many writers of one version exactly one wins', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => bench.stores.customers.put(customer())),
      );
      expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
    });

    test('getMany finds those stored, for more ids than one call takes and with repeated ids', async () => {
      const ids = Array.from({ length: 230 }, (_, index) => `c-${index}`);
      await Promise.all(ids.map((customerId) => bench.stores.customers.put(customer({ customerId }))));
      const found = await bench.stores.customers.getMany([...ids, ...ids, 'nobody']);
      expect([...found.keys()].sort()).toEqual([...ids].sort());
      expect(found.get('c-7')).toEqual(customer({ customerId: 'c-7' }));
      expect((await bench.stores.customers.getMany([])).size).toBe(0);
    });

    test('odd ids are kept apart and found again', async () => {
      for (const customerId of oddIds) {
        expect(await bench.stores.customers.put(customer({ customerId, timerAtMs: noonMs }))).toBe('written');
      }
      const found = await bench.stores.customers.getMany(oddIds);
      expect([...found.keys()].sort()).toEqual([...oddIds].sort());
      for (const customerId of oddIds) {
        expect((await bench.stores.customers.get(customerId))?.customerId).toBe(customerId);
      }
      const due = () => bench.stores.customers.due({ fromMs: noonMs, untilMs: noonMs }, 100);
      await soon(async () => (await due()).map((timer) => timer.customerId).sort()).toEqual(
        [...oddIds].sort(),
      );
    });

    test('a customer of several hundred purchases comes back as it was, one beyond all bounds is refused', async () => {
      const busy = (products: number, idLength: number, options = defaultStateOptions) => {
        const events = Array.from({ length: 200 }, (_, index) =>
          purchase({
            eventHash: index,
            occurredAtMs: noonMs + index * 60_000,
            items: noisyLines(products, idLength, index + 1),
          }),
        );
        return customer({ state: foldEvents(emptyState, events, options).state });
      };
      const written = busy(12, 8);
      await bench.stores.customers.put(written);
      expect(await bench.stores.customers.get('c-1')).toEqual(written);
      // The largest state that the default bounds allow, of texts that don't compress.
      const largest = { ...busy(256, 128), customerId: 'c-3' };
      expect(await bench.stores.customers.put(largest)).toBe('written');
      expect(await bench.stores.customers.get('c-3')).toEqual(largest);
      const unbounded = { ...defaultStateOptions, itemCharactersPerPurchaseMax: 1e6 };
      await expect(
        bench.stores.customers.put({ ...busy(256, 128, unbounded), customerId: 'c-2' }),
      ).rejects.toMatchObject({
        code: 'customer-too-large',
        retryable: false,
      });
      expect(await bench.stores.customers.get('c-2')).toBeUndefined();
    });

    test('scan in parts gives every customer in one of them, the same one each time', async () => {
      const ids = Array.from({ length: 40 }, (_, index) => `c-${index}`);
      await Promise.all(ids.map((customerId) => bench.stores.customers.put(customer({ customerId }))));
      const read = async () => {
        const parts: string[][] = [];
        for (const index of [0, 1, 2]) {
          const segment = { index, of: 3 };
          const seen = await allPages((page) => bench.stores.customers.scan({ ...page, segment }), 7);
          parts.push(seen.map((record) => record.customerId));
        }
        return parts;
      };
      const parts = await read();
      expect(parts.flat().sort()).toEqual([...ids].sort());
      expect(await read()).toEqual(parts);
    });

    test('scan gives every customer once over its pages', async () => {
      const ids = Array.from({ length: 25 }, (_, index) => `c-${index}`);
      await Promise.all(ids.map((customerId) => bench.stores.customers.put(customer({ customerId }))));
      const seen = await allPages((page) => bench.stores.customers.scan(page), 10);
      expect(seen.map((record) => record.customerId).sort()).toEqual([...ids].sort());
    });
  });

  describe('timers', () => {
    const putTimer = (customerId: string, timerAtMs: number | undefined, version = 1) =>
      bench.stores.customers.put(customer({ customerId, timerAtMs, version }));

    test('due gives timers up to and including the instant, in order, over days and a new year', async () => {
      const newYearMs = Date.UTC(2027, 0, 1);
      const instants = [newYearMs - 1, newYearMs, newYearMs + 1, newYearMs - 20 * dayMs, newYearMs + dayMs];
      await Promise.all(instants.map((atMs, index) => putTimer(`c-${index}`, atMs)));
      const range = { fromMs: newYearMs - 30 * dayMs, untilMs: newYearMs };
      await soon(() => bench.stores.customers.due(range, 10)).toEqual([
        { customerId: 'c-3', timerAtMs: newYearMs - 20 * dayMs },
        { customerId: 'c-0', timerAtMs: newYearMs - 1 },
        { customerId: 'c-1', timerAtMs: newYearMs },
      ]);
    });

    test('due starts with the whole day of its start and knows nothing of earlier days', async () => {
      await putTimer('same-day', noonMs - 3_600_000);
      await putTimer('day-before', noonMs - dayMs);
      const due = () => bench.stores.customers.due({ fromMs: noonMs, untilMs: noonMs }, 10);
      await soon(async () => (await due()).map((timer) => timer.customerId)).toEqual(['same-day']);
    });

    test('due cut off at its limit gives the earliest', async () => {
      await Promise.all(
        Array.from({ length: 30 }, (_, index) => putTimer(`c-${index}`, noonMs + index * 3_600_000)),
      );
      const due = () => bench.stores.customers.due({ fromMs: noonMs, untilMs: noonMs + 9 * dayMs }, 12);
      await soon(async () => (await due()).map((timer) => timer.customerId)).toEqual(
        Array.from({ length: 12 }, (_, n) => `c-${n}`),
      );
    });

    test('a timer that is moved or removed no longer stands where it was', async () => {
      await putTimer('moved', noonMs);
      await putTimer('removed', noonMs);
      await putTimer('moved', noonMs + 2 * dayMs, 2);
      await putTimer('removed', undefined, 2);
      const due = (days: number) =>
        bench.stores.customers.due({ fromMs: noonMs, untilMs: noonMs + days * dayMs }, 10);
      await soon(() => due(1)).toEqual([]);
      await soon(() => due(2)).toEqual([{ customerId: 'moved', timerAtMs: noonMs + 2 * dayMs }]);
    });

    test('due over many years finds the few days that have timers, in order', async () => {
      const years = Array.from({ length: 12 }, (_, year) => Date.UTC(2010 + year, year, 3));
      for (const [index, atMs] of years.entries()) await putTimer(`c-${index}`, atMs);
      const due = async (untilMs: number, limit: number) =>
        (await bench.stores.customers.due({ fromMs: 0, untilMs }, limit)).map(({ timerAtMs }) => timerAtMs);
      await soon(() => due(Date.UTC(2030, 0, 1), 5_000)).toEqual(years);
      await soon(() => due(years[10] ?? 0, 10)).toEqual(years.slice(0, 10));
    });

    test('due over a range that is empty or runs backwards gives none, a limit below 1 is refused', async () => {
      await putTimer('c-1', noonMs);
      expect(await bench.stores.customers.due({ fromMs: noonMs, untilMs: noonMs - 1 }, 5)).toEqual([]);
      expect(await bench.stores.customers.due({ fromMs: noonMs + dayMs, untilMs: noonMs }, 5)).toEqual([]);
      await expect(bench.stores.customers.due({ fromMs: 0, untilMs: noonMs }, 0)).rejects.toMatchObject({
        code: 'invalid-limit',
      });
    });
  });
}
