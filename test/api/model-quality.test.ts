import type { z } from '@hono/zod-openapi';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ModelQuality } from '../../api/schemas/models.ts';
import { segmentFeatureNames, segmentNames } from '../../operators/segments/segment-model.ts';
import { backtestReport } from '../fixtures/backtest-report.ts';
import {
  activateModels,
  bodyOf,
  consumptionModel,
  type Fixture,
  fixture,
  nowMs,
  segmentModel,
} from './api-fixture.ts';

let api: Fixture;

beforeEach(() => {
  api = fixture();
});

async function quality(id: string, query = ''): Promise<z.infer<typeof ModelQuality>> {
  const response = await api.get(`/v1/models/${encodeURIComponent(id)}/quality${query}`);
  expect(response.status, id).toBe(200);
  return bodyOf(response);
}

describe('the quality of a segment model', () => {
  test('shows sizes and tightness, and null for what an older version did not measure', async () => {
    await activateModels(api.stores);
    const found = await quality('segments-1');
    expect(found).toMatchObject({ id: 'segments-1', kind: 'segments', active: true, sampleSize: 800 });
    expect(found.consumption).toBeNull();
    expect(found.segments).toMatchObject({
      inertia: 1,
      silhouette: 0.4,
      inertiaRatio: null,
      adjustedRandIndex: null,
      margin: 0.1,
      drift: null,
    });
    expect(found.segments?.segments.map(({ name }) => name)).toEqual(segmentNames);
    expect(found.segments?.segments[0]).toEqual({
      name: 'Champions',
      size: 100,
      share: 0.125,
      medians: null,
      meaningHolds: null,
      unmet: [],
    });
  });

  test('shows how well it agrees with a batch fit, whether each name holds, and the medians', async () => {
    const medians = segmentNames.map((_, index) => {
      return { recencyDays: index + 0.123_456_789, tenureDays: 100, orders365: 8 - index, spend365: 10.5 };
    });
    const meanings = segmentNames.map((name, index) => {
      return { name, holds: index !== 2, unmet: index === 2 ? ['orders are few'] : [] };
    });
    const { quality: measured } = segmentModel();
    const validation = { inertiaRatio: 1.004, adjustedRandIndex: 0.97, medians, meanings };
    await api.stores.models.put('segments', segmentModel({ quality: { ...measured, validation } }));
    const { segments, active } = await quality('segments-1');
    expect(active).toBe(false);
    expect(segments).toMatchObject({ inertiaRatio: 1.004, adjustedRandIndex: 0.97 });
    expect(segments?.segments[2]).toMatchObject({
      medians: { recencyDays: 2.123_457, tenureDays: 100, orders365: 6, spend365: 10.5 },
      meaningHolds: false,
      unmet: ['orders are few'],
    });
    expect(segments?.segments.filter(({ meaningHolds }) => meaningHolds)).toHaveLength(7);
  });

  test('shows drift measured against this model, not against another', async () => {
    const { quality: measured } = segmentModel();
    const perFeature = <T>(value: T) =>
      Object.fromEntries(segmentFeatureNames.map((feature) => [feature, value])) as Record<
        (typeof segmentFeatureNames)[number],
        T
      >;
    const population = { edges: perFeature([1]), shares: perFeature([0.5, 0.5]), farSquared: 4 };
    await api.stores.models.put('segments', segmentModel({ quality: { ...measured, population } }));
    await api.stores.models.put('segments', segmentModel({ version: 'other' }));
    await api.stores.checkpoints.putCandidate({
      baseVersion: 'segments-1',
      atMs: nowMs,
      slices: 3,
      centroids: segmentModel().centroids,
      weights: segmentNames.map(() => 1),
      population: { customers: 1_000, squaredSum: 1_500, far: 20, bins: perFeature([500, 500]) },
    });
    expect((await quality('segments-1')).segments?.drift).toMatchObject({
      asOf: new Date(nowMs).toISOString(),
      customers: 1_000,
      inertiaRatio: 1.5,
      farShare: 0.02,
      alarm: expect.stringMatching(/1\.50 times/),
    });
    expect((await quality('other')).segments?.drift).toBeNull();
  });
});

describe('the quality of a consumption model', () => {
  test('shows the parameters with how they were found', async () => {
    await activateModels(api.stores);
    const found = await quality('consumption-1');
    expect(found).toMatchObject({ kind: 'consumption', active: true, segments: null, backtests: [] });
    expect(found.consumption).toMatchObject({
      bgNbd: {
        r: 0.243,
        alpha: 30.9,
        a: 0.793,
        b: 2.426,
        logLikelihood: -9582.4,
        method: 'maximum-likelihood',
      },
      gammaGamma: { p: 6.25, q: 3.74, v: 15.44, customers: 946 },
      regularity: { shape: 1.5, weightGaps: 4 },
      replenishment: { products: { alpha: 4 }, categories: { alpha: 4 } },
      purchasing: null,
    });
  });

  test('says what could not be fitted', async () => {
    await api.stores.models.put('consumption', consumptionModel({ gammaGamma: undefined }));
    expect((await quality('consumption-1')).consumption?.gammaGamma).toBeNull();
  });

  test('shows every candidate with its scores and why it was chosen or not', async () => {
    const candidates = [
      { name: 'blend', rmse: 1.52, brier: 0.149, auc: 0.79, chosen: true, reason: 'Least RMSE.' },
      { name: 'past-count', rmse: 1.84, brier: null, auc: 0.74, chosen: false, reason: 'A simple rule.' },
    ];
    const purchasing = { kind: 'blend', fading: undefined, calibration: undefined, candidates } as const;
    await api.stores.models.put('consumption', { ...consumptionModel(), purchasing });
    expect((await quality('consumption-1')).consumption?.purchasing).toEqual({ kind: 'blend', candidates });
  });
});

describe('the last backtests', () => {
  beforeEach(async () => {
    await activateModels(api.stores);
    for (let day = 1; day <= 5; day += 1) {
      await api.stores.models.putBacktest(backtestReport({ input: `file-${day}` }), nowMs + day);
    }
  });

  test('come newest first, three of them or as many as asked for, with a model of either kind', async () => {
    const inputs = async (id: string, query = '') =>
      (await quality(id, query)).backtests.map(({ input }) => input);
    expect(await inputs('consumption-1')).toEqual(['file-5', 'file-4', 'file-3']);
    expect(await inputs('segments-1', '?backtests=1')).toEqual(['file-5']);
    expect(await inputs('segments-1', '?backtests=20')).toHaveLength(5);
    expect(await inputs('segments-1', '?backtests=0')).toEqual([]);
  });

  test('show the model beside every baseline, and where it is not the best', async () => {
    const [last] = (await quality('consumption-1')).backtests;
    expect(last?.purchases.map(({ predictor }) => predictor)).toEqual([
      'model',
      'personal-rate',
      'past-count',
      'recency',
      'population-rate',
      'zero',
    ]);
    expect(last?.purchases[0]).toEqual({ predictor: 'model', ...backtestReport().purchases.model });
    expect(last?.verdicts.purchases.find(({ measure }) => measure === 'MAE')).toEqual({
      measure: 'MAE',
      standing: 'behind',
      model: 0.75,
      rival: { predictor: 'zero', value: 0.7 },
    });
    expect(last?.verdicts.spend?.every(({ standing }) => standing === 'best')).toBe(true);
    expect(last?.products?.[0]).toMatchObject({ ranker: 'model', customers: 1204 });
    expect(last?.categories).toBeNull();
    expect(last?.plots.calibration).toHaveLength(10);
    expect(last).toMatchObject({ cut: '2011-09-01T00:00:00.000Z', horizonDays: 90, buyers: 812 });
  });

  test.each(['backtests=21', 'backtests=-1', 'backtests=x', 'backtests='])('refuse %s', async (query) => {
    expect((await api.get(`/v1/models/segments-1/quality?${query}`)).status).toBe(400);
  });
});
