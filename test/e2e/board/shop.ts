import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Migration, PageOf, Segments } from '../../../api/board/data/answers.ts';
import { getJson, type Product, startProduct } from '../product.ts';

/** The product as a newcomer starts it, with a simulated shop, on a port that stays the same over restarts. */
export interface Shop {
  readonly origin: string;
  readonly folder: string;
  /** Kills it the hard way. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Customers of the simulated shop: enough for models within seconds, few enough to be quick. */
const customers = 700;

export async function openShop(folder: string): Promise<Shop> {
  const port = await freePort();
  let product: Product | undefined;
  const shop: Shop = {
    origin: `http://127.0.0.1:${port}`,
    folder,
    async start() {
      product = startProduct(folder, ['--port', String(port), '--customers', String(customers)]);
      await product.url();
    },
    async kill() {
      product?.kill('SIGKILL');
      await product?.ended;
    },
    async stop() {
      await product?.stop();
    },
  };
  await shop.start();
  return shop;
}

/** Waits until the first models have put customers into segments. @throws Error after three minutes */
export function untilSegments(origin: string): Promise<Segments> {
  return untilAnswer<Segments>(
    `${origin}/v1/segments`,
    ({ version, unassigned, customers: all }) => version !== null && unassigned < all,
  );
}

/** Waits until an answer is as it should be. @throws Error after three minutes, with the last one */
export async function untilAnswer<T>(url: string, isReady: (answer: T) => boolean): Promise<T> {
  let last = '';
  for (const deadline = Date.now() + 180_000; Date.now() < deadline; await sleep(500)) {
    try {
      const response = await fetch(url);
      last = await response.text();
      if (!response.ok) continue;
    } catch (error) {
      last = String(error);
      continue;
    }
    const answer = JSON.parse(last) as T;
    if (isReady(answer)) return answer;
  }
  throw new Error(`${url} is not as expected after three minutes: ${last.slice(0, 300)}`);
}

/** All keys of the feed from `first` on, oldest first, as the API lists them. */
export async function feedSince(origin: string, first: string): Promise<string[]> {
  const keys: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const at = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: PageOf<Migration> = await getJson(`${origin}/v1/alerts?limit=100${at}`);
    keys.push(...page.items.map(({ feedKey }) => feedKey));
    cursor = (keys.at(-1) ?? '') < first ? null : page.nextCursor;
  }
  return keys.filter((key) => key >= first).reverse();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
