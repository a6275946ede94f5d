import type { RejectReason } from '../../operators/event/purchase-event.ts';
import { createRandom } from '../../pipeline/ingest/random.ts';
import { aggregateRecords } from '../../sinks/kinesis-aggregation.ts';

/** One record no event can be made of, and what must become of it. */
export interface BadRecord {
  readonly reason: RejectReason;
  readonly what: string;
  readonly data: Uint8Array;
}

const encoder = new TextEncoder();
const hourMs = 3_600_000;

export type Fields = Readonly<Record<string, unknown>>;

/** A document as a producer writes it, with some fields otherwise; a field that is `undefined` is left out. */
export function document(id: string, otherwise: Fields = {}): Fields {
  return {
    v: 1,
    eventId: `event-${id}`,
    type: 'purchase',
    customerId: `customer-${id}`,
    orderId: `order-${id}`,
    occurredAt: '2026-01-05T10:00:00Z',
    currency: 'GBP',
    items: [{ productId: 'tea', quantity: 2, unitPrice: 1.25 }],
    ...otherwise,
  };
}

export function bytes(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** Every reason there is, most of them in several ways. */
export function badRecords(nowMs: number, seed: number): BadRecord[] {
  return [
    ...unreadable(seed),
    ...wrongEnvelope(),
    ...wrongFields(nowMs),
    ...wrongItems(),
    ...damagedAggregates(),
  ];
}

function unreadable(seed: number): BadRecord[] {
  const random = createRandom(seed, 6);
  const noise = Uint8Array.from({ length: 900_000 }, () => Math.floor(random.uniform() * 256));
  const whole = bytes(document('cut-off'));
  const text = (what: string, content: string): BadRecord => ({
    reason: 'not-json',
    what,
    data: encoder.encode(content),
  });
  return [
    { reason: 'empty-record', what: 'no bytes', data: new Uint8Array() },
    { reason: 'not-utf8', what: 'bytes of Latin-1', data: Uint8Array.of(0x7b, 0x22, 0xe9, 0x22, 0x7d) },
    { reason: 'not-utf8', what: 'an overlong encoding', data: Uint8Array.of(0xc0, 0xaf) },
    { reason: 'not-utf8', what: 'a surrogate in UTF-8', data: Uint8Array.of(0xed, 0xa0, 0x80) },
    { reason: 'not-utf8', what: '900 KB of noise', data: noise },
    { reason: 'not-json', what: 'a document cut off', data: whole.slice(0, whole.length - 20) },
    text('words', 'hello'),
    text('spaces', '   '),
    text('NaN', '{"v":1,"quantity":NaN}'),
    text('a comma too many', '{"v":1,}'),
    text('two documents', '{"v":1}{"v":1}'),
    text('a NUL after the document', `${JSON.stringify(document('nul'))}\u0000`),
    text('500,000 open brackets', '['.repeat(500_000)),
  ];
}

function wrongEnvelope(): BadRecord[] {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const raw = (reason: RejectReason, what: string, content: string): BadRecord => ({
    reason,
    what,
    data: encoder.encode(content),
  });
  const envelope = (reason: RejectReason, what: string, otherwise: Fields): BadRecord => ({
    reason,
    what,
    data: bytes(document(`envelope-${what}`, otherwise)),
  });
  return [
    ...['[]', 'null', '42', '"text"', 'true'].map((value) => raw('not-an-object', value, value)),
    raw('not-an-object', '20,000 arrays in one another', deep),
    raw('unsupported-version', 'a version of 20,000 arrays', `{"v":${deep}}`),
    raw('unsupported-type', 'a type of 20,000 arrays', `{"v":1,"type":${deep}}`),
    raw('unsupported-version', 'no version', '{}'),
    envelope('unsupported-version', 'version 2', { v: 2 }),
    envelope('unsupported-version', 'version as text', { v: '1' }),
    envelope('unsupported-type', 'a refund', { type: 'refund' }),
    envelope('unsupported-type', 'no type', { type: undefined }),
    raw('invalid-time', 'a tick without a time', '{"v":1,"type":"tick","upTo":"soon"}'),
    raw('time-in-future', 'a tick of the year 9999', '{"v":1,"type":"tick","upTo":"9999-12-31T00:00:00Z"}'),
  ];
}

function wrongFields(nowMs: number): BadRecord[] {
  const field = (reason: RejectReason, what: string, otherwise: Fields): BadRecord => ({
    reason,
    what,
    data: bytes(document(`field-${what}`, otherwise)),
  });
  const surrogate = '{"v":1,"type":"purchase","customerId":"lone \\ud800 surrogate"}';
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  return [
    field('missing-customer', 'no customer', { customerId: undefined }),
    field('missing-customer', 'customer null', { customerId: null }),
    field('missing-customer', 'empty customer', { customerId: '' }),
    field('missing-event-id', 'no event id', { eventId: undefined }),
    field('missing-order', 'no order', { orderId: '' }),
    field('invalid-identifier', 'a number as customer', { customerId: 12_748 }),
    field('invalid-identifier', '257 characters', { customerId: 'x'.repeat(257) }),
    field('invalid-identifier', 'blanks only', { customerId: ' \u00a0\u3000' }),
    field('invalid-identifier', 'a NUL inside', { customerId: 'a\u0000b' }),
    field('invalid-identifier', 'an escape sequence', { orderId: '\u001b[2J' }),
    field('invalid-identifier', 'a C1 control character', { eventId: 'a\u0085b' }),
    { reason: 'invalid-identifier', what: 'a lone surrogate', data: encoder.encode(surrogate) },
    {
      reason: 'invalid-identifier',
      what: 'a customer of 20,000 arrays',
      data: encoder.encode(`{"v":1,"type":"purchase","customerId":${deep}}`),
    },
    field('invalid-time', 'no zone', { occurredAt: '2026-01-05T10:00:00' }),
    field('invalid-time', 'no time', { occurredAt: undefined }),
    field('invalid-time', 'a day that does not exist', { occurredAt: '2026-02-30T10:00:00Z' }),
    field('invalid-time', 'milliseconds', { occurredAt: 1_767_607_200_000 }),
    field('invalid-time', 'before 1970', { occurredAt: '1969-12-31T23:59:59Z' }),
    field('invalid-time', 'a six-digit year', { occurredAt: '+275760-09-13T00:00:00Z' }),
    field('time-in-future', 'in three hours', { occurredAt: new Date(nowMs + 3 * hourMs).toISOString() }),
    field('time-in-future', 'the year 9999', { occurredAt: '9999-12-31T23:59:59Z' }),
    field('unknown-currency', 'another currency', { currency: 'XXX' }),
    field('unknown-currency', 'small letters', { currency: 'gbp' }),
    field('unknown-currency', 'no currency', { currency: undefined }),
    field('unknown-currency', 'a name every object has', { currency: 'constructor' }),
    field('invalid-context', 'a text as context', { context: 'web' }),
    field('invalid-context', 'a number as channel', { context: { channel: 7 } }),
    field('invalid-context', 'a long region', { context: { region: 'x'.repeat(257) } }),
  ];
}

function wrongItems(): BadRecord[] {
  const items = (reason: RejectReason, what: string, value: unknown): BadRecord => ({
    reason,
    what,
    data: bytes(document(`items-${what}`, { items: value })),
  });
  const item = (reason: RejectReason, what: string, otherwise: Fields): BadRecord =>
    items(reason, what, [{ productId: 'tea', quantity: 1, unitPrice: 1, ...otherwise }]);
  const many = Array.from({ length: 20_001 }, () => ({ productId: 'p', quantity: 1, unitPrice: 1 }));
  const infinite = JSON.stringify(document('infinite')).replace('"quantity":2', '"quantity":1e400');
  return [
    items('no-items', 'an empty list', []),
    items('no-items', 'no list', undefined),
    items('no-items', 'an object', { 0: { productId: 'tea', quantity: 1, unitPrice: 1 }, length: 1 }),
    items('too-many-items', '20,001 items', many),
    items('invalid-item', 'null', [null]),
    items('invalid-item', 'a list in the list', [[]]),
    item('invalid-item', 'no product', { productId: undefined }),
    item('invalid-item', 'a number as product', { productId: 85_123 }),
    item('invalid-item', 'a line feed in the product', { productId: 'a\nb' }),
    item('invalid-item', 'a number as category', { category: 4 }),
    item('invalid-item', 'a long category', { category: 'x'.repeat(257) }),
    item('invalid-quantity', 'a text', { quantity: '6' }),
    item('invalid-quantity', 'null', { quantity: null }),
    item('invalid-quantity', 'none', { quantity: undefined }),
    item('invalid-quantity', 'a hundred million', { quantity: 1e8 }),
    { reason: 'invalid-quantity', what: 'beyond every number', data: encoder.encode(infinite) },
    item('invalid-price', 'a text', { unitPrice: '2.50' }),
    item('invalid-price', 'below zero', { unitPrice: -0.01 }),
    item('invalid-price', 'ten billion', { unitPrice: 1e10 }),
    item('invalid-price', 'none', { unitPrice: undefined }),
    item('amount-out-of-range', 'ten million of a thousand million', { quantity: 1e7, unitPrice: 1e9 }),
  ];
}

function damagedAggregates(): BadRecord[] {
  const record = (id: string) => ({ partitionKey: `customer-${id}`, data: bytes(document(id)) });
  const flipped = Uint8Array.from(aggregateRecords([record('flipped-1'), record('flipped-2')]).data);
  flipped[40] = (flipped[40] ?? 0) ^ 1;
  const cut = aggregateRecords([record('cut-1'), record('cut-2')]).data.slice(0, -30);
  const onlyMagic = Uint8Array.from([0xf3, 0x89, 0x9a, 0xc2, ...new Array(40).fill(7)]);
  return [
    { reason: 'damaged-aggregate', what: 'a bit flipped', data: flipped },
    { reason: 'damaged-aggregate', what: 'cut off', data: cut },
    { reason: 'damaged-aggregate', what: 'nothing behind its first bytes', data: onlyMagic },
  ];
}
