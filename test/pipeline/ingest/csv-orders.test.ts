import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ConfigurationError, TidemarkError } from '../../../operators/errors.ts';
import { encodeDocument } from '../../../operators/event/event-document.ts';
import {
  type MalformedLine,
  type OrderBatch,
  type ReadOrdersOptions,
  type ReadTotals,
  readOrders,
} from '../../../pipeline/ingest/csv-orders.ts';
import type { CsvOrder } from '../../../pipeline/ingest/order-window.ts';
import { csv, header, temporaryFile } from './replay-fixture.ts';

interface ReadFile {
  readonly orders: CsvOrder[];
  readonly totals: ReadTotals;
  readonly malformed: MalformedLine[];
}

async function read(path: string, options: Partial<ReadOrdersOptions> = {}): Promise<ReadFile> {
  const malformed: MalformedLine[] = [];
  const batches: OrderBatch[] = [];
  const onMalformed = (line: MalformedLine) => malformed.push(line);
  for await (const batch of readOrders(path, { reportingCurrency: 'GBP', onMalformed, ...options })) {
    batches.push(batch);
  }
  const totals = batches.at(-1)?.totals;
  if (totals === undefined) throw new Error('no batch came');
  return { orders: batches.flatMap((batch) => [...batch.orders]), totals, malformed };
}

async function readText(
  text: string | Uint8Array,
  options: Partial<ReadOrdersOptions> = {},
): Promise<ReadFile> {
  return read(await temporaryFile(text), options);
}

function line(customerId: string, orderId: string, time = '2011-01-04T10:00:00Z', product = 'P1'): string {
  return `${time},${customerId},${orderId},${product},,1,2.5,GBP`;
}

/** Lines of other customers, each an order of its own. */
function filler(count: number, name: string): string[] {
  return Array.from({ length: count }, (_, index) => line(`${name}${index}`, `${name}-${index}`));
}

describe('grouping', () => {
  test('lines of one customer and order become one event at the earliest time', async () => {
    const { orders, totals } = await readText(
      csv(
        '2011-01-04T10:05:00Z,17850,536365,85123A,,6,2.55,GBP',
        '2011-01-04T10:06:00Z,13047,536366,22633,,1,1.85,GBP',
        '2011-01-04T10:03:00Z,17850,536365,71053,lamps,-2,3.39,GBP',
      ),
    );
    expect(orders.map((order) => order.document)).toEqual([
      {
        v: 1,
        eventId: 'csv:536365:17850:GBP',
        type: 'purchase',
        customerId: '17850',
        orderId: '536365',
        occurredAt: '2011-01-04T10:03:00.000Z',
        currency: 'GBP',
        items: [
          { productId: '85123A', quantity: 6, unitPrice: 2.55 },
          { productId: '71053', category: 'lamps', quantity: -2, unitPrice: 3.39 },
        ],
      },
      expect.objectContaining({ customerId: '13047', orderId: '536366' }),
    ]);
    expect(totals).toMatchObject({ lines: 3, anonymousLines: 0, malformedLines: 0, splitOrders: 0 });
  });

  test('an order number shared by two customers is two orders, and ids with colons stay apart', async () => {
    const { orders } = await readText(
      csv(line('a', '1'), line('b', '1'), line('b:1', '1'), line('1', '1:b')),
    );
    const ids = orders.map((order) => order.document.eventId);
    expect(ids).toEqual(['csv:1:a:GBP', 'csv:1:b:GBP', 'csv:1:b%3A1:GBP', 'csv:1%3Ab:1:GBP']);
  });

  test('lines of one order in two currencies are two events', async () => {
    const { orders } = await readText(csv(line('a', '1'), line('a', '1').replace('GBP', 'EUR')));
    expect(orders.map((order) => [order.document.eventId, order.document.currency])).toEqual([
      ['csv:1:a:GBP', 'GBP'],
      ['csv:1:a:EUR', 'EUR'],
    ]);
  });

  test('a line exactly within the window joins its order; one line further it is a second part', async () => {
    const groupWindowLines = 1_000;
    const file = (between: number) =>
      csv(line('a', '1'), ...filler(between, 'x'), line('a', '1', undefined, 'P2'), ...filler(5_000, 'y'));
    const within = await readText(file(999), { groupWindowLines });
    expect(within.orders[0]?.document.items).toHaveLength(2);
    expect(within.totals.splitOrders).toBe(0);
    const beyond = await readText(file(1_000), { groupWindowLines });
    const parts = beyond.orders.filter((order) => order.document.customerId === 'a');
    expect(parts.map((order) => order.document.eventId)).toEqual(['csv:1:a:GBP', 'csv:1:a:GBP:2']);
    expect(beyond.totals.splitOrders).toBe(1);
  });

  test('orders leave in the order of their first lines', async () => {
    const lines = filler(10_000, 'x');
    const { orders } = await readText(csv(...lines), { groupWindowLines: 100 });
    expect(orders.map((order) => order.document.orderId)).toEqual(lines.map((_, index) => `x-${index}`));
  });

  test('an order that runs through the whole file does not hold back the others for ever', async () => {
    const lines = filler(20_000, 'x').flatMap((other, index) =>
      index % 50 ? [other] : [line('a', '1'), other],
    );
    const path = await temporaryFile(csv(...lines));
    let sent = 0;
    let heldMax = 0;
    for await (const batch of readOrders(path, { reportingCurrency: 'GBP', groupWindowLines: 1_000 })) {
      sent += batch.orders.reduce((sum, order) => sum + order.document.items.length, 0);
      heldMax = Math.max(heldMax, batch.totals.lines - sent);
    }
    expect(sent).toBe(lines.length);
    expect(heldMax).toBeLessThanOrEqual(2_000);
  });

  test('an order too large for one Kinesis record is split into parts that fit', async () => {
    const lines = Array.from({ length: 9_000 }, (_, index) =>
      line('a', '1', undefined, `product-${index}-"é"`),
    );
    const quoted = lines.map((each) => each.replace(/product-(\d+)-"é"/, '"product-$1-""é"""'));
    const { orders, totals } = await readText(csv(...quoted));
    expect(orders.length).toBeGreaterThan(1);
    expect(totals.splitOrders).toBe(orders.length - 1);
    expect(orders.reduce((sum, order) => sum + order.document.items.length, 0)).toBe(9_000);
    for (const { document } of orders) expect(encodeDocument(document).byteLength).toBeLessThan(1_000_000);
    expect(new Set(orders.map((order) => order.document.eventId)).size).toBe(orders.length);
  });

  test('ids too long for an event id are hashed, differently for different orders', async () => {
    const long = 'k'.repeat(200);
    const { orders } = await readText(csv(line(long, `${long}1`), line(long, `${long}2`)));
    const ids = orders.map((order) => order.document.eventId);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^csv:[0-9a-f]{64}$/);
  });

  test('each order says up to when no later one is known to be earlier', async () => {
    const { orders } = await readText(
      csv(
        line('a', '1', '2011-01-04T10:00:00Z'),
        line('b', '2', '2011-01-04T12:00:00Z'),
        line('c', '3', '2011-01-04T11:00:00Z'),
      ),
    );
    const instants = orders.map(({ floorMs }) =>
      Number.isFinite(floorMs) ? new Date(floorMs).toISOString() : floorMs,
    );
    expect(instants).toEqual([
      '2011-01-04T11:00:00.000Z',
      '2011-01-04T11:00:00.000Z',
      Number.POSITIVE_INFINITY,
    ]);
  });

  test('while the file goes on, the floor is never later than what can still come of it', async () => {
    const anonymous = Array.from({ length: 9_000 }, () => line('', '9', '2011-01-05T00:00:00Z'));
    const path = await temporaryFile(
      csv(line('a', '1'), ...anonymous, line('b', '2', '2011-01-05T00:00:00Z')),
    );
    const floors: number[] = [];
    for await (const batch of readOrders(path, { reportingCurrency: 'GBP', groupWindowLines: 100 })) {
      floors.push(...batch.orders.map((order) => order.floorMs));
    }
    expect(floors[0]).toBe(Date.UTC(2011, 0, 5));
  });
});

describe('lines that are not as they should be', () => {
  test('a line without customer is counted, not sent', async () => {
    const { orders, totals } = await readText(csv(line('', '1'), line('   ', '1'), line('a', '1')));
    expect(orders).toHaveLength(1);
    expect(totals).toMatchObject({ lines: 3, anonymousLines: 2 });
  });

  test('what can not be read stands in the event as in the file, so that the decoder can say why', async () => {
    const { orders } = await readText(
      csv(
        '2011-01-04T10:00:00Z,a,1,P1,,abc,2.5,GBP',
        '2011-01-04T10:00:00Z,a,1,P2,,,2.5,GBP',
        '2011-01-04T10:00:00Z,b,2,P1,,1,"1,50",GBP',
        '2011-01-04T10:00:00Z,c,3,P1,,1,2.5,GBP',
        '31/12/2011,c,3,P2,,1,2.5,GBP',
      ),
    );
    expect(orders.map((order) => order.document)).toMatchObject([
      { items: [{ quantity: 'abc' }, { quantity: '' }] },
      { items: [{ unitPrice: '1,50' }] },
      { occurredAt: '31/12/2011', items: [{ productId: 'P1' }, { productId: 'P2' }] },
    ]);
    expect(orders[2]?.atMs).toBeUndefined();
  });

  test('a missing price is 0 and a missing currency the reporting currency, column or field', async () => {
    const { orders } = await readText(csv('2011-01-04,a,1,P1,,1,,'), { reportingCurrency: 'EUR' });
    expect(orders[0]?.document).toMatchObject({ currency: 'EUR', items: [{ unitPrice: 0 }] });
    const short = await readText('quantity,productId,orderId,customerId,eventTime\n3,P1,1,a,2011-01-04\n');
    expect(short.orders[0]?.document).toMatchObject({
      currency: 'GBP',
      items: [{ productId: 'P1', quantity: 3, unitPrice: 0 }],
    });
  });

  test('lines that no order can be formed of are counted with their numbers, the first 20 reported', async () => {
    const broken = Array.from({ length: 25 }, () => 'one,two');
    const { orders, totals, malformed } = await readText(
      csv(
        line('a', '1'),
        '',
        line('b', ''),
        line('k'.repeat(257), '1'),
        ...broken,
        line('k'.repeat(256), '1'),
      ),
    );
    expect(orders).toHaveLength(2);
    expect(totals).toMatchObject({ lines: 29, malformedLines: 27 });
    expect(malformed).toHaveLength(20);
    expect(malformed.slice(0, 3)).toEqual([
      { line: 4, problem: 'has a customer but no orderId' },
      { line: 5, problem: 'customerId has 257 characters, more than 256' },
      { line: 6, problem: 'has 2 fields; the header has 8' },
    ]);
  });
});

describe('files', () => {
  test.each([
    ['Windows line ends', csv(line('a', '1'), line('b', '2')).replaceAll('\n', '\r\n')],
    ['mixed line ends', csv(line('a', '1'), line('b', '2')).replace('GBP\n', 'GBP\r\n')],
    ['a byte order mark', `\ufeff${csv(line('a', '1'), line('b', '2'))}`],
    ['no line end at the end', csv(line('a', '1'), line('b', '2')).trimEnd()],
    ['empty lines', csv(line('a', '1'), '', '', line('b', '2'), '')],
    ['quoted fields', csv(...[line('a', '1'), line('b', '2')].map((each) => each.replace(/[^,]+/g, '"$&"')))],
    [
      'columns in other order and case',
      `CURRENCY,orderid,extra,customerId,eventTime,productId,quantity,unitPrice\nGBP,1,x,a,2011-01-04T10:00:00Z,P1,1,2.5\nGBP,2,x,b,2011-01-04T10:00:00Z,P1,1,2.5\n`,
    ],
  ])('with %s are read', async (_, text) => {
    const { orders } = await readText(text);
    expect(orders.map((order) => [order.document.eventId, order.document.items])).toEqual([
      ['csv:1:a:GBP', [{ productId: 'P1', quantity: 1, unitPrice: 2.5 }]],
      ['csv:2:b:GBP', [{ productId: 'P1', quantity: 1, unitPrice: 2.5 }]],
    ]);
  });

  test('compressed ones are told by their first bytes, whatever their names', async () => {
    const { orders, totals } = await read(await temporaryFile(gzipSync(csv(line('a', '1'))), 'orders.csv'));
    expect(orders).toHaveLength(1);
    expect(totals.bytesRead).toBe(gzipSync(csv(line('a', '1'))).byteLength);
    expect((await read(await temporaryFile(csv(line('a', '1')), 'orders.csv.gz'))).orders).toHaveLength(1);
  });

  test('a header alone is a file without orders', async () => {
    expect((await readText(`${header}\n`)).totals).toMatchObject({ lines: 0 });
  });

  test('a missing column is named, with what was found', async () => {
    const failure = readText('eventTime,customerId,orderId,product\n');
    await expect(failure).rejects.toThrow(ConfigurationError);
    await expect(failure).rejects.toThrow(
      /has no column productId, quantity; found: eventTime,customerId,orderId,product\./,
    );
    await expect(readText(header.replaceAll(',', ';'))).rejects.toThrow(/Fields are separated by commas/);
    await expect(readText(`${header},quantity\n`)).rejects.toThrow(/has the column quantity more than once/);
  });

  test('an empty file, an absent one and a folder are clear errors', async () => {
    await expect(readText('')).rejects.toThrow(/is empty: a header line was expected/);
    await expect(readText('\n\n')).rejects.toThrow(/is empty/);
    await expect(read('no-such-folder/orders.csv')).rejects.toThrow(/there is no such file/);
    const path = await temporaryFile('');
    await expect(read(path.slice(0, path.lastIndexOf('/')))).rejects.toThrow(/it is a folder/);
  });

  test('truncated compressed data is an error that names the line reached', async () => {
    const whole = gzipSync(csv(...filler(2_000, 'x')));
    const failure = readText(whole.subarray(0, whole.byteLength - 20));
    await expect(failure).rejects.toThrow(TidemarkError);
    await expect(failure).rejects.toThrow(/ends in the middle of its compressed data, after line \d+/);
  });

  test('damaged compressed data is an error as well', async () => {
    const bytes = Uint8Array.from(gzipSync(csv(...filler(2_000, 'x'))));
    bytes.fill(0xaa, 300, 320);
    await expect(readText(bytes)).rejects.toMatchObject({ code: 'import-file-damaged' });
  });

  test('a quote that never closes is an error at its line, not a silent end', async () => {
    const lines = filler(3_000, 'x');
    lines[10] = lines[10]?.replace(',P1', ',"P1') ?? '';
    await expect(readText(csv(...lines))).rejects.toThrow(/line 12 can't be read.*Is a quote not closed\?/);
  });
});
