import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PurchaseEvent } from '../../../operators/event/purchase-event.ts';
import { emptyState, foldEvents } from '../../../operators/state/fold-events.ts';
import { type ReplayOptions, replayToCut } from '../../../pipeline/backtest/replay-to-cut.ts';
import { readAtMs, writeOrderFile } from '../../fixtures/order-file.ts';
import { purchaseFile } from '../../fixtures/purchase-file.ts';
import { boughtOn } from '../../fixtures/purchases.ts';

const dayMs = 86_400_000;
const decode = { currencies: { reportingCurrency: 'GBP', rates: {} }, futureSkewMsMax: 0, itemsMax: 100 };
const { csv, orders } = purchaseFile(60);
const firstAtMs = orders[0]?.occurredAtMs ?? 0;
/** The file's days begin at noon. */
const cutMs = firstAtMs + 150.5 * dayMs;
const horizonDays = 60;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-replay-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function replay(path: string, options: Partial<ReplayOptions> = {}) {
  return replayToCut({ path, cut: { atMs: cutMs }, horizonDays, decode, nowMs: () => readAtMs, ...options });
}

async function fileOf(content: string | Uint8Array): Promise<string> {
  const path = join(folder, `${Math.random()}.csv`);
  await writeFile(path, content);
  return path;
}

/** Event ids are the reader's own; what the state makes of them is not asked here. */
function withoutHashes(state: object): unknown {
  return JSON.parse(JSON.stringify(state, (key, value) => (key === 'hash' ? undefined : value)));
}

function foldedBefore(customerId: string): unknown {
  const own = orders.filter((order) => order.customerId === customerId && order.occurredAtMs < cutMs);
  return withoutHashes(foldEvents(emptyState, own).state);
}

describe('a replay to the cut', () => {
  test('leaves each customer as the fold of the orders before it, and nobody else', async () => {
    const { states, ordersBefore } = await replay(await fileOf(csv));
    const before = orders.filter(({ occurredAtMs }) => occurredAtMs < cutMs);
    expect(ordersBefore).toBe(before.length);
    expect([...states.keys()].sort()).toEqual([...new Set(before.map((order) => order.customerId))].sort());
    for (const [customerId, state] of states) {
      expect(withoutHashes(state)).toEqual(foldedBefore(customerId));
    }
  });

  test('keeps what followed within the horizon apart', async () => {
    const { outcomes, states, ordersWithin, untilMs } = await replay(await fileOf(csv));
    const within = orders.filter(
      ({ occurredAtMs }) => occurredAtMs >= cutMs && occurredAtMs < cutMs + horizonDays * dayMs,
    );
    expect(untilMs).toBe(cutMs + horizonDays * dayMs);
    expect(ordersWithin).toBe(within.length);
    const days = [...outcomes.values()].flatMap((outcome) => outcome.days);
    expect(days.map(({ atMs }) => atMs).sort()).toEqual(
      within.map(({ occurredAtMs }) => occurredAtMs).sort(),
    );
    expect(outcomes.size).toBeGreaterThan(0);
    expect([...outcomes.keys()].some((customerId) => !states.has(customerId))).toBe(true);
  });

  test('does not depend on what comes at or after the cut, nor on the order of the lines or compression', async () => {
    const header = csv.slice(0, csv.indexOf('\n'));
    const lines = csv.trimEnd().split('\n').slice(1);
    const plain = await replay(await fileOf(csv));
    const reversed = await replay(await fileOf(gzipSync([header, ...lines.toReversed()].join('\n'))));
    expect(reversed.outcomes).toEqual(plain.outcomes);
    expect(reversed.states).toEqual(plain.states);
    const future = lines.map((line) =>
      Date.parse(line.slice(0, 24)) >= cutMs ? line.replace(/,p-\d,/, ',another,') : line,
    );
    expect((await replay(await fileOf([header, ...future].join('\n')))).states).toEqual(plain.states);
  });

  test('an order on the instant of the cut belongs to the future, the one a moment earlier to the past', async () => {
    const on = boughtOn(10, { id: 'on' });
    const before = boughtOn(9.9999, { id: 'before' });
    const file = await writeOrderFile([
      boughtOn(0, { id: 'first' }),
      before,
      on,
      boughtOn(40, { id: 'last' }),
    ]);
    const { states, outcomes } = await replay(file.path, { cut: { atMs: on.occurredAtMs }, horizonDays: 20 });
    await file.remove();
    expect(states.get('c-1')?.lifetime.lastEventAtMs).toBe(before.occurredAtMs);
    expect(outcomes.get('c-1')?.days).toEqual([]);
  });

  test('counts what can’t be used, and takes a doubled order once', async () => {
    const first = boughtOn(0, { id: 'first' });
    const file = await writeOrderFile(
      [first, boughtOn(20), boughtOn(60)],
      [
        '2025-01-20T12:00:00Z,c-1,bad-quantity,tea,,many,1,GBP',
        '2025-01-20T12:00:00Z,c-1,bad-currency,tea,,1,1,XAU',
        '2099-01-20T12:00:00Z,c-1,from-the-future,tea,,1,1,GBP',
        '2025-01-20T12:00:00Z,,nobody,tea,,1,1,GBP',
      ],
    );
    const { survey, ordersBefore } = await replay(file.path, {
      cut: { atMs: first.occurredAtMs + 30 * dayMs },
      horizonDays: 20,
    });
    await file.remove();
    expect(ordersBefore).toBe(2);
    expect(survey).toMatchObject({ orders: 3, customers: 1 });
    expect(survey.quarantined).toEqual({
      'invalid-quantity': 1,
      'unknown-currency': 1,
      'time-in-future': 1,
    });
    expect(survey.totals.anonymousLines).toBe(1);
  });

  test('remembers full item counts of an even sample of customers only', async () => {
    const path = await fileOf(csv);
    const all = await replay(path);
    const few = await replay(path, { rankedCustomersMax: 15 });
    expect(few.products.mostPopular(10)).toEqual(all.products.mostPopular(10));
    const ranked = [...few.states.keys()].filter(few.isRanked);
    expect(ranked.length).toBeGreaterThan(0);
    expect(ranked.length).toBeLessThan(40);
    for (const customerId of few.states.keys()) {
      const counts = few.isRanked(customerId) ? all.products.of(customerId) : new Map();
      expect(few.products.of(customerId)).toEqual(counts);
    }
  });

  test('shows how far it is, to the end of each pass', async () => {
    const seen: { readonly pass: string; readonly share: number }[] = [];
    const path = await fileOf(csv);
    await replay(path, {
      onProgress: (pass, { bytesSent, bytesTotal }) => seen.push({ pass, share: bytesSent / bytesTotal }),
    });
    for (const name of ['survey', 'replay']) {
      const shares = seen.filter(({ pass }) => pass === name).map(({ share }) => share);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      expect(shares.at(-1)).toBe(1);
    }
  });

  test('ends when it is stopped', async () => {
    const stopped = replay(await fileOf(csv), { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'stopped', retryable: true });
  });

  test.each([
    [
      'no usable order',
      'eventTime,customerId,orderId,productId,quantity\n2024,c,o,p,1\n',
      /no order.*1 invalid-time/,
    ],
    [
      'only lines of nobody',
      'eventTime,customerId,orderId,productId,quantity\n2024-01-01,,o,p,1\n',
      /1 lines without/,
    ],
    [
      'nothing but its header',
      'eventTime,customerId,orderId,productId,quantity\n',
      /no order that can be used/,
    ],
    [
      'only money of unknown worth',
      'eventTime,customerId,orderId,productId,quantity,unitPrice,currency\n2024-01-01,a,o,p,1,2,USD\n',
      /1 unknown-currency; money is reported in GBP, and --rates says what other currencies are worth/,
    ],
    ['nothing', '', /is empty/],
  ])('refuses a file with %s', async (_, content, message) => {
    await expect(replay(await fileOf(content))).rejects.toThrow(message);
  });

  test('refuses a file that is absent', async () => {
    await expect(replay(join(folder, 'absent.csv'))).rejects.toThrow('there is no such file');
  });
});

test('the fixture has orders on both sides of the cut', () => {
  const sides = (of: (order: PurchaseEvent) => boolean) => orders.filter(of).length;
  expect(sides(({ occurredAtMs }) => occurredAtMs < cutMs)).toBeGreaterThan(20);
  expect(sides(({ occurredAtMs }) => occurredAtMs >= cutMs)).toBeGreaterThan(20);
});
