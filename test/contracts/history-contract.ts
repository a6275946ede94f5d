import { describe, expect, test } from 'vitest';
import { migration, noonMs, purchase } from './records.ts';
import { allPages, dayMs, lines, noisyLines, type StoreBench } from './store-bench.ts';

export function describeHistory(bench: StoreBench): void {
  describe('purchases', () => {
    test('a purchase comes back with all its lines', async () => {
      await bench.stores.purchases.putMany([purchase()]);
      const page = await bench.stores.purchases.list('c-1', { limit: 10 });
      expect(page.items).toEqual([{ ...purchase(), omittedItems: 0 }]);
      expect(page.cursor).toBeUndefined();
    });

    test('purchases are listed newest first, over pages, each customer for itself', async () => {
      const events = Array.from({ length: 60 }, (_, index) =>
        purchase({ eventId: `e-${index}`, eventHash: index, occurredAtMs: noonMs + (index % 50) * 60_000 }),
      );
      await bench.stores.purchases.putMany([...events, purchase({ customerId: 'other' })]);
      const listed = await allPages((page) => bench.stores.purchases.list('c-1', page), 7);
      expect(listed).toHaveLength(60);
      const times = listed.map((event) => event.occurredAtMs);
      expect(times).toEqual([...times].sort((a, b) => b - a));
    });

    test('putting the same purchases again, also twice in one call, changes nothing', async () => {
      await bench.stores.purchases.putMany([purchase(), purchase()]);
      await bench.stores.purchases.putMany([purchase()]);
      expect((await bench.stores.purchases.list('c-1', { limit: 10 })).items).toHaveLength(1);
      await bench.stores.purchases.putMany([]);
    });

    test('all purchases are told as what they count, each once, under the segment put last', async () => {
      const { purchases } = bench.stores;
      const events = Array.from({ length: 30 }, (_, index) =>
        purchase({ customerId: `c-${index % 7}`, eventId: `f-${index}`, eventHash: 2 ** 47 + index }),
      );
      await purchases.putMany(events.map((event) => ({ ...event, segment: 'New' })));
      await purchases.putMany(events.map((event, at) => (at % 2 ? { ...event, segment: 'At Risk' } : event)));
      const facts = await allPages((page) => purchases.scanFacts(page), 7);
      const expected = events.map(
        ({ customerId, eventHash, occurredAtMs, spendMicros, boughtMilli }, at) => ({
          customerId,
          atMs: occurredAtMs,
          hash: eventHash,
          spendMicros,
          boughtMilli,
          segment: at % 2 ? 'At Risk' : undefined,
        }),
      );
      expect(facts.sort((a, b) => a.hash - b.hash)).toEqual(expected);
      const [stored] = (await purchases.list('c-1', { limit: 1 })).items;
      expect(stored?.segment).toBe('At Risk');
    });

    test('an order of 10,000 usual lines is kept whole', async () => {
      const items = lines(10_000, (index) => `product-${index}`);
      await bench.stores.purchases.putMany([purchase({ items })]);
      const [stored] = (await bench.stores.purchases.list('c-1', { limit: 1 })).items;
      expect(stored?.items).toEqual(items);
      expect(stored?.omittedItems).toBe(0);
    });

    test('an order too large for one item keeps the first lines, all totals, and says what it left out', async () => {
      const items = noisyLines(10_000, 100, 42);
      await bench.stores.purchases.putMany([purchase({ items, spendMicros: 7 })]);
      const [stored] = (await bench.stores.purchases.list('c-1', { limit: 1 })).items;
      const kept = stored?.items.length ?? 0;
      expect(kept).toBeGreaterThan(1_000);
      expect(stored?.omittedItems).toBe(10_000 - kept);
      expect(stored?.omittedItems).toBeGreaterThan(0);
      expect(stored?.items).toEqual(items.slice(0, kept));
      expect(stored?.spendMicros).toBe(7);
    });
  });

  describe('migrations', () => {
    test('all moves are told as what they count, each once', async () => {
      const moves = Array.from({ length: 12 }, (_, index) =>
        migration({ customerId: `c-${index % 3}`, ordinal: 1 + Math.floor(index / 3), id: `m-${index}` }),
      );
      await bench.stores.migrations.publish(moves);
      const facts = await allPages((page) => bench.stores.migrations.scanFacts(page), 5);
      expect(facts).toHaveLength(12);
      for (const { customerId, ordinal, atMs, from, to, cause, spend365Micros } of moves) {
        const fact = { customerId, ordinal, atMs, from, to, cause, spend365Micros };
        expect(facts).toContainEqual(expect.objectContaining(fact));
      }
    });

    test('a move is published once, and comes back as it was', async () => {
      expect(await bench.stores.migrations.republish([migration()])).toBe(1);
      expect(await bench.stores.migrations.republish([migration(), migration({ ordinal: 2 })])).toBe(1);
      const { items } = await bench.stores.migrations.listByCustomer('c-1', { limit: 10 });
      expect(items.map((item) => item.ordinal)).toEqual([2, 1]);
      expect(items[1]).toEqual({
        ...migration(),
        feedKey: items[1]?.feedKey,
        publishedAtMs: noonMs,
      });
      expect(await bench.stores.migrations.republish([])).toBe(0);
    });

    test('publishing again leaves a move at its first place in the feed', async () => {
      await bench.stores.migrations.publish([migration()]);
      const before = await bench.stores.migrations.feedAfter(undefined, 10);
      bench.nowMs += dayMs;
      expect(await bench.stores.migrations.republish([migration()])).toBe(0);
      expect(await bench.stores.migrations.feedAfter(undefined, 10)).toEqual(before);
    });

    test('one customer is listed newest first over pages', async () => {
      const moves = Array.from({ length: 12 }, (_, index) => migration({ ordinal: index + 1 }));
      await bench.stores.migrations.publish([...moves, migration({ customerId: 'other' })]);
      const listed = await allPages((page) => bench.stores.migrations.listByCustomer('c-1', page), 5);
      expect(listed.map((item) => item.ordinal)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    });

    test('the feed goes on where it was left, over days and gaps of months, in both directions', async () => {
      const published: string[] = [];
      for (const gapDays of [0, 0, 1, 0, 200, 3, 700]) {
        bench.nowMs += gapDays * dayMs;
        const moves = ['b', 'a', 'c'].map((who) => migration({ customerId: `${who}${published.length}` }));
        await bench.stores.migrations.publish(moves);
        published.push(...moves.map((move) => move.id));
      }
      const forward: string[] = [];
      let feedKey: string | undefined;
      for (;;) {
        const some = await bench.stores.migrations.feedAfter(feedKey, 4);
        if (some.length === 0) break;
        forward.push(...some.map((move) => move.id));
        feedKey = some.at(-1)?.feedKey;
      }
      expect(forward).toEqual(published);
      const backward = await allPages((page) => bench.stores.migrations.feedLatest(page), 4);
      expect(backward.map((move) => move.id)).toEqual([...published].reverse());
    });

    test('a clock that steps back does not disorder the feed', async () => {
      await bench.stores.migrations.publish([migration({ ordinal: 1 })]);
      bench.nowMs -= 2 * dayMs;
      await bench.stores.migrations.publish([migration({ ordinal: 2 })]);
      const feed = await bench.stores.migrations.feedAfter(undefined, 10);
      expect(feed.map((move) => move.ordinal)).toEqual([1, 2]);
    });

    test('a reader that follows the feed while many publish misses none and sees none twice', async () => {
      const total = 300;
      let publishing = true;
      const publishers = Promise.all(
        Array.from({ length: 6 }, async (_, lane) => {
          for (let ordinal = 1; ordinal <= total / 6; ordinal += 5) {
            const customerId = `lane-${lane}`;
            bench.nowMs += 1;
            await bench.stores.migrations.publish(
              [0, 1, 2, 3, 4].map((offset) => migration({ customerId, ordinal: ordinal + offset })),
            );
          }
        }),
      ).finally(() => {
        publishing = false;
      });
      const seen: string[] = [];
      let feedKey: string | undefined;
      for (let more = true; more; ) {
        const lastRound = !publishing;
        const some = await bench.stores.migrations.feedAfter(feedKey, 50);
        seen.push(...some.map((move) => move.id));
        feedKey = some.at(-1)?.feedKey ?? feedKey;
        more = !lastRound || some.length > 0;
      }
      await publishers;
      expect(new Set(seen).size).toBe(total);
      expect(seen).toHaveLength(total);
    });

    test('what is no feed key is refused', async () => {
      for (const feedKey of ['', 'x', '1-2-3', `${'9'.repeat(13)}-00000-zzzzzzzzzzzz`]) {
        await expect(bench.stores.migrations.feedAfter(feedKey, 10)).rejects.toMatchObject({
          code: 'invalid-cursor',
        });
      }
    });

    test('moves are counted by cause', async () => {
      expect(await bench.stores.migrations.countByCause()).toEqual({ event: 0, time: 0, model: 0 });
      await bench.stores.migrations.publish([
        migration({ ordinal: 1, cause: 'event' }),
        migration({ ordinal: 2, cause: 'time' }),
        migration({ ordinal: 3, cause: 'time' }),
      ]);
      expect(await bench.stores.migrations.countByCause()).toEqual({ event: 1, time: 2, model: 0 });
    });
  });

  describe('pages', () => {
    test('a cursor made up, damaged, or of another listing or customer is refused', async () => {
      await bench.stores.purchases.putMany([1, 2, 3].map((hash) => purchase({ eventHash: hash })));
      const { cursor } = await bench.stores.purchases.list('c-1', { limit: 1 });
      expect(cursor).toBeTypeOf('string');
      const wrong = ['', 'nonsense', '{}', 'bnVsbA', 'W10', `${cursor}`.slice(0, -9), 'x'.repeat(5_000)];
      for (const bad of wrong) {
        const page = { limit: 1, cursor: bad };
        for (const call of [
          () => bench.stores.purchases.list('c-1', page),
          () => bench.stores.customers.scan(page),
          () => bench.stores.migrations.listByCustomer('c-1', page),
          () => bench.stores.migrations.feedLatest(page),
          () => bench.stores.quarantine.list(page),
        ]) {
          await expect(call(), bad).rejects.toMatchObject({ code: 'invalid-cursor', retryable: false });
        }
      }
      await expect(bench.stores.purchases.list('c-2', { limit: 1, cursor })).rejects.toMatchObject({
        code: 'invalid-cursor',
      });
      await expect(bench.stores.customers.scan({ limit: 1, cursor })).rejects.toMatchObject({
        code: 'invalid-cursor',
      });
    });

    test('a page of 1 and of 1000 is given, one of 0, 1001 or a half refused', async () => {
      for (const limit of [1, 1_000]) {
        expect((await bench.stores.purchases.list('c-1', { limit })).items).toEqual([]);
      }
      for (const limit of [0, 1_001, 1.5, Number.NaN]) {
        await expect(bench.stores.purchases.list('c-1', { limit })).rejects.toMatchObject({
          code: 'invalid-limit',
        });
      }
    });
  });
}
