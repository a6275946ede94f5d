import { createHash } from 'node:crypto';
import type { ItemDocument, PurchaseDocument } from '../../operators/event/event-document.ts';
import { hash48 } from '../../operators/event/event-hash.ts';
import type { OrderLine } from './order-lines.ts';

/** One order of the file, whole or a part of it, ready to be sent. */
export interface CsvOrder {
  readonly document: PurchaseDocument;
  /** Event time, UTC milliseconds; undefined when a line of it has no valid time, and the order goes to quarantine. */
  readonly atMs: number | undefined;
  /** No order that follows is known to be earlier, UTC milliseconds; Infinity after the last order of the file. */
  readonly floorMs: number;
  /** Bytes of the file that had been read at its first line. */
  readonly fileBytes: number;
}

interface OpenOrder {
  readonly key: string;
  readonly first: OrderLine;
  readonly part: number;
  readonly items: ItemDocument[];
  atMs: number | undefined;
  /** The first time that could not be read; it then stands for the order's. */
  badTime: string | undefined;
  lastLine: number;
  readonly fileBytes: number;
  bytesMax: number;
}

/** An order is split where its event could exceed the 1 MB of a Kinesis record. */
const eventBytesMax = 900_000;
/** Orders of which it is remembered that they began, in windows of lines. */
const rememberedWindows = 4;
const eventIdLengthMax = 256;

/**
 * Gathers the lines of each order over a window of lines. Orders leave in the order of their first lines: the oldest as
 * soon as `windowLines` lines have passed since its last line, or when twice as many lines are held in all (which bounds
 * the memory when one order runs through the whole file). A line that comes later makes a further part of
 * its order, an event of its own. As many orders as four windows have lines are remembered for this; a line that comes
 * later still looks like the whole order again, and its event is then dropped as a duplicate.
 */
export class OrderWindow {
  readonly #windowLines: number;
  readonly #open = new Map<string, OpenOrder>();
  readonly #parts = new Map<number, number>();
  #queue: OpenOrder[] = [];
  #heldLines = 0;
  #furtherParts = 0;

  /** @param windowLines lines, 1... */
  constructor(windowLines: number) {
    this.#windowLines = windowLines;
  }

  /** Events beyond the first of their orders. */
  get furtherParts(): number {
    return this.#furtherParts;
  }

  add(line: OrderLine, lineNumber: number, fileBytes: number): void {
    const key = orderKey(line);
    const bytesMax = itemBytesMax(line.item);
    let order = this.#open.get(key);
    const joins =
      order !== undefined &&
      lineNumber - order.lastLine <= this.#windowLines &&
      order.bytesMax + bytesMax <= eventBytesMax;
    if (order === undefined || !joins) order = this.#begin(key, line, fileBytes);
    order.items.push(line.item);
    order.bytesMax += bytesMax;
    order.lastLine = lineNumber;
    if (line.atMs === undefined) order.badTime ??= line.eventTime;
    else order.atMs = Math.min(order.atMs ?? line.atMs, line.atMs);
    this.#heldLines += 1;
  }

  /**
   * Takes the orders whose turn it is.
   * @param lineNumber the last line read.
   * @param nextAtMs the earliest time that lines still to be read are expected to have.
   */
  takeDue(lineNumber: number, nextAtMs: number): CsvOrder[] {
    let count = 0;
    for (const order of this.#queue) {
      const due = lineNumber - order.lastLine >= this.#windowLines || this.#heldLines > 2 * this.#windowLines;
      if (!due) break;
      this.#heldLines -= order.items.length;
      count += 1;
    }
    return this.#take(count, nextAtMs);
  }

  /** Takes all that is left, at the end of the file. */
  takeAll(): CsvOrder[] {
    this.#heldLines = 0;
    return this.#take(this.#queue.length, Number.POSITIVE_INFINITY);
  }

  #begin(key: string, first: OrderLine, fileBytes: number): OpenOrder {
    const keyHash = hash48(key);
    const part = 1 + (this.#parts.get(keyHash) ?? 0);
    this.#parts.set(keyHash, part);
    if (this.#parts.size > rememberedWindows * this.#windowLines) {
      for (const oldest of this.#parts.keys()) {
        this.#parts.delete(oldest);
        break;
      }
    }
    if (part > 1) this.#furtherParts += 1;
    const order: OpenOrder = {
      key,
      first,
      part,
      items: [],
      atMs: undefined,
      badTime: undefined,
      lastLine: 0,
      fileBytes,
      bytesMax: 6 * (key.length * 2 + 100),
    };
    this.#open.set(key, order);
    this.#queue.push(order);
    return order;
  }

  #take(count: number, nextAtMs: number): CsvOrder[] {
    if (count === 0) return [];
    const taken = this.#queue.slice(0, count);
    this.#queue = this.#queue.slice(count);
    let floorMs = this.#queue.reduce((least, order) => Math.min(least, order.atMs ?? least), nextAtMs);
    const orders: CsvOrder[] = new Array(count);
    for (let index = count - 1; index >= 0; index -= 1) {
      const order = taken[index] as OpenOrder;
      if (this.#open.get(order.key) === order) this.#open.delete(order.key);
      const atMs = order.badTime === undefined ? order.atMs : undefined;
      orders[index] = { document: documentOf(order), atMs, floorMs, fileBytes: order.fileBytes };
      floorMs = Math.min(floorMs, order.atMs ?? floorMs);
    }
    return orders;
  }
}

function documentOf({ first, part, items, atMs, badTime }: OpenOrder): PurchaseDocument {
  return {
    v: 1,
    eventId: eventIdOf(first, part),
    type: 'purchase',
    customerId: first.customerId,
    orderId: first.orderId,
    occurredAt: badTime ?? (atMs === undefined ? '' : new Date(atMs).toISOString()),
    currency: first.currency,
    items,
  };
}

/** The same order has the same id however often, and in whatever order of lines, its file is read. */
function eventIdOf(order: OrderLine, part: number): string {
  const id = `csv:${orderKey(order)}${part > 1 ? `:${part}` : ''}`;
  return id.length <= eventIdLengthMax ? id : `csv:${createHash('sha256').update(id).digest('hex')}`;
}

/** An event has one currency, so lines in another one are another event. */
function orderKey({ orderId, customerId, currency }: OrderLine): string {
  return `${escapeColons(orderId)}:${escapeColons(customerId)}:${escapeColons(currency)}`;
}

function escapeColons(id: string): string {
  return id.includes(':') || id.includes('%') ? id.replaceAll('%', '%25').replaceAll(':', '%3A') : id;
}

/** Upper bound of an item's JSON: a character takes six bytes at most, escaped. */
function itemBytesMax({ productId, category = '', quantity, unitPrice }: ItemDocument): number {
  const texts = productId.length + category.length + String(quantity).length + String(unitPrice).length;
  return 70 + 6 * texts;
}
