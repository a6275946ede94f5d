import { type Database, openDuckdb } from './duckdb.ts';

/** What one customer's features must be, worked out in SQL from the file alone. Money in micros, units in thousandths. */
export interface ExpectedCustomer {
  readonly orders: number;
  readonly purchaseDays: number;
  readonly spendMicros: number;
  readonly unitsMilli: number;
  readonly firstPurchaseAtMs: number | undefined;
  readonly lastPurchaseAtMs: number | undefined;
  readonly returnRate: number | undefined;
  readonly windows: Readonly<Record<number, { orders: number; spendMicros: number; unitsMilli: number }>>;
}

/** One order, its lines added up, at the time of its earliest line. */
export interface FileOrder {
  readonly atMs: number;
  readonly spendMicros: number;
  readonly boughtMilli: number;
  readonly returnedMilli: number;
}

export interface FileTotals {
  readonly lines: number;
  readonly anonymousLines: number;
  readonly orders: number;
  readonly customers: number;
  readonly watermarkMs: number;
}

export interface Oracle {
  totals(): Promise<FileTotals>;
  /** Every customer with an order at or before `asOfMs`, as of that instant. */
  customersAsOf(asOfMs: number): Promise<Map<string, ExpectedCustomer>>;
  /** Every customer's orders in the order of the file. */
  orders(): Promise<Map<string, FileOrder[]>>;
  close(): void;
}

export const oracleWindows = [7, 30, 90, 365] as const;

/** Reads a CSV file into DuckDB. Prices are decimals, so that every sum is exact. */
export async function openOracle(path: string): Promise<Oracle> {
  const db = await openDuckdb();
  await db.run(`SET TimeZone = 'UTC'`);
  await db.run(`
    CREATE TABLE lines AS SELECT row_number() OVER () AS line, * FROM read_csv('${path.replaceAll("'", "''")}',
      header = true, auto_detect = false, delim = ',', quote = '"', nullstr = '',
      timestampformat = '%Y-%m-%dT%H:%M:%SZ',
      columns = { 'eventTime': 'TIMESTAMP', 'customerId': 'VARCHAR', 'orderId': 'VARCHAR', 'productId': 'VARCHAR',
        'category': 'VARCHAR', 'quantity': 'BIGINT', 'unitPrice': 'DECIMAL(18, 6)', 'currency': 'VARCHAR' })`);
  await db.run(`
    CREATE TABLE orders AS SELECT customerId, orderId, min(line) AS line, epoch_ms(min(eventTime)) AS atMs,
      CAST(sum(quantity * CAST(unitPrice * 1000000 AS BIGINT)) AS BIGINT) AS spendMicros,
      CAST(sum(greatest(quantity, 0)) * 1000 AS BIGINT) AS boughtMilli,
      CAST(sum(greatest(-quantity, 0)) * 1000 AS BIGINT) AS returnedMilli
    FROM lines WHERE customerId IS NOT NULL GROUP BY customerId, orderId`);
  return {
    totals: () => readTotals(db),
    customersAsOf: (asOfMs) => readCustomers(db, asOfMs),
    orders: () => readOrders(db),
    close: () => db.close(),
  };
}

async function readTotals(db: Database): Promise<FileTotals> {
  const [row = {}] = await db.rows(`
    SELECT (SELECT count(*) FROM lines) AS lines,
      (SELECT count(*) FROM lines WHERE customerId IS NULL) AS anonymousLines,
      (SELECT count(*) FROM orders) AS orders,
      (SELECT count(DISTINCT customerId) FROM orders) AS customers,
      (SELECT max(atMs) FROM orders) AS watermarkMs`);
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, Number(value)]),
  ) as unknown as FileTotals;
}

async function readCustomers(db: Database, asOfMs: number): Promise<Map<string, ExpectedCustomer>> {
  const windows = oracleWindows.map((days) => {
    const within = `FILTER (WHERE atMs > ${asOfMs - days * 86_400_000})`;
    return `count(*) FILTER (WHERE boughtMilli > 0 AND atMs > ${asOfMs - days * 86_400_000}) AS orders${days},
      coalesce(sum(spendMicros) ${within}, 0) AS spend${days},
      coalesce(sum(boughtMilli - returnedMilli) ${within}, 0) AS units${days}`;
  });
  const rows = await db.rows(`
    SELECT customerId, count(*) FILTER (WHERE boughtMilli > 0) AS orders,
      count(DISTINCT atMs // 86400000) FILTER (WHERE boughtMilli > 0) AS purchaseDays,
      sum(spendMicros) AS spendMicros, sum(boughtMilli) AS bought, sum(returnedMilli) AS returned,
      min(atMs) FILTER (WHERE boughtMilli > 0) AS firstPurchase,
      max(atMs) FILTER (WHERE boughtMilli > 0) AS lastPurchase, ${windows.join(', ')}
    FROM orders WHERE atMs <= ${asOfMs} GROUP BY customerId`);
  return new Map(rows.map((row) => [String(row.customerId), expectedCustomer(row)]));
}

function expectedCustomer(row: Record<string, string | number | null>): ExpectedCustomer {
  const number = (name: string) => Number(row[name]);
  const instant = (name: string) => (row[name] === null ? undefined : number(name));
  return {
    orders: number('orders'),
    purchaseDays: number('purchaseDays'),
    spendMicros: number('spendMicros'),
    unitsMilli: number('bought') - number('returned'),
    firstPurchaseAtMs: instant('firstPurchase'),
    lastPurchaseAtMs: instant('lastPurchase'),
    returnRate: number('bought') > 0 ? number('returned') / number('bought') : undefined,
    windows: Object.fromEntries(
      oracleWindows.map((days) => [
        days,
        {
          orders: number(`orders${days}`),
          spendMicros: number(`spend${days}`),
          unitsMilli: number(`units${days}`),
        },
      ]),
    ),
  };
}

async function readOrders(db: Database): Promise<Map<string, FileOrder[]>> {
  const orders = new Map<string, FileOrder[]>();
  const rows = await db.rows(
    'SELECT customerId, atMs, spendMicros, boughtMilli, returnedMilli FROM orders ORDER BY line',
  );
  for (const row of rows) {
    const customerId = String(row.customerId);
    const order = {
      atMs: Number(row.atMs),
      spendMicros: Number(row.spendMicros),
      boughtMilli: Number(row.boughtMilli),
      returnedMilli: Number(row.returnedMilli),
    };
    const known = orders.get(customerId);
    if (known) known.push(order);
    else orders.set(customerId, [order]);
  }
  return orders;
}
