import { describe, expect, test } from 'vitest';
import {
  type Decoded,
  type DecodeOptions,
  decodeDocument,
  decodeEvent,
} from '../../../operators/event/decode-event.ts';
import { encodeDocument, tickDocument } from '../../../operators/event/event-document.ts';
import { hash48 } from '../../../operators/event/event-hash.ts';
import type { RejectReason } from '../../../operators/event/purchase-event.ts';

const arrivedAtMs = Date.UTC(2026, 10, 22, 12);
const options: DecodeOptions = {
  currencies: { reportingCurrency: 'GBP', rates: { EUR: 0.86, JPY: 0.005 } },
  futureSkewMsMax: 3_600_000,
  itemsMax: 3,
};

type Fields = Record<string, unknown>;

function item(changes: Fields = {}): Fields {
  return { productId: 'tea', category: 'drinks', quantity: 2, unitPrice: 12.5, ...changes };
}

function document(changes: Fields = {}): Fields {
  return {
    v: 1,
    eventId: 'e-1',
    type: 'purchase',
    customerId: 'c-1',
    orderId: 'o-1',
    occurredAt: '2026-11-22T10:15:00Z',
    currency: 'GBP',
    items: [item()],
    ...changes,
  };
}

const decode = (value: unknown): Decoded => decodeDocument(value, arrivedAtMs, options);
const reasonOf = (decoded: Decoded) =>
  decoded.kind === 'rejected' ? decoded.rejection.reason : decoded.kind;
const eventOf = (decoded: Decoded) => {
  if (decoded.kind !== 'event') throw new Error(`expected an event, got ${reasonOf(decoded)}`);
  return decoded.event;
};
const bytes = (text: string) => new TextEncoder().encode(text);

/** For each reason what is just beyond its limit, and what is just within it. */
const bothSides: Record<
  Exclude<RejectReason, 'empty-record' | 'not-utf8' | 'not-json' | 'damaged-aggregate' | 'processing-failed'>,
  { readonly bad: readonly unknown[]; readonly good: readonly unknown[] }
> = {
  'not-an-object': { bad: [[], 'text', 1, null, true], good: [document()] },
  'unsupported-version': {
    bad: [document({ v: 2 }), document({ v: '1' }), document({ v: undefined })],
    good: [document({ v: 1 })],
  },
  'unsupported-type': {
    bad: [document({ type: 'refund' }), document({ type: undefined }), document({ type: 'Purchase' })],
    good: [document({ type: 'purchase' })],
  },
  'missing-customer': {
    bad: [undefined, null, ''].map((customerId) => document({ customerId })),
    good: [document({ customerId: '0' })],
  },
  'missing-event-id': {
    bad: [undefined, null, ''].map((eventId) => document({ eventId })),
    good: [document({ eventId: 'e' })],
  },
  'missing-order': {
    bad: [undefined, null, ''].map((orderId) => document({ orderId })),
    good: [document({ orderId: 'o' })],
  },
  'invalid-identifier': {
    bad: [
      document({ customerId: 'x'.repeat(257) }),
      document({ customerId: 12346 }),
      document({ eventId: 'a\nb' }),
      document({ eventId: '\ud800' }),
      document({ orderId: '   ' }),
      document({ orderId: '\u007f' }),
    ],
    good: [
      document({ customerId: 'x'.repeat(256) }),
      document({ customerId: '12346' }),
      document({ eventId: 'a b' }),
      document({ eventId: '\u{1f980}' }),
      document({ orderId: ' o ' }),
    ],
  },
  'invalid-time': {
    bad: [
      document({ occurredAt: '1969-12-31T23:59:59.999Z' }),
      document({ occurredAt: '2026-11-22T10:15:00' }),
      document({ occurredAt: 1_795_342_500_000 }),
      document({ occurredAt: undefined }),
      { v: 1, type: 'tick', upTo: 'now' },
    ],
    good: [document({ occurredAt: '1970-01-01T00:00:00Z' })],
  },
  'time-in-future': {
    bad: [
      document({ occurredAt: '2026-11-22T13:00:00.001Z' }),
      { v: 1, type: 'tick', upTo: '2026-11-22T13:00:00.001Z' },
    ],
    good: [document({ occurredAt: '2026-11-22T13:00:00.000Z' })],
  },
  'unknown-currency': {
    bad: [
      document({ currency: 'USD' }),
      document({ currency: 'gbp' }),
      document({ currency: undefined }),
      document({ currency: 'toString' }),
      document({ currency: 1 }),
    ],
    good: [document({ currency: 'EUR' }), document({ currency: 'GBP' })],
  },
  'invalid-context': {
    bad: [
      document({ context: 'web' }),
      document({ context: [] }),
      document({ context: { channel: 1 } }),
      document({ context: { device: 'x'.repeat(257) } }),
      document({ context: { region: null } }),
      document({ context: { region: 'a\u0000' } }),
    ],
    good: [
      document({ context: null }),
      document({ context: {} }),
      document({ context: { device: 'x'.repeat(256) } }),
      document({ context: { channel: 'web', device: 'mobile', region: 'GB' } }),
    ],
  },
  'no-items': {
    bad: [document({ items: [] }), document({ items: undefined }), document({ items: { 0: item() } })],
    good: [document({ items: [item()] })],
  },
  'too-many-items': {
    bad: [document({ items: [item(), item(), item(), item()] })],
    good: [document({ items: [item(), item(), item()] })],
  },
  'invalid-item': {
    bad: [
      document({ items: [null] }),
      document({ items: [[]] }),
      document({ items: [item(), item({ productId: '' })] }),
      document({ items: [item({ productId: 'x'.repeat(257) })] }),
      document({ items: [item({ productId: 7 })] }),
      document({ items: [item({ category: 'x'.repeat(257) })] }),
      document({ items: [item({ category: 7 })] }),
      document({ items: [item({ category: '\ud800' })] }),
    ],
    good: [
      document({ items: [item({ productId: 'x'.repeat(256), category: 'x'.repeat(256) })] }),
      document({ items: [item({ category: null })] }),
      document({ items: [item({ category: '' })] }),
    ],
  },
  'invalid-quantity': {
    bad: [10_000_001, -10_000_001, '2', null, undefined].map((quantity) =>
      document({ items: [item({ quantity, unitPrice: 0 })] }),
    ),
    good: [10_000_000, -10_000_000, 0, 0.0004].map((quantity) =>
      document({ items: [item({ quantity, unitPrice: 0 })] }),
    ),
  },
  'invalid-price': {
    bad: [-0.01, 1_000_000_001, '12.50', null, undefined].map((unitPrice) =>
      document({ items: [item({ quantity: 0, unitPrice })] }),
    ),
    good: [0, 1_000_000_000].map((unitPrice) => document({ items: [item({ quantity: 0, unitPrice })] })),
  },
  'amount-out-of-range': {
    bad: [
      document({ items: [item({ quantity: 1, unitPrice: 10_000_000.000001 })] }),
      document({ items: [item({ quantity: -1, unitPrice: 10_000_001 })] }),
    ],
    good: [
      document({ items: [item({ quantity: 1, unitPrice: 10_000_000 })] }),
      document({ items: [item({ quantity: -1, unitPrice: 10_000_000 })] }),
    ],
  },
};

describe('decodeDocument', () => {
  test.each(Object.entries(bothSides))(
    'rejects as %s what is beyond the limit only',
    (reason, { bad, good }) => {
      for (const one of bad) {
        expect(reasonOf(decode(one)), JSON.stringify(one)?.slice(0, 200)).toBe(reason);
      }
      for (const one of good) expect(reasonOf(decode(one)), JSON.stringify(one).slice(0, 200)).toBe('event');
    },
  );

  test('says which field and what was expected, in a text of readable length', () => {
    const decoded = decode(document({ items: [item(), item({ quantity: 'x'.repeat(1_000) })] }));
    expect(decoded.kind === 'rejected' && decoded.rejection.detail).toMatch(
      /^items\[1\]\.quantity is "x+\.\.\./,
    );
    expect(decoded.kind === 'rejected' && decoded.rejection.detail.length).toBeLessThan(200);
    const currency = decode(document({ currency: 'USD' }));
    expect(currency).toMatchObject({ rejection: { detail: 'currency is "USD"; known are GBP, EUR, JPY' } });
  });

  test('gives the event in reporting currency, in integers', () => {
    const event = eventOf(
      decode(
        document({
          currency: 'EUR',
          context: { channel: 'web' },
          items: [item(), item({ productId: 'mug', category: null, quantity: -1.5, unitPrice: 3.999 })],
        }),
      ),
    );
    expect(event).toEqual({
      eventId: 'e-1',
      eventHash: hash48('e-1'),
      customerId: 'c-1',
      orderId: 'o-1',
      occurredAtMs: Date.UTC(2026, 10, 22, 10, 15),
      context: { channel: 'web' },
      items: [
        { productId: 'tea', category: 'drinks', quantityMilli: 2_000, unitPriceMicros: 10_750_000 },
        { productId: 'mug', category: undefined, quantityMilli: -1_500, unitPriceMicros: 3_439_140 },
      ],
      spendMicros: 21_500_000 - 5_158_710,
      boughtMilli: 2_000,
      returnedMilli: 1_500,
    });
  });

  test('gives no negative zeros for an order without returns, nor for one of nothing', () => {
    const none = eventOf(decode(document({ items: [item({ quantity: -0, unitPrice: 0 })] })));
    for (const total of [none.spendMicros, none.boughtMilli, none.returnedMilli]) expect(total).toBe(0);
    expect(eventOf(decode(document())).returnedMilli).toBe(0);
  });

  test('takes no currency from the prototype of the rate table', () => {
    expect(reasonOf(decode(document({ currency: 'constructor' })))).toBe('unknown-currency');
  });

  test('reads a clock tick, up to the same instant as an event', () => {
    expect(decode(tickDocument(1_234))).toEqual({ kind: 'tick', tick: { upToMs: 1_234 } });
    const latestMs = arrivedAtMs + options.futureSkewMsMax;
    expect(decode(tickDocument(latestMs))).toEqual({ kind: 'tick', tick: { upToMs: latestMs } });
  });

  test('gives zero for a quantity too small to count, never a negative zero', () => {
    const { items } = eventOf(decode(document({ items: [item({ quantity: -0.0004, unitPrice: 1 })] })));
    expect(items[0]?.quantityMilli).toBe(0);
  });
});

describe('decodeEvent', () => {
  const decodeBytes = (data: Uint8Array) => decodeEvent(data, arrivedAtMs, options);

  test.each([
    ['empty-record', new Uint8Array()],
    ['not-json', bytes(' ')],
    ['not-utf8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['not-an-object', Uint8Array.of(0x22, 0xc3, 0xbf, 0x22)],
    ['not-json', bytes('{"v":1')],
    ['unsupported-version', bytes('{}')],
    ['not-json', bytes('{} {}')],
    ['not-an-object', bytes('null')],
  ])('rejects as %s', (reason, data) => {
    expect(reasonOf(decodeBytes(data))).toBe(reason);
  });

  test('reads what encodeDocument wrote', () => {
    expect(reasonOf(decodeBytes(encodeDocument(document() as never)))).toBe('event');
    expect(decodeBytes(encodeDocument(tickDocument(Date.UTC(2026, 0, 1)))).kind).toBe('tick');
  });

  test('reads text in any script', () => {
    const data = bytes(JSON.stringify(document({ customerId: 'Ünïcödé 顧客' })));
    expect(eventOf(decodeBytes(data)).customerId).toBe('Ünïcödé 顧客');
  });
});
