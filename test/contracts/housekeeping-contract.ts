import { describe, expect, test, vi } from 'vitest';
import { type PopulationSnapshot, takeSnapshot } from '../../operators/population/population-snapshot.ts';
import { PopulationView } from '../../operators/population/population-view.ts';
import type { SegmentForecast } from '../../operators/population/segment-forecast.ts';
import { createRandom } from '../../pipeline/ingest/random.ts';
import { TableAccess } from '../../sinks/table-access.ts';
import { wholeQuarantine } from '../fixtures/whole-quarantine.ts';
import { consumptionModel, migration, noonMs, quarantined, segmentModel } from './records.ts';
import { allPages, dayMs, type StoreBench, tableOf } from './store-bench.ts';

export function describeHousekeeping(bench: StoreBench): void {
  describe('models', () => {
    test('a model comes back digit by digit, and none is active before an activation', async () => {
      await bench.stores.models.put('segments', segmentModel());
      await bench.stores.models.put('consumption', consumptionModel());
      expect(await bench.stores.models.get('segments', 'm-1')).toEqual(segmentModel());
      expect(await bench.stores.models.get('consumption', 'p-1')).toEqual(consumptionModel());
      expect(await bench.stores.models.get('segments', 'p-1')).toBeUndefined();
      expect(await bench.stores.models.active('segments')).toBeUndefined();
    });

    test('putting the same model again is a no-op, another content under its version throws', async () => {
      await bench.stores.models.put('segments', segmentModel());
      await bench.stores.models.put('segments', segmentModel());
      await expect(bench.stores.models.put('segments', segmentModel({ margin: 0.2 }))).rejects.toMatchObject({
        code: 'model-version-taken',
      });
      expect(await bench.stores.models.get('segments', 'm-1')).toEqual(segmentModel());
    });

    test('activation turns the pointer, also back, and the list shows which', async () => {
      await bench.stores.models.put('segments', segmentModel());
      await bench.stores.models.put('segments', segmentModel({ version: 'm-2', fittedAtMs: noonMs + 1 }));
      await bench.stores.models.activate('segments', 'm-2');
      await bench.stores.models.activate('segments', 'm-1');
      expect(await bench.stores.models.active('segments')).toEqual(segmentModel());
      expect(await bench.stores.models.list('segments')).toEqual([
        { version: 'm-1', fittedAtMs: noonMs, active: true, sampleSize: 100 },
        { version: 'm-2', fittedAtMs: noonMs + 1, active: false, sampleSize: 100 },
      ]);
      expect(await bench.stores.models.list('consumption')).toEqual([]);
    });

    test('a version that is not stored can not be activated', async () => {
      await bench.stores.models.put('segments', segmentModel());
      for (const version of ['m-9', 'active']) {
        await expect(bench.stores.models.activate('segments', version)).rejects.toMatchObject({
          code: 'unknown-model',
        });
      }
    });

    test('a model with a reserved version or with what is no number is refused', async () => {
      await expect(
        bench.stores.models.put('segments', segmentModel({ version: 'active' })),
      ).rejects.toMatchObject({ code: 'invalid-model-version' });
      await expect(
        bench.stores.models.put('segments', segmentModel({ margin: Number.NaN })),
      ).rejects.toMatchObject({ code: 'invalid-model' });
    });
  });

  describe('quarantine', () => {
    test('a record comes back with its raw bytes, also by its id, which is fit for a url', async () => {
      const { data, ...position } = quarantined();
      await bench.stores.quarantine.putMany([{ ...position, data }]);
      const [entry] = (await bench.stores.quarantine.list({ limit: 10 })).items;
      expect(entry).toEqual({
        ...position,
        id: entry?.id,
        bytes: 3,
        preview: expect.anything(),
        truncated: false,
        status: 'open',
        replayedAtMs: undefined,
      });
      expect([...(entry?.preview ?? [])]).toEqual([...data]);
      const id = entry?.id as string;
      expect(encodeURIComponent(id)).toBe(id);
      const whole = await bench.stores.quarantine.get(id);
      expect(whole).toEqual({ ...entry, data: expect.anything() });
      expect([...(whole?.data ?? [])]).toEqual([...data]);
    });

    test('a listing has the beginning of large records, and neither reads nor unpacks the rest', async () => {
      const text = new TextEncoder().encode('{"a":1}'.repeat(100_000));
      await bench.stores.quarantine.putMany([quarantined({ data: text })]);
      const table = tableOf(bench, 'quarantine');
      for await (const { arrivalDay, recordKey } of table.scanAll({})) {
        await table.update({
          Key: { arrivalDay, recordKey },
          UpdateExpression: 'SET #data = :data',
          ExpressionAttributeNames: { '#data': 'data' },
          ExpressionAttributeValues: { ':data': new TextEncoder().encode('no gzip') },
        });
      }
      const queries = vi.spyOn(TableAccess.prototype, 'query');
      const { items } = await bench.stores.quarantine.list({ limit: 10 });
      const read = (await Promise.all(queries.mock.results.map(({ value }) => value))).flatMap(
        (page) => page.items,
      );
      queries.mockRestore();
      expect(items).toMatchObject([{ bytes: text.length, truncated: false }]);
      expect(Buffer.compare(items[0]?.preview ?? text, text.subarray(0, 200))).toBe(0);
      expect(read.filter((item) => 'recordKey' in item)).toHaveLength(1);
      for (const item of read) expect(item).not.toHaveProperty('data');
      await expect(bench.stores.quarantine.get(items[0]?.id as string)).rejects.toThrow(/header/);
    });

    test('a large record is kept whole if it compresses, else its beginning, and it says so', async () => {
      const text = new Uint8Array(900_000).fill(0x61);
      let seed = 7;
      const noise = Uint8Array.from({ length: 500_000 }, () => {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        return seed >>> 24;
      });
      await bench.stores.quarantine.putMany([
        quarantined({ subSequence: 1, data: text }),
        quarantined({ subSequence: 2, data: noise }),
        quarantined({ subSequence: 3, data: noise.subarray(0, 200_000) }),
      ]);
      const entries = await wholeQuarantine(bench.stores.quarantine);
      expect(entries.map((entry) => [entry.subSequence, entry.data.length, entry.truncated])).toEqual([
        [1, 900_000, false],
        [2, 300_000, true],
        [3, 200_000, false],
      ]);
      for (const entry of entries) expect(entry.bytes).toBe(entry.data.length);
      expect(Buffer.compare(entries[1]?.data ?? text, noise.subarray(0, 300_000))).toBe(0);
    });

    test.each([
      ['back from the newest of each shard', false, [100, 10, 9]],
      ['along the shards where that is asked for', true, [9, 10, 100]],
    ])(
      'the list goes from the newest day back, within a day %s, over pages',
      async (_, alongShards, order) => {
        const records = [0, -1, -90].flatMap((day) =>
          order.map((sequence) =>
            quarantined({ arrivedAtMs: noonMs + day * dayMs, sequenceNumber: String(sequence) }),
          ),
        );
        await bench.stores.quarantine.putMany([...records].sort((a, b) => a.arrivedAtMs - b.arrivedAtMs));
        for (const pageSize of [1, 2, 4]) {
          const listed = await allPages(
            (page) => bench.stores.quarantine.list({ ...page, alongShards }),
            pageSize,
          );
          expect(listed.map((entry) => [entry.arrivedAtMs, entry.sequenceNumber])).toEqual(
            records.map((record) => [record.arrivedAtMs, record.sequenceNumber]),
          );
        }
      },
    );

    test('it is listed by reason and status, and counted by reason', async () => {
      const late = { reason: 'invalid-time', detail: 'No instant.' } as const;
      await bench.stores.quarantine.putMany([
        quarantined({ subSequence: 0 }),
        quarantined({ subSequence: 1, rejection: late }),
        quarantined({ subSequence: 2 }),
      ]);
      const [first] = (await bench.stores.quarantine.list({ limit: 1 })).items;
      await bench.stores.quarantine.markReplayed(first?.id as string, noonMs + 7);
      const subSequences = async (filter: { reason?: 'not-json'; status?: 'open' | 'replayed' }) =>
        (await allPages((page) => bench.stores.quarantine.list({ ...page, ...filter }), 1)).map(
          (entry) => entry.subSequence,
        );
      expect(await subSequences({ reason: 'not-json' })).toEqual([2, 0]);
      expect(await subSequences({ status: 'open' })).toEqual([1, 0]);
      expect(await subSequences({ reason: 'not-json', status: 'replayed' })).toEqual([2]);
      expect(await bench.stores.quarantine.countByReason()).toEqual({ 'not-json': 2, 'invalid-time': 1 });
    });

    test('is looked through in bounded calls: a filter that few pass gives empty pages that go on', async () => {
      const late = { reason: 'invalid-time', detail: 'in the year 9999' } as const;
      const days = Array.from({ length: 40 }, (_, day) =>
        quarantined({
          arrivedAtMs: noonMs + day * dayMs,
          sequenceNumber: String(day),
          ...(day === 3 ? { rejection: late } : {}),
        }),
      );
      await bench.stores.quarantine.putMany(days);
      const sizes: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await bench.stores.quarantine.list({ limit: 5, cursor, reason: 'invalid-time' });
        sizes.push(page.items.length);
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(sizes).toEqual([0, 0, 1]);
    });

    test('a record read again from the stream keeps its replayed mark', async () => {
      await bench.stores.quarantine.putMany([quarantined(), quarantined()]);
      const [entry] = (await bench.stores.quarantine.list({ limit: 10 })).items;
      await bench.stores.quarantine.markReplayed(entry?.id as string, noonMs + 7);
      await bench.stores.quarantine.putMany([quarantined()]);
      const { items } = await bench.stores.quarantine.list({ limit: 10 });
      expect(items.map((item) => [item.status, item.replayedAtMs])).toEqual([['replayed', noonMs + 7]]);
    });

    test('an unknown id, well formed or not, is no entry and can not be marked', async () => {
      for (const id of ['nonsense', '', `2026-11-22~shardId-000000000003~${'0'.repeat(56)}~000000`]) {
        expect(await bench.stores.quarantine.get(id)).toBeUndefined();
        await expect(bench.stores.quarantine.markReplayed(id, noonMs)).rejects.toMatchObject({
          code: 'unknown-quarantine-entry',
        });
      }
    });
  });

  describe('checkpoints', () => {
    test('nothing is there at first', async () => {
      expect(await bench.stores.checkpoints.shards()).toEqual([]);
      expect(await bench.stores.checkpoints.clock()).toBeUndefined();
      expect(await bench.stores.checkpoints.import('f')).toBeUndefined();
      expect(await bench.stores.checkpoints.imports()).toEqual([]);
      expect(await bench.stores.checkpoints.rollout()).toBeUndefined();
      expect(await bench.stores.checkpoints.candidate()).toBeUndefined();
      expect(await bench.stores.checkpoints.watermarks()).toEqual([]);
      expect(await bench.stores.checkpoints.census()).toBeUndefined();
    });

    test('a watermark only rises, whoever writes last, and each shard has its own', async () => {
      const { checkpoints } = bench.stores;
      const [one, two] = [
        { shardId: 's-1', watermarkMs: noonMs, lagMs: 7 },
        { shardId: 's-2', watermarkMs: noonMs - dayMs, lagMs: 0 },
      ];
      await checkpoints.raiseWatermark(two);
      await checkpoints.raiseWatermark({ ...one, watermarkMs: noonMs - 1 });
      await checkpoints.raiseWatermark(one);
      await checkpoints.raiseWatermark({ ...one, watermarkMs: noonMs - 2, lagMs: 9 });
      expect(await checkpoints.watermarks()).toEqual([one, two]);
      expect(await checkpoints.shards()).toEqual([]);
    });

    test('the census is the one taken last', async () => {
      const census = {
        takenAtMs: noonMs,
        customers: 3,
        eventsApplied: 9,
        segmentCounts: { Loyal: 2, unassigned: 1 },
        migrationsByCause: { event: 1, time: 0, model: 4 },
        quarantinedByReason: {},
      };
      await bench.stores.checkpoints.putCensus({ ...census, customers: 2 });
      await bench.stores.checkpoints.putCensus(census);
      expect(await bench.stores.checkpoints.census()).toEqual(census);
    });

    test('the population is the one counted last, however many items it takes', async () => {
      const { checkpoints } = bench.stores;
      expect(await checkpoints.population()).toBeUndefined();
      const random = createRandom(7, 1);
      // Figures that can't be deflated much, so that the larger one takes several items.
      const snapshotOf = (flows: number, asOfMs: number): PopulationSnapshot => ({
        ...takeSnapshot(new PopulationView(), asOfMs),
        flows: Array.from({ length: flows }, (_, day) => [day, 3, 1, Math.floor(random.uniform() * 1e15)]),
      });
      for (const snapshot of [snapshotOf(3, 1), snapshotOf(100_000, 2), snapshotOf(5, 3)]) {
        await checkpoints.putPopulation(snapshot);
        expect(await checkpoints.population()).toEqual(JSON.parse(JSON.stringify(snapshot)));
      }
    });

    test('forecasts are kept by their instants, oldest first; one made again takes its own place', async () => {
      const { checkpoints } = bench.stores;
      const forecast = (atMs: number, closedAtMs?: number): SegmentForecast => ({
        atMs,
        modelVersion: 'c-1',
        closedAtMs,
        segments: [],
      });
      await checkpoints.putForecast(forecast(noonMs));
      await checkpoints.putForecast(forecast(noonMs - dayMs));
      await checkpoints.putForecast(forecast(noonMs - dayMs, noonMs));
      const stored = (await checkpoints.forecasts()).map(({ atMs, closedAtMs }) => [atMs, closedAtMs]);
      expect(stored).toEqual([
        [noonMs - dayMs, noonMs],
        [noonMs, undefined],
      ]);
    });

    test('a shard goes forward only, by number and not by letters, and its end stays', async () => {
      const { checkpoints } = bench.stores;
      const at = (sequenceNumber: string, subSequence: number, ended = false) => ({
        shardId: 'shardId-000000000001',
        sequenceNumber,
        subSequence,
        watermarkMs: noonMs,
        events: 5,
        quarantined: 1,
        ended,
      });
      const stored = async () => (await checkpoints.shards())[0];
      await checkpoints.putShard(at('100', 2));
      for (const earlier of [at('99', 9), at('100', 1)]) {
        await checkpoints.putShard(earlier);
        expect(await stored()).toEqual(at('100', 2));
      }
      await checkpoints.putShard(at('100', 10, true));
      await checkpoints.putShard(at('100', 10, false));
      expect(await stored()).toEqual(at('100', 10, true));
      await checkpoints.putShard(at('101', 0, false));
      expect(await stored()).toEqual(at('101', 0, false));
    });

    test('each kind comes back as it was last put, and listings keep kinds apart', async () => {
      const shard = {
        shardId: 'shardId-000000000001',
        sequenceNumber: '9'.repeat(56),
        subSequence: 3,
        watermarkMs: undefined,
        events: 5,
        quarantined: 1,
        ended: false,
      };
      const clock = { sweptToMs: noonMs, inHand: ['a', 'b'] };
      const imported = { fingerprint: 'f', sent: 10, finished: false };
      const candidate = {
        baseVersion: 'segments-0001-a',
        atMs: noonMs,
        slices: 2,
        centroids: [[0.1, -1 / 3, 1e-7, 2]],
        weights: [123.456],
        population: {
          customers: 1_000.5,
          squaredSum: 812.25,
          far: 9,
          bins: { recencyDays: [1, 2], tenureDays: [3], orders365: [4, 5, 6], spend365: [] },
        },
      };
      const rollout = {
        modelVersion: 'm-2',
        cursor: undefined,
        finished: false,
        begunAtMs: noonMs,
        passedOnce: true,
      };
      await bench.stores.checkpoints.putShard(shard);
      await bench.stores.checkpoints.putShard({ ...shard, watermarkMs: noonMs, ended: true });
      await bench.stores.checkpoints.putClock({ ...clock, sweptToMs: 0 });
      await bench.stores.checkpoints.putClock(clock);
      await bench.stores.checkpoints.putImport(imported);
      await bench.stores.checkpoints.putRollout(rollout);
      await bench.stores.checkpoints.putCandidate({ ...candidate, slices: 1 });
      await bench.stores.checkpoints.putCandidate(candidate);
      await bench.stores.migrations.publish([migration()]);
      await bench.stores.quarantine.putMany([quarantined()]);
      expect(await bench.stores.checkpoints.shards()).toEqual([
        { ...shard, watermarkMs: noonMs, ended: true },
      ]);
      expect(await bench.stores.checkpoints.clock()).toEqual(clock);
      expect(await bench.stores.checkpoints.import('f')).toEqual(imported);
      expect(await bench.stores.checkpoints.imports()).toEqual([imported]);
      expect(await bench.stores.checkpoints.rollout()).toEqual(rollout);
      expect(await bench.stores.checkpoints.candidate()).toEqual(candidate);
    });
  });
}
