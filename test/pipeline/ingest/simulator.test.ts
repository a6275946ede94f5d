import { describe, expect, test } from 'vitest';
import { decodeDocument } from '../../../operators/event/decode-event.ts';
import type { SimulatedOrder } from '../../../pipeline/ingest/simulated-customer.ts';
import { type SimulateOptions, simulate } from '../../../pipeline/ingest/simulator.ts';

const dayMs = 86_400_000;
const seed = 20_251;
const options: SimulateOptions = {
  seed,
  customers: 300,
  historyDays: 330,
  startMs: Date.UTC(2025, 0, 6),
  currency: 'GBP',
};

function ordersUntil(endMs: number, changed: Partial<SimulateOptions> = {}): SimulatedOrder[] {
  const orders: SimulatedOrder[] = [];
  for (const order of simulate({ ...options, ...changed })) {
    if (order.atMs >= endMs) break;
    orders.push(order);
  }
  return orders;
}

describe(`the simulated shop, seed ${seed}`, () => {
  const endMs = options.startMs + 330 * dayMs;
  const history = ordersUntil(endMs);
  const byCustomer = groupByCustomer(history);

  test('is the same for the same seed and another one for another seed', () => {
    const first = ordersUntil(options.startMs + 30 * dayMs);
    expect(ordersUntil(options.startMs + 30 * dayMs)).toEqual(first);
    expect(ordersUntil(options.startMs + 30 * dayMs, { seed: seed + 1 })).not.toEqual(first);
  });

  test('comes in order of event time with an id of its own for each event', () => {
    for (const [index, order] of history.entries()) {
      expect(order.atMs).toBeGreaterThanOrEqual(history[index - 1]?.atMs ?? 0);
    }
    expect(new Set(history.map((order) => order.document.eventId)).size).toBe(history.length);
  });

  test('is taken by the decoder without a rejection', () => {
    const decoding = {
      currencies: { reportingCurrency: 'GBP', rates: {} },
      futureSkewMsMax: 0,
      itemsMax: 20_000,
    };
    for (const { document, atMs } of history) {
      const decoded = decodeDocument(document, atMs, decoding);
      expect(decoded).toMatchObject({ kind: 'event', event: { occurredAtMs: atMs } });
    }
  });

  test('has the customers it was asked for, some of whom leave, and about 20 orders for each of them', () => {
    expect(byCustomer.size).toBeGreaterThan(240);
    expect(byCustomer.size).toBeLessThan(360);
    expect(history.length / byCustomer.size).toBeGreaterThan(12);
    expect(history.length / byCustomer.size).toBeLessThan(32);
    const silent = [...byCustomer.values()].filter(
      (orders) => endMs - (orders.at(-1)?.atMs ?? 0) > 90 * dayMs,
    );
    expect(silent.length / byCustomer.size).toBeGreaterThan(0.1);
    expect(silent.length / byCustomer.size).toBeLessThan(0.7);
  });

  test('has returns, each of something bought before by the same customer', () => {
    const returns = history.filter((order) => order.document.orderId.endsWith('-R'));
    expect(returns.length / history.length).toBeGreaterThan(0.01);
    expect(returns.length / history.length).toBeLessThan(0.08);
    for (const { document, atMs } of returns) {
      const bought = byCustomer
        .get(document.customerId)
        ?.find((order) => `${order.document.orderId}-R` === document.orderId);
      expect(bought?.atMs).toBeLessThan(atMs);
      expect(bought?.document.items.map((item) => item.productId)).toContain(document.items[0]?.productId);
      expect(document.items).toMatchObject([{ quantity: -1 }]);
    }
  });

  test('has customers who buy like clockwork and others who do not', () => {
    const spreads = [...byCustomer.values()]
      .map((orders) =>
        orders.filter((order) => !order.document.orderId.endsWith('-R')).map((order) => order.atMs),
      )
      .filter((times) => times.length > 15)
      .map((times) => {
        const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] as number));
        const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
        return Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length) / mean;
      });
    expect(Math.min(...spreads)).toBeLessThan(0.45);
    expect(Math.max(...spreads)).toBeGreaterThan(0.9);
  });

  test('has more on Saturdays than on Mondays, and in winter more than in summer', () => {
    const ofWeekday = (day: number) =>
      history.filter((order) => new Date(order.atMs).getUTCDay() === day).length;
    expect(ofWeekday(6)).toBeGreaterThan(1.2 * ofWeekday(1));
    const twoYears = ordersUntil(options.startMs + 1_060 * dayMs);
    const between = (from: string, to: string) =>
      twoYears.filter((order) => order.atMs >= Date.parse(from) && order.atMs < Date.parse(to)).length;
    expect(between('2026-11-20', '2027-01-10')).toBeGreaterThan(between('2026-05-20', '2026-07-10'));
    expect(between('2026-11-20', '2027-01-10')).toBeGreaterThan(between('2027-05-20', '2027-07-10'));
  });
});

function groupByCustomer(orders: readonly SimulatedOrder[]): Map<string, SimulatedOrder[]> {
  const groups = new Map<string, SimulatedOrder[]>();
  for (const order of orders) {
    const group = groups.get(order.document.customerId);
    if (group) group.push(order);
    else groups.set(order.document.customerId, [order]);
  }
  return groups;
}
