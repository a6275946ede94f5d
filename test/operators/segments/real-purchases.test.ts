import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { nearestSegment } from '../../../operators/segments/assign-segment.ts';
import { fitSegments } from '../../../operators/segments/fit-segments.ts';
import { nextChangeAt } from '../../../operators/segments/next-change.ts';
import { segmentFeatures } from '../../../operators/segments/segment-features.ts';
import type {
  SegmentFeatureName,
  SegmentModel,
  SegmentName,
} from '../../../operators/segments/segment-model.ts';
import { transformFeatures } from '../../../operators/segments/transform.ts';
import type { OrderEntry } from '../../../operators/state/customer-state.ts';
import { historyOf } from './factories.ts';

const file = fileURLToPath(new URL('../../../../shared/data/online-retail.csv.gz', import.meta.url));
const asOfMs = Date.parse('2011-12-09T12:50:00Z');

/** Identified customers' orders; the lines of one invoice are one order at its first line's time. */
function readOrders(): Map<string, OrderEntry[]> {
  const orders = new Map<string, OrderEntry & { customerId: string }>();
  for (const line of gunzipSync(readFileSync(file)).toString().split('\n').slice(1)) {
    const [time = '', customerId = '', orderId = '', , , quantity, price] = line.split(',');
    if (customerId === '') continue;
    const key = `${customerId}|${orderId}`;
    const before = orders.get(key);
    const milli = Math.round(Number(quantity) * 1000);
    orders.set(key, {
      customerId,
      atMs: before?.atMs ?? Date.parse(time),
      hash: before?.hash ?? orders.size,
      spendMicros: (before?.spendMicros ?? 0) + Math.round(Number(quantity) * Number(price) * 1e6),
      boughtMilli: (before?.boughtMilli ?? 0) + Math.max(0, milli),
      returnedMilli: (before?.returnedMilli ?? 0) + Math.max(0, -milli),
    });
  }
  const byCustomer = new Map<string, OrderEntry[]>();
  for (const { customerId, ...entry } of orders.values()) {
    byCustomer.set(customerId, [...(byCustomer.get(customerId) ?? []), entry]);
  }
  return byCustomer;
}

/** Skipped where ../shared/data is absent: it holds the public purchase data this test reads. */
describe.skipIf(!existsSync(file))('segments of a real shop (needs ../shared/data)', () => {
  const histories = existsSync(file) ? [...readOrders().values()].map((orders) => historyOf(orders)) : [];
  const sample = histories.map((history) => segmentFeatures(history, asOfMs));

  function fitModel(previous?: SegmentModel): SegmentModel {
    const result = fitSegments(sample, {
      version: 'v1',
      fittedAtMs: asOfMs,
      seeds: [1, 2, 3, 4],
      margin: 0.1,
      previous,
    });
    if (!result.ok) throw new Error(result.reason.detail);
    return result.model;
  }

  test('deserve their names', () => {
    const model = fitModel();
    const names = sample.map((features) =>
      nearestSegment(transformFeatures(features, model.transforms), model),
    );
    const median = (name: SegmentName, feature: SegmentFeatureName) => {
      const values = sample.filter((_, index) => names[index] === name).map((features) => features[feature]);
      return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
    };
    const ranked = (feature: SegmentFeatureName) =>
      [...model.names].sort((a, b) => median(a, feature) - median(b, feature));
    for (const feature of ['orders365', 'spend365'] as const) {
      expect(ranked(feature).slice(-2)).toEqual(['Loyal', 'Champions']);
    }
    expect(ranked('recencyDays')[0]).toBe('Champions');
    expect(ranked('recencyDays').slice(-2)).toEqual(['At Risk', 'Hibernating']);
    expect(ranked('tenureDays').slice(0, 2)).toEqual(['New', 'Promising']);
    expect(median('New', 'tenureDays')).toBeLessThan(45);
    expect(median('At Risk', 'recencyDays')).toBeGreaterThan(150);
    expect(median('Hibernating', 'orders365')).toBe(0);
    expect(median('Needs Attention', 'recencyDays')).toBeGreaterThan(2 * median('Loyal', 'recencyDays'));
    expect(model.quality.silhouette).toBeGreaterThan(0.4);
    expect(model.quality.validation?.meanings.filter(({ holds }) => !holds)).toEqual([]);
    expect(sample).toHaveLength(4372);
  });

  test('change without a purchase for nearly everyone, sooner or later', () => {
    const model = fitModel();
    const ahead = histories.filter((history, index) => {
      const z = transformFeatures(sample[index] ?? segmentFeatures(history, asOfMs), model.transforms);
      return nextChangeAt(history, nearestSegment(z, model), model, asOfMs) !== undefined;
    });
    expect(ahead.length / histories.length).toBeGreaterThan(0.95);
  });

  test('keep their names in a refit', () => {
    const model = fitModel();
    const refit = fitModel(model);
    const drift = model.names.map((name, index) => {
      const [before = [], after = []] = [model.centroids[index], refit.centroids[refit.names.indexOf(name)]];
      return Math.hypot(...before.map((value, feature) => value - (after[feature] ?? Number.NaN)));
    });
    expect(Math.max(...drift)).toBeLessThan(0.05);
  });
});
