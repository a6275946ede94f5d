import { hash48 } from './event-hash.ts';
import { type CurrencyRates, lineSpendMicros, microsPerUnit, milliPerUnit } from './money.ts';
import { parseInstant } from './parse-instant.ts';
import type {
  ClockTick,
  PurchaseContext,
  PurchaseEvent,
  PurchaseItem,
  Rejection,
  RejectReason,
} from './purchase-event.ts';

export interface DecodeOptions {
  readonly currencies: CurrencyRates;
  /** How far event time may run ahead of arrival, ms. Default 1 hour. */
  readonly futureSkewMsMax: number;
  /** Items of one order. Default 20,000. */
  readonly itemsMax: number;
}

/** Longest identifier: Kinesis takes partition keys of at most 256 characters. */
const identifierLengthMax = 256;
const quantityMax = 1e7;
const unitPriceMax = 1e9;
/** 10 million currency units an order; sums of hundreds of such orders are still exact integers. */
const orderSpendMicrosMax = 1e13;

export type Decoded =
  | { readonly kind: 'event'; readonly event: PurchaseEvent }
  | { readonly kind: 'tick'; readonly tick: ClockTick }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Decodes and validates one record's bytes. Never throws: what can't be used is a `rejected` value with its reason. */
export function decodeEvent(data: Uint8Array, arrivedAtMs: number, options: DecodeOptions): Decoded {
  if (data.byteLength === 0) return rejected('empty-record', 'the record has no bytes');
  let text: string;
  try {
    text = utf8.decode(data);
  } catch {
    return rejected('not-utf8', 'the record is not valid UTF-8');
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return rejected('not-json', error instanceof Error ? error.message : 'the record is not JSON');
  }
  return decodeDocument(document, arrivedAtMs, options);
}

/** Validates a parsed wire document (see `PurchaseDocument`) and converts it to reporting currency. */
export function decodeDocument(document: unknown, arrivedAtMs: number, options: DecodeOptions): Decoded {
  if (!isObject(document)) return rejected('not-an-object', 'expected a JSON object');
  if (document.v !== 1) return rejected('unsupported-version', `v is ${show(document.v)}, expected 1`);
  if (document.type === 'tick') return decodeTick(document, arrivedAtMs + options.futureSkewMsMax);
  if (document.type !== 'purchase') {
    return rejected('unsupported-type', `type is ${show(document.type)}, expected "purchase"`);
  }
  const result = decodePurchase(document, arrivedAtMs, options);
  return 'reason' in result ? { kind: 'rejected', rejection: result } : { kind: 'event', event: result };
}

function decodeTick(document: Record<string, unknown>, latestMs: number): Decoded {
  const upToMs = parseInstant(document.upTo);
  if (upToMs === undefined)
    return rejected('invalid-time', `upTo is ${show(document.upTo)}, expected an ISO 8601 instant`);
  if (upToMs > latestMs)
    return rejected('time-in-future', `upTo ${show(document.upTo)} is after the record arrived`);
  return { kind: 'tick', tick: { upToMs } };
}

function decodePurchase(
  document: Record<string, unknown>,
  arrivedAtMs: number,
  options: DecodeOptions,
): PurchaseEvent | Rejection {
  const { customerId, eventId, orderId, occurredAt, currency, context, items } = document;
  const wrong =
    checkIdentifier('customerId', customerId, 'missing-customer') ??
    checkIdentifier('eventId', eventId, 'missing-event-id') ??
    checkIdentifier('orderId', orderId, 'missing-order');
  if (wrong) return wrong;
  const occurredAtMs = parseInstant(occurredAt);
  if (occurredAtMs === undefined || occurredAtMs < 0) {
    return rejection(
      'invalid-time',
      `occurredAt is ${show(occurredAt)}, expected an ISO 8601 instant with a zone, from 1970 on`,
    );
  }
  if (occurredAtMs > arrivedAtMs + options.futureSkewMsMax) {
    return rejection('time-in-future', `occurredAt ${show(occurredAt)} is after the record arrived`);
  }
  const rate = currencyRate(currency, options.currencies);
  if (rate === undefined) {
    return rejection(
      'unknown-currency',
      `currency is ${show(currency)}; known are ${knownCurrencies(options.currencies)}`,
    );
  }
  if (context !== undefined && context !== null && !isContext(context)) {
    return rejection('invalid-context', 'context must be an object of short texts: channel, device, region');
  }
  if (!Array.isArray(items) || items.length === 0)
    return rejection('no-items', 'items must be a list of at least one item');
  if (items.length > options.itemsMax) {
    return rejection('too-many-items', `${items.length} items; at most ${options.itemsMax} are taken`);
  }
  const decodedItems: PurchaseItem[] = new Array(items.length);
  let spendMicros = 0;
  let boughtMilli = 0;
  let returnedMilli = 0;
  for (let index = 0; index < items.length; index += 1) {
    const item: unknown = items[index];
    const problem = checkItem(item, index);
    if (problem) return problem;
    const { productId, category, quantity, unitPrice } = item as ItemDocument;
    // Adding zero turns -0 into 0, which is stored the same.
    const quantityMilli = Math.round(quantity * milliPerUnit) + 0;
    spendMicros += lineSpendMicros(quantity, unitPrice, rate);
    if (quantityMilli > 0) boughtMilli += quantityMilli;
    else returnedMilli -= quantityMilli;
    decodedItems[index] = {
      productId,
      category: category === null || category === '' ? undefined : category,
      quantityMilli,
      unitPriceMicros: Math.round(unitPrice * rate * microsPerUnit),
    };
  }
  if (Math.abs(spendMicros) > orderSpendMicrosMax || boughtMilli + returnedMilli > orderSpendMicrosMax) {
    return rejection(
      'amount-out-of-range',
      `the order is worth ${spendMicros / microsPerUnit}; at most ${orderSpendMicrosMax / microsPerUnit} is taken`,
    );
  }
  return {
    eventId: eventId as string,
    eventHash: hash48(eventId as string),
    customerId: customerId as string,
    orderId: orderId as string,
    occurredAtMs,
    context: context === undefined || context === null ? undefined : (context as PurchaseContext),
    items: decodedItems,
    spendMicros,
    boughtMilli,
    // Adding zero turns the -0 of an order without returns into 0, which encodes differently.
    returnedMilli: returnedMilli + 0,
  };
}

interface ItemDocument {
  readonly productId: string;
  readonly category?: string | null;
  readonly quantity: number;
  readonly unitPrice: number;
}

function checkItem(item: unknown, index: number): Rejection | undefined {
  if (!isObject(item))
    return rejection('invalid-item', `items[${index}] is ${show(item)}, expected an object`);
  const { productId, category, quantity, unitPrice } = item;
  const wrong = checkIdentifier(`items[${index}].productId`, productId, 'invalid-item');
  if (wrong) return { reason: 'invalid-item', detail: wrong.detail };
  if (category !== undefined && category !== null && !isShortText(category)) {
    return rejection(
      'invalid-item',
      `items[${index}].category is ${show(category)}, expected a short printable text`,
    );
  }
  if (typeof quantity !== 'number' || !(Math.abs(quantity) <= quantityMax)) {
    return rejection(
      'invalid-quantity',
      `items[${index}].quantity is ${show(quantity)}, expected a number within ±${quantityMax}`,
    );
  }
  if (typeof unitPrice !== 'number' || !(unitPrice >= 0 && unitPrice <= unitPriceMax)) {
    return rejection(
      'invalid-price',
      `items[${index}].unitPrice is ${show(unitPrice)}, expected a number from 0 to ${unitPriceMax}`,
    );
  }
  return undefined;
}

/**
 * True for control characters and lone surrogates: neither survives every store, log and page unchanged. Asked of every
 * product of every order, so a loop: a regular expression with Unicode classes takes several times as long.
 */
function hasUnprintable(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) return true;
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = text.charCodeAt(index + 1);
    if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return true;
    index += 1;
  }
  return false;
}

function checkIdentifier(field: string, value: unknown, missing: RejectReason): Rejection | undefined {
  if (value === undefined || value === null || value === '') return rejection(missing, `${field} is missing`);
  if (typeof value !== 'string')
    return rejection('invalid-identifier', `${field} is ${show(value)}, expected a text`);
  if (value.length > identifierLengthMax) {
    return rejection(
      'invalid-identifier',
      `${field} has ${value.length} characters; at most ${identifierLengthMax} are taken`,
    );
  }
  if (hasUnprintable(value) || value.trim() === '') {
    return rejection('invalid-identifier', `${field} ${show(value)} is blank or has control characters`);
  }
  return undefined;
}

function currencyRate(currency: unknown, currencies: CurrencyRates): number | undefined {
  if (currency === currencies.reportingCurrency) return 1;
  if (typeof currency !== 'string' || !Object.hasOwn(currencies.rates, currency)) return undefined;
  return currencies.rates[currency];
}

function knownCurrencies(currencies: CurrencyRates): string {
  return [currencies.reportingCurrency, ...Object.keys(currencies.rates)].join(', ');
}

function isContext(value: unknown): boolean {
  if (!isObject(value)) return false;
  return ['channel', 'device', 'region'].every((field) => {
    const text = value[field];
    return text === undefined || isShortText(text);
  });
}

function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= identifierLengthMax && !hasUnprintable(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as it stood in the document, cut to a readable length; of a list or an object only that it is one. */
function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function rejection(reason: RejectReason, detail: string): Rejection {
  return { reason, detail };
}

function rejected(reason: RejectReason, detail: string): Decoded {
  return { kind: 'rejected', rejection: { reason, detail } };
}
