import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../operators/errors.ts';
import {
  type CustomerState,
  defaultStateOptions,
  type StateOptions,
} from '../../../operators/state/customer-state.ts';
import { emptyState, foldEvents } from '../../../operators/state/fold-events.ts';
import { decodeState, encodeState, stateSchemaVersion } from '../../../operators/state/state-codec.ts';
import { anyOrderOf, anyPurchases, bought, boughtOn } from '../../fixtures/purchases.ts';

const anyBounds: fc.Arbitrary<StateOptions> = fc.record({
  retentionDays: fc.integer({ min: 1, max: 365 }),
  entriesMax: fc.integer({ min: 1, max: 60 }),
  recentMin: fc.integer({ min: 1, max: 20 }),
  recentDays: fc.integer({ min: 0, max: 60 }),
  recentMax: fc.integer({ min: 20, max: 64 }),
  itemsPerPurchaseMax: fc.integer({ min: 1, max: 4 }),
  itemCharactersPerPurchaseMax: fc.integer({ min: 1, max: 100 }),
  consumptionMax: fc.integer({ min: 1, max: 10 }),
  oldDaysMax: fc.integer({ min: 1, max: 20 }),
  oldHashesMax: fc.integer({ min: 0, max: 20 }),
});

/** Any state that folding can lead to, also late events and every bound passed. */
const anyState: fc.Arbitrary<CustomerState> = fc
  .record({ events: anyPurchases({ days: 700, min: 0, max: 50 }).chain(anyOrderOf), bounds: anyBounds })
  .map(({ events, bounds }) => foldEvents(emptyState, events, bounds).state);

const same = (left: Uint8Array, right: Uint8Array) => Buffer.from(left).equals(Buffer.from(right));

describe('encodeState and decodeState', () => {
  test('give back any state, and the same bytes from it', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const bytes = encodeState(state);
        const decoded = decodeState(bytes);
        expect(decoded).toEqual(state);
        expect(same(encodeState(decoded), bytes)).toBe(true);
      }),
    );
  });

  test('give equal bytes for equal states only', () => {
    const few = fc
      .array(fc.tuple(fc.nat(2), fc.nat(2), fc.integer({ min: -1, max: 2 })), { maxLength: 3 })
      .map((orders) =>
        orders.map(([day, product, quantity], index) =>
          boughtOn(day, { id: `e-${index}`, lines: [{ productId: `p-${product}`, quantity }] }),
        ),
      );
    const pairs = { equal: 0, different: 0 };
    fc.assert(
      fc.property(few, few, (left, right) => {
        const [a, b] = [left, right].map((events) => foldEvents(emptyState, events).state);
        if (a === undefined || b === undefined) throw new Error('two states are compared');
        const equal = isDeepStrictEqual(decodeState(encodeState(a)), decodeState(encodeState(b)));
        expect(same(encodeState(a), encodeState(b))).toBe(equal);
        pairs[equal ? 'equal' : 'different'] += 1;
      }),
      { numRuns: 500 },
    );
    expect(Math.min(pairs.equal, pairs.different)).toBeGreaterThan(0);
  });

  test('tell apart states that differ in one field each', () => {
    const { state } = foldEvents(emptyState, [boughtOn(0), boughtOn(1, { lines: [{ productId: 'mug' }] })]);
    const { lifetime, recent } = state;
    const changed: CustomerState[] = [
      { ...state, evicted: 1 },
      { ...state, oldDaysDropped: 1 },
      { ...state, oldDays: [3] },
      { ...state, oldHashes: [3] },
      { ...state, tiles: [{ day: 1, orders: 1, spendMicros: 1, boughtMilli: 1, returnedMilli: 0 }] },
      { ...state, lifetime: { ...lifetime, lastPurchaseAtMs: undefined } },
      { ...state, lifetime: { ...lifetime, firstPurchaseAtMs: 0 } },
      { ...state, lifetime: { ...lifetime, firstDaySpendMicros: 1 } },
      { ...state, recent: recent.map((purchase) => ({ ...purchase, items: [] })) },
      { ...state, recent: recent.slice(1) },
      { ...state, products: [{ key: 'tea', count: 1, quantityMilli: 1, firstAtMs: 1, lastAtMs: 2 }] },
      { ...state, categories: [{ key: 'tea', count: 1, quantityMilli: 1, firstAtMs: 1, lastAtMs: 2 }] },
    ];
    const texts = [state, ...changed].map((one) => Buffer.from(encodeState(one)).toString('hex'));
    expect(new Set(texts).size).toBe(texts.length);
    for (const one of changed) expect(decodeState(encodeState(one))).toEqual(one);
  });

  test('keep the largest amounts, instants and hashes exactly', () => {
    const event = {
      ...bought({ atMs: Date.UTC(9999, 11, 31, 23, 59, 59, 999) }),
      eventHash: 2 ** 48 - 1,
      spendMicros: 2 ** 52,
      boughtMilli: 1e13,
      returnedMilli: 1e13 - 1,
    };
    const { state } = foldEvents(emptyState, [event]);
    expect(decodeState(encodeState(state))).toEqual(state);
    const owed = foldEvents(emptyState, [{ ...event, spendMicros: -(2 ** 52) }]).state;
    expect(decodeState(encodeState(owed))).toEqual(owed);
  });

  test('keep names in any script, and a product apart from a category of the same name', () => {
    const lines = [
      { productId: 'чай', category: '茶' },
      { productId: '茶', category: 'чай' },
      { productId: 'tea\u{1fad6}' },
      { productId: '__proto__', category: 'constructor' },
    ];
    const { state } = foldEvents(emptyState, [boughtOn(0, { lines })]);
    expect(decodeState(encodeState(state))).toEqual(state);
  });

  test('write a typical customer into less than a kilobyte', () => {
    const events = Array.from({ length: 20 }, (_, index) =>
      boughtOn(index * 14, {
        lines: [0, 1, 2].map((offset) => ({ productId: `8512${(index * 3 + offset) % 12}A`, quantity: 2 })),
      }),
    );
    const bytes = encodeState(foldEvents(emptyState, events).state).byteLength;
    expect(bytes).toBeLessThan(1_000);
    expect(bytes).toBeGreaterThan(200);
  });

  test('read bytes that lie inside a larger buffer', () => {
    const { state } = foldEvents(emptyState, [boughtOn(0)]);
    const bytes = encodeState(state);
    const wide = new Uint8Array(bytes.byteLength + 20);
    wide.set(bytes, 7);
    expect(decodeState(wide.subarray(7, 7 + bytes.byteLength))).toEqual(state);
  });

  test('refuse another schema version and no bytes at all', () => {
    const bytes = encodeState(emptyState);
    expect(bytes[0]).toBe(stateSchemaVersion);
    bytes[0] = stateSchemaVersion + 1;
    expect(() => decodeState(bytes)).toThrow(InvariantError);
    expect(() => decodeState(new Uint8Array())).toThrow(InvariantError);
  });

  test('refuse bytes that are cut off, or followed by others', () => {
    const bytes = encodeState(foldEvents(emptyState, [boughtOn(0)]).state);
    for (let length = 1; length < bytes.byteLength; length += 1) {
      expect(() => decodeState(bytes.subarray(0, length)), `${length} bytes`).toThrow(InvariantError);
    }
    expect(() => decodeState(Uint8Array.of(...bytes, 0))).toThrow(InvariantError);
  });

  test('hold totals beyond all reason at ±2^52, and give them back', () => {
    for (const sign of [1, -1]) {
      const huge = Array.from({ length: 1_000 }, (_, index) => ({
        ...boughtOn(index / 100, { id: `e-${index}` }),
        spendMicros: sign * 1e13,
      }));
      const { state } = foldEvents(emptyState, huge);
      expect(state.lifetime.spendMicros).toBe(sign * 2 ** 52);
      expect(decodeState(encodeState(state))).toEqual(state);
    }
  });

  test('the bounds of the default options are the documented ones', () => {
    expect(defaultStateOptions).toEqual({
      retentionDays: 365,
      entriesMax: 512,
      recentMin: 20,
      recentDays: 28,
      recentMax: 64,
      itemsPerPurchaseMax: 256,
      itemCharactersPerPurchaseMax: 2_048,
      consumptionMax: 48,
      oldDaysMax: 1024,
      oldHashesMax: 512,
    });
  });
});
