import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from '@hono/zod-openapi';
import { figure } from '../../../api/present/amounts.ts';
import type { FlowsAnswer, PerformanceAnswer, SegmentsAnswer } from '../../../api/schemas/segments.ts';
import { microsPerUnit } from '../../../operators/event/money.ts';
import {
  firstDayOf,
  type PeriodUnit,
  periodOf,
  periodUnits,
} from '../../../operators/population/calendar.ts';
import type { PurchaseFact } from '../../../operators/population/population-facts.ts';
import { type SegmentKey, segmentKeys, unassigned } from '../../../operators/population/segment-index.ts';
import { msPerDay, utcDay } from '../../../operators/state/customer-state.ts';
import type { Stores } from '../../../sinks/stores.ts';
import type { Check, CheckContext } from '../check.ts';
import { type EndState, movesByCustomer, readEndState, withStores } from '../end-state.ts';
import { importArguments } from '../import-run.ts';
import { type FileOrder, type Oracle, openOracle } from '../oracle.ts';
import { getJson, type Product, startProduct } from '../product.ts';

type Segments = z.infer<typeof SegmentsAnswer>;
type Performance = z.infer<typeof PerformanceAnswer>;
type Flows = z.infer<typeof FlowsAnswer>;

const runMsMax = 30 * 60_000;
const sampleEveryMs = 150;

export const population: Check = {
  name: 'population',
  promise:
    'segments add up to the population at every moment of a run with a kill in it, and at its end sizes, revenue, retention and flows are what the file and the moves say',
  needsRetail: true,
  async run(context) {
    const { workspace, retail, report } = context;
    const oracle = await openOracle(retail);
    const totals = await oracle.totals();
    const folder = await workspace.fresh('population');
    const args = importArguments(retail).filter((flag) => !['--exit', '--json'].includes(flag));
    const sampled: Sampled = { samples: 0, live: 0, problems: [] };
    let product = startProduct(folder, args);
    await watch(product, sampled, Math.floor(totals.orders / 3), false);
    product.kill('SIGKILL');
    await product.ended;
    product = startProduct(folder, args);
    await watch(product, sampled, totals.orders, true);
    report.expectNone(
      `${sampled.samples} answers of /v1/segments and ${sampled.live} live events during the run add up`,
      sampled.problems,
    );
    report.expect('at least 100 answers were looked at', sampled.samples >= 100, sampled.samples);
    await compareEnd(await product.url(), folder, oracle, context);
    oracle.close();
    const ended = await product.stop();
    report.expect('SIGTERM ends the run with code 0', ended.code === 0, ended.code ?? ended.signal);
  },
};

interface Sampled {
  samples: number;
  live: number;
  problems: string[];
}

/** Looks at the segments again and again until so many events have been applied and, at the end, the clock has come to the last. */
async function watch(
  product: Product,
  sampled: Sampled,
  eventsMin: number,
  toTheEnd: boolean,
): Promise<void> {
  const url = await product.url();
  const ended = new AbortController();
  const listening = listen(url, sampled, ended.signal);
  for (const deadline = Date.now() + runMsMax; Date.now() < deadline; await sleep(sampleEveryMs)) {
    const answer = await getJson<Segments>(`${url}/v1/segments`);
    const sizes = answer.segments.reduce((sum, { size }) => sum + size, 0);
    sampled.samples += 1;
    if (sizes + answer.unassigned !== answer.customers) {
      sampled.problems.push(`${answer.asOf}: ${sizes} + ${answer.unassigned} of ${answer.customers}`);
    }
    const status = await getJson<{ eventsApplied: number; now: string; watermark: string | null }>(
      `${url}/v1/status`,
    );
    const isAtEnd = status.watermark !== null && status.now >= status.watermark;
    if (status.eventsApplied >= eventsMin && (isAtEnd || !toTheEnd)) break;
    if (product.hasEnded())
      throw new Error(`the product ended: ${(await product.ended).stderr.slice(-2_000)}`);
  }
  ended.abort();
  await listening;
}

/** Follows the live figures. */
async function listen(url: string, sampled: Sampled, signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch(`${url}/v1/live`, { signal });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('utf8');
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) {
        const data = /^data: (.*)$/m.exec(message)?.[1];
        if (data === undefined) continue;
        const live = JSON.parse(data) as {
          customers: number;
          unassigned: number;
          segments: Record<string, number>;
        };
        const sizes = Object.values(live.segments).reduce((sum, size) => sum + size, 0);
        sampled.live += 1;
        if (sizes + live.unassigned !== live.customers) sampled.problems.push(`live: ${data}`);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function compareEnd(
  url: string,
  folder: string,
  oracle: Oracle,
  { report }: CheckContext,
): Promise<void> {
  const end = await readEndState(folder);
  const facts = await withStores(folder, (stores) => readFacts(stores));
  const orders = await oracle.orders();
  const segments = await getJson<Segments>(`${url}/v1/segments`);
  report.expectNone('the sizes at the end are those of the table', sizeDifferences(segments, end));
  report.expectNone(
    'medians of purchase days and lifetime spend are those of the file',
    await medianDifferences(segments, end, oracle),
  );
  report.expectNone(
    `${facts.length} purchases stand under the segments that the moves say`,
    attributionDifferences(facts, orders, end),
  );
  for (const by of periodUnits) {
    const range = `by=${by}&from=2010-12-01&to=${new Date(Date.parse(segments.asOf) + 1).toISOString()}`;
    const answer = await getJson<Performance>(`${url}/v1/segments/performance?${range}`);
    report.expectNone(
      `${answer.periods.length} ${by}s: orders and revenue of each are those of the file`,
      revenueDifferences(answer, by, orders),
    );
    report.expectNone(
      `${by}s: orders, revenue, buyers and retention by segment are as counted one by one`,
      performanceDifferences(answer, by, facts),
    );
    report.expectNone(
      `${by}s: sizes at the end of each are where first events and moves lead`,
      sizeHistoryDifferences(answer, end),
    );
    if (by === 'month') reportForecasts(answer, end, orders, report);
  }
  const flows = await getJson<Flows>(`${url}/v1/segments/migrations?from=2010-12-01&to=2012-02-01`);
  report.expectNone(
    `${flows.flows.length} flows are the ${end.migrations.length} moves of the feed`,
    flowDifferences(flows, end),
  );
}

async function readFacts(stores: Stores): Promise<PurchaseFact[]> {
  const facts: PurchaseFact[] = [];
  let cursor: string | undefined;
  do {
    const page = await stores.purchases.scanFacts({ limit: 1_000, cursor });
    facts.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return facts;
}

function sizeDifferences({ segments, unassigned: none, customers }: Segments, end: EndState): string[] {
  const counts = new Map<string, number>();
  for (const { standing } of end.customers.values()) {
    const key = standing?.segment ?? unassigned;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const told = [...segments.map(({ name, size }) => [name, size] as const), [unassigned, none] as const];
  const differing = told.filter(([key, size]) => size !== (counts.get(key) ?? 0));
  const all = customers === end.customers.size ? [] : [`${customers} customers of ${end.customers.size}`];
  return [...all, ...differing.map(([key, size]) => `${key}: ${size} of ${counts.get(key)}`)];
}

async function medianDifferences(
  { segments, asOf }: Segments,
  end: EndState,
  oracle: Oracle,
): Promise<string[]> {
  const expected = await oracle.customersAsOf(Date.parse(asOf));
  return segments.flatMap(({ name, medians }) => {
    const members = [...end.customers.values()]
      .filter(({ standing }) => standing?.segment === name)
      .flatMap(({ customerId }) => expected.get(customerId) ?? [])
      .filter(({ firstPurchaseAtMs }) => firstPurchaseAtMs !== undefined);
    const days = median(members.map(({ purchaseDays }) => purchaseDays));
    const spend = median(members.map(({ spendMicros }) => spendMicros / microsPerUnit));
    if (medians?.purchaseDays === days && Math.abs((medians?.spend ?? 0) - (spend ?? 0)) < 0.0051) return [];
    return [`${name}: ${JSON.stringify(medians)}, expected ${days} days, ${spend}`];
  });
}

function median(values: number[]): number | undefined {
  return values.sort((a, b) => a - b)[(values.length - 1) >> 1];
}

/**
 * The segment before each order: none for a customer's first and before the first model, else where the moves before that
 * instant lead. Orders of one customer at one instant follow each other in an order the file does not tell: left out.
 */
function attributionDifferences(
  facts: readonly PurchaseFact[],
  orders: ReadonlyMap<string, readonly FileOrder[]>,
  end: EndState,
): string[] {
  const firstFitMs = Math.min(...end.segmentModels.map(({ fittedAtMs }) => fittedAtMs));
  const moves = movesByCustomer(end);
  const instants = new Map<string, number>();
  for (const { customerId, atMs } of facts) {
    const key = `${customerId} ${atMs}`;
    instants.set(key, (instants.get(key) ?? 0) + 1);
  }
  const problems: string[] = [];
  for (const { customerId, atMs, segment } of facts) {
    if ((instants.get(`${customerId} ${atMs}`) ?? 0) > 1) continue;
    const own = moves.get(customerId) ?? [];
    const first = own[0]?.from ?? end.customers.get(customerId)?.standing?.segment;
    const isFirst = Math.min(...(orders.get(customerId) ?? []).map((order) => order.atMs)) === atMs;
    const before = own.filter((move) => move.atMs < atMs).at(-1)?.to ?? first;
    const expected = isFirst || atMs <= firstFitMs ? undefined : before;
    if (segment !== expected) {
      problems.push(`${customerId} at ${new Date(atMs).toISOString()}: ${segment}, expected ${expected}`);
    }
  }
  return problems;
}

function revenueDifferences(
  { periods }: Performance,
  by: PeriodUnit,
  orders: ReadonlyMap<string, readonly FileOrder[]>,
): string[] {
  const sums = new Map<number, { orders: number; micros: number }>();
  for (const order of [...orders.values()].flat()) {
    const period = periodOf(utcDay(order.atMs), by);
    const sum = sums.get(period) ?? { orders: 0, micros: 0 };
    sums.set(period, {
      orders: sum.orders + (order.boughtMilli > 0 ? 1 : 0),
      micros: sum.micros + order.spendMicros,
    });
  }
  const problems = periods.flatMap(({ start, segments }) => {
    const told = Object.values(segments);
    const count = told.reduce((sum, figures) => sum + figures.orders, 0);
    const micros = told.reduce((sum, figures) => sum + Math.round(figures.revenue * microsPerUnit), 0);
    const period = periodOf(utcDay(Date.parse(start)), by);
    const expected = sums.get(period);
    sums.delete(period);
    if (count === (expected?.orders ?? 0) && micros === (expected?.micros ?? 0)) return [];
    return [`${start}: ${count} orders, ${micros} micros, expected ${JSON.stringify(expected)}`];
  });
  return [...problems, ...[...sums].map(([period]) => `period ${period} is missing`)];
}

function performanceDifferences(
  { periods, asOf }: Performance,
  by: PeriodUnit,
  facts: readonly PurchaseFact[],
): string[] {
  const buyersOf = new Map<number, Map<string, Set<SegmentKey>>>();
  const sums = new Map<string, { orders: number; micros: number }>();
  for (const { customerId, atMs, segment, spendMicros, boughtMilli } of facts) {
    const period = periodOf(utcDay(atMs), by);
    const key = `${period} ${segment ?? unassigned}`;
    const sum = sums.get(key) ?? { orders: 0, micros: 0 };
    sums.set(key, { orders: sum.orders + (boughtMilli > 0 ? 1 : 0), micros: sum.micros + spendMicros });
    if (boughtMilli === 0) continue;
    const buyers = buyersOf.get(period) ?? new Map<string, Set<SegmentKey>>();
    buyersOf.set(period, buyers);
    buyers.set(customerId, (buyers.get(customerId) ?? new Set()).add(segment ?? unassigned));
  }
  return periods.flatMap(({ start, segments }) => {
    const period = periodOf(utcDay(Date.parse(start)), by);
    const isNextOver = firstDayOf(period + 2, by) * msPerDay <= Date.parse(asOf);
    return segmentKeys.flatMap((key) => {
      const told = segments[key];
      const sum = sums.get(`${period} ${key}`);
      const buyers = [...(buyersOf.get(period) ?? [])].filter(([, under]) => under.has(key));
      const again = buyers.filter(([customerId]) => buyersOf.get(period + 1)?.has(customerId));
      const retained = isNextOver && buyers.length > 0 ? figure(again.length / buyers.length) : null;
      const expected = [sum?.orders ?? 0, sum?.micros ?? 0, buyers.length, retained];
      const found = [
        told?.orders,
        Math.round((told?.revenue ?? 0) * microsPerUnit),
        told?.buyers,
        told?.retained,
      ];
      return JSON.stringify(found) === JSON.stringify(expected)
        ? []
        : [`${start} ${key}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`];
    });
  });
}

/** Where a customer stood before an instant, by first event, first model and moves. */
function standingBefore(customerId: string, beforeMs: number, end: EndState, firstFitMs: number) {
  const record = end.customers.get(customerId);
  const firstEventAtMs = record?.state.lifetime.firstEventAtMs ?? Number.NaN;
  if (!(firstEventAtMs < beforeMs)) return undefined;
  if (Math.max(firstEventAtMs, firstFitMs) >= beforeMs) return unassigned;
  const own = movesOf(end).get(customerId) ?? [];
  const first = own[0]?.from ?? record?.standing?.segment;
  return own.filter(({ atMs }) => atMs < beforeMs).at(-1)?.to ?? first;
}

const movesCache = new WeakMap<EndState, ReturnType<typeof movesByCustomer>>();

function movesOf(end: EndState) {
  const known = movesCache.get(end) ?? movesByCustomer(end);
  movesCache.set(end, known);
  return known;
}

function sizeHistoryDifferences({ periods }: Performance, end: EndState): string[] {
  const firstFitMs = Math.min(...end.segmentModels.map(({ fittedAtMs }) => fittedAtMs));
  return periods.flatMap(({ start, end: until, segments }) => {
    const counts = new Map<string, number>();
    for (const customerId of end.customers.keys()) {
      const key = standingBefore(customerId, Date.parse(until), end, firstFitMs);
      if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return segmentKeys
      .filter((key) => segments[key]?.customers !== (counts.get(key) ?? 0))
      .map((key) => `${start} ${key}: ${segments[key]?.customers}, expected ${counts.get(key) ?? 0}`);
  });
}

/** Members and what they did, by the moves and the file; what was expected is noted beside it. */
function reportForecasts(
  { forecasts }: Performance,
  end: EndState,
  orders: ReadonlyMap<string, readonly FileOrder[]>,
  report: CheckContext['report'],
): void {
  const firstFitMs = Math.min(...end.segmentModels.map(({ fittedAtMs }) => fittedAtMs));
  const problems: string[] = [];
  for (const { at, horizonDays, closedAt, segments } of forecasts) {
    const atMs = Date.parse(at);
    const untilMs = atMs + horizonDays * msPerDay;
    const sums = new Map<string, [customers: number, purchases: number, micros: number]>();
    for (const customerId of end.customers.keys()) {
      const key = standingBefore(customerId, atMs + 1, end, firstFitMs);
      if (key === undefined) continue;
      const own = (orders.get(customerId) ?? []).filter(
        (order) => order.atMs > atMs && order.atMs <= untilMs,
      );
      const days = new Set(
        own.filter(({ boughtMilli }) => boughtMilli > 0).map((order) => utcDay(order.atMs)),
      );
      const spent = own.reduce((sum, { spendMicros }) => sum + spendMicros, 0);
      const [customers, purchases, micros] = sums.get(key) ?? [0, 0, 0];
      sums.set(key, [customers + 1, purchases + days.size, micros + spent]);
    }
    for (const key of segmentKeys) {
      const told = segments[key];
      const [customers, purchases, micros] = sums.get(key) ?? [0, 0, 0];
      const expected = closedAt === null ? [customers, null, null] : [customers, purchases, micros];
      const spent = told?.actualSpend;
      const found = [
        told?.customers,
        told?.actualPurchases,
        spent === null || spent === undefined ? null : Math.round(spent * microsPerUnit),
      ];
      if (JSON.stringify(found) !== JSON.stringify(expected)) {
        problems.push(`${at} ${key}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
      }
    }
    if (closedAt === null) continue;
    const total = (pick: (figures: (typeof segments)[string]) => number | null) =>
      Object.values(segments).reduce((sum, figures) => sum + (pick(figures) ?? 0), 0);
    report.note(
      `forecast of ${at.slice(0, 10)}: ${total((f) => f.expectedPurchases).toFixed(0)} purchase days expected, ` +
        `${total((f) => f.actualPurchases)} came; spend ${total((f) => f.expectedSpend).toFixed(0)}, ` +
        `${total((f) => f.actualSpend).toFixed(0)} came`,
    );
  }
  report.expectNone(
    `${forecasts.length} forecasts: members and what they did are those of the file`,
    problems,
  );
  report.expect('at least five forecasts are closed', forecasts.filter((f) => f.closedAt).length >= 5);
}

function flowDifferences({ flows, valueAtRisk }: Flows, end: EndState): string[] {
  const sums = new Map<string, [count: number, micros: number]>();
  let worse = 0;
  for (const { from, to, cause, spend365Micros } of end.migrations) {
    const key = `${from} -> ${to} by ${cause}`;
    const [count, micros] = sums.get(key) ?? [0, 0];
    sums.set(key, [count + 1, micros + spend365Micros]);
    if (segmentKeys.indexOf(to) > segmentKeys.indexOf(from)) worse += spend365Micros;
  }
  const problems = flows.flatMap(({ from, to, cause, count, value }) => {
    const key = `${from} -> ${to} by ${cause}`;
    const expected = sums.get(key);
    sums.delete(key);
    return count === expected?.[0] && Math.round(value * microsPerUnit) === expected[1]
      ? []
      : [`${key}: ${count}, ${value}, expected ${JSON.stringify(expected)}`];
  });
  if (Math.round(valueAtRisk * microsPerUnit) !== worse)
    problems.push(`value at risk ${valueAtRisk}: ${worse}`);
  return [...problems, ...[...sums].map(([key]) => `${key} is missing`)];
}
