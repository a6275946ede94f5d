import type { ItemDocument } from '../../operators/event/event-document.ts';
import { parseLineNumber, parseLineTime } from './csv-fields.ts';
import type { CsvHeader } from './csv-header.ts';
import type { CsvLine } from './csv-lines.ts';

/** One line that belongs to an order. What could not be read stands in it as the file has it. */
export interface OrderLine {
  readonly customerId: string;
  readonly orderId: string;
  readonly eventTime: string;
  /** UTC milliseconds; undefined when `eventTime` is no time. */
  readonly atMs: number | undefined;
  readonly currency: string;
  readonly item: ItemDocument;
}

export type LineReading =
  | { readonly kind: 'order'; readonly line: OrderLine }
  | { readonly kind: 'anonymous'; readonly atMs: number | undefined }
  | { readonly kind: 'malformed'; readonly problem: string };

/** Kinesis takes partition keys of at most this many characters, and the customer is the key. */
const customerIdLengthMax = 256;

/**
 * Makes the function that reads one line: no customer is `anonymous`, nothing an order can be formed of is `malformed`.
 * A missing price is 0, a missing currency the reporting currency; a missing quantity stays an empty text.
 */
export function createLineReader(
  header: CsvHeader,
  reportingCurrency: string,
): (line: CsvLine) => LineReading {
  const { positions, columnCount } = header;
  // Orders take several lines of one time: most are read once.
  let lastTime = { text: '', atMs: undefined as number | undefined };
  const timeOf = (text: string) => {
    if (text !== lastTime.text) lastTime = { text, atMs: parseLineTime(text) };
    return lastTime.atMs;
  };
  return ({ fields }) => {
    if (fields.length !== columnCount) {
      return { kind: 'malformed', problem: `has ${fields.length} fields; the header has ${columnCount}` };
    }
    const field = (position: number) => fields[position]?.trim() ?? '';
    const customerId = field(positions.customerId);
    const eventTime = field(positions.eventTime);
    const atMs = timeOf(eventTime);
    if (customerId === '') return { kind: 'anonymous', atMs };
    if (customerId.length > customerIdLengthMax) {
      return { kind: 'malformed', problem: `customerId has ${customerId.length} characters, more than 256` };
    }
    const orderId = field(positions.orderId);
    if (orderId === '') return { kind: 'malformed', problem: 'has a customer but no orderId' };
    const category = field(positions.category);
    const price = field(positions.unitPrice);
    const item: ItemDocument = {
      productId: field(positions.productId),
      ...(category === '' ? {} : { category }),
      quantity: parseLineNumber(field(positions.quantity)),
      unitPrice: price === '' ? 0 : parseLineNumber(price),
    };
    const currency = field(positions.currency) || reportingCurrency;
    return { kind: 'order', line: { customerId, orderId, eventTime, atMs, currency, item } };
  };
}
