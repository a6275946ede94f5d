import type { z } from '@hono/zod-openapi';
import { describe, expect, test } from 'vitest';
import type { SegmentsAnswer } from '../../api/schemas/segments.ts';
import { DependencyError } from '../../operators/errors.ts';
import { segmentNames } from '../../operators/segments/segment-model.ts';
import { activateModels, bodyOf, fixture, pipelineStatus, purchase, storeCustomer } from './api-fixture.ts';

const shard = {
  shardId: 'shardId-000000000000',
  sequenceNumber: '49',
  watermarkMs: Date.parse('2011-12-09T12:50:00Z'),
  lagMs: 120,
  events: 10,
  quarantined: 1,
};

describe('the status', () => {
  test('tells clock, watermark, lag, counts and model versions', async () => {
    const shards = [
      shard,
      { ...shard, shardId: 'shardId-000000000001', lagMs: 4_500, sequenceNumber: undefined },
    ];
    const api = fixture({
      status: async () => pipelineStatus({ shards, quarantinedByReason: { 'not-json': 2 }, duplicates: 4 }),
    });
    await activateModels(api.stores);
    const response = await api.get('/v1/status');
    expect(response.status).toBe(200);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(await bodyOf(response)).toMatchObject({
      clock: 'event',
      now: '2011-12-10T00:00:00.000Z',
      watermark: '2011-12-09T12:50:00.000Z',
      lagMs: 4_500,
      currency: 'GBP',
      customers: 1,
      eventsApplied: 3,
      duplicates: 4,
      segmentCounts: { Champions: 1, Hibernating: 0 },
      migrationsByCause: { event: 0, time: 2, model: 0 },
      quarantinedByReason: { 'not-json': 2 },
      models: { segments: { version: 'segments-1' }, consumption: { version: 'consumption-1' } },
      shards: [
        {
          shardId: 'shardId-000000000000',
          sequenceNumber: '49',
          watermark: '2011-12-09T12:50:00.000Z',
          lagMs: 120,
        },
        { shardId: 'shardId-000000000001', sequenceNumber: null },
      ],
    });
  });

  test('is nulls before the first event and the first model', async () => {
    const api = fixture({ status: async () => pipelineStatus({ watermarkMs: undefined }) });
    expect(await bodyOf(api.get('/v1/status'))).toMatchObject({
      watermark: null,
      lagMs: null,
      models: { segments: null, consumption: null },
    });
  });
});

describe('the segments', () => {
  test('are the active model in plain units, with sizes', async () => {
    const api = fixture();
    const model = await activateModels(api.stores);
    const { standing } = await storeCustomer(api.stores, [purchase()], model);
    const answer = await bodyOf<z.infer<typeof SegmentsAnswer>>(api.get('/v1/segments'));
    expect(answer).toMatchObject({
      version: 'segments-1',
      fittedAt: '2011-01-01T00:00:00.000Z',
      abstained: null,
    });
    expect(answer.segments.map(({ name }) => name)).toEqual(segmentNames);
    for (const [index, { name, meaning, size, centroid }] of answer.segments.entries()) {
      expect(meaning).toMatch(/^[A-Z][^.]+\.$/);
      expect(size).toBe(name === standing?.segment ? 1 : 0);
      const [recency = 0, tenure = 0, orders = 0, spend = 0] = model.centroids[index] ?? [];
      expect(centroid?.recencyDays).toBeCloseTo(Math.expm1(recency + 3), 2);
      expect(centroid?.tenureDays).toBeCloseTo(Math.expm1(tenure + 3), 2);
      expect(centroid?.orders365).toBeCloseTo(Math.expm1(orders + 3), 2);
      expect(centroid?.spend365).toBeCloseTo(Math.expm1(spend + 3), 2);
    }
  });

  test('are named and explained even before there is a model', async () => {
    const answer = await bodyOf<z.infer<typeof SegmentsAnswer>>(fixture().get('/v1/segments'));
    expect(answer).toMatchObject({
      version: null,
      fittedAt: null,
      abstained: 'No segment model is active yet.',
    });
    expect(answer.segments.every(({ centroid }) => centroid === null)).toBe(true);
  });
});

describe('what load balancers ask', () => {
  test('is alive even when nothing else works', async () => {
    const api = fixture({ ready: () => Promise.reject(new Error('down')) });
    expect(await bodyOf(api.get('/health'))).toEqual({ status: 'ok' });
  });

  test('is ready when the host says so, and 503 with the reasons until then', async () => {
    const ready = await fixture().get('/ready');
    expect([ready.status, await bodyOf(ready)]).toEqual([200, { ready: true, reasons: [] }]);
    const waiting = await fixture({ ready: async () => ({ ready: false, reasons: ['no tables'] }) }).get(
      '/ready',
    );
    expect([waiting.status, await bodyOf(waiting)]).toEqual([503, { ready: false, reasons: ['no tables'] }]);
  });

  test('is not ready when the check itself fails, without telling internals', async () => {
    const api = fixture({
      ready: () =>
        Promise.reject(new DependencyError('unreachable', '10.0.0.7 refused', { retryable: true })),
    });
    const response = await api.get('/ready');
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('10.0.0.7');
    expect(api.logs[0]?.fields.detail).toBe('10.0.0.7 refused');
  });

  test('is not ready any more once the host closes', async () => {
    const api = fixture();
    api.close();
    expect((await api.get('/ready')).status).toBe(503);
  });

  test('are the metrics, in the media type of their registry', async () => {
    const response = await fixture().get('/metrics');
    expect(response.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toBe('up 1\n');
  });
});
