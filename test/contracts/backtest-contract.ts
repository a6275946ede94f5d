import { describe, expect, test } from 'vitest';
import { backtestsKept } from '../../sinks/stores.ts';
import { backtestReport } from '../fixtures/backtest-report.ts';
import { noonMs } from './records.ts';
import { dayMs, type StoreBench, tableOf } from './store-bench.ts';

export function describeBacktests(bench: StoreBench): void {
  describe('backtests', () => {
    const models = () => bench.stores.models;
    const inputs = async (limit?: number) =>
      (await models().backtests(limit)).map(({ report: { input } }) => input);
    const put = (input: string, day: number) =>
      models().putBacktest(backtestReport({ input }), noonMs + day * dayMs);

    test('a report comes back digit by digit, with the instant it was stored at', async () => {
      expect(await models().backtests()).toEqual([]);
      await models().putBacktest(backtestReport(), noonMs);
      const [kept, ...others] = await models().backtests();
      expect(kept).toEqual({ id: expect.any(String), storedAtMs: noonMs, report: backtestReport() });
      expect(others).toEqual([]);
    });

    test('they come newest first, however they were stored, and as many as asked for', async () => {
      for (const day of [2, 0, 1]) await put(`file-${day}`, day);
      expect(await inputs()).toEqual(['file-2', 'file-1', 'file-0']);
      expect(await inputs(2)).toEqual(['file-2', 'file-1']);
    });

    test('the same report at the same instant is kept once; at another, or another report, by itself', async () => {
      await put('a', 0);
      await put('a', 0);
      expect(await inputs()).toEqual(['a']);
      await put('a', 1);
      await put('b', 1);
      expect((await inputs()).toSorted()).toEqual(['a', 'a', 'b']);
    });

    test('as many as are kept find room; one more takes the place of the oldest, and an older one none', async () => {
      for (let day = 1; day <= backtestsKept; day += 1) await put(`file-${day}`, day);
      expect(await inputs()).toHaveLength(backtestsKept);
      await put('too-old', 0);
      expect(await inputs()).not.toContain('too-old');
      await put('newest', backtestsKept + 1);
      const kept = await inputs();
      expect(kept).toHaveLength(backtestsKept);
      expect(kept[0]).toBe('newest');
      expect(kept).toContain('file-2');
      expect(kept).not.toContain('file-1');
    });

    test('of several stored at once none is lost', async () => {
      const names = ['a', 'b', 'c', 'd'];
      await Promise.all(names.map((name) => put(name, 0)));
      expect((await inputs()).toSorted()).toEqual(names);
    });

    test('they are no models: neither listed as such nor in the way of any', async () => {
      await put('a', 0);
      expect(await models().list('segments')).toEqual([]);
      expect(await models().list('consumption')).toEqual([]);
      const items = (await tableOf(bench, 'models').scan({})).items;
      expect(items.map(({ kind }) => kind)).toEqual(['backtest']);
    });

    test('what is no finite number, or no number of reports to read, is refused', async () => {
      const { plots } = backtestReport();
      const broken = backtestReport({
        plots: { ...plots, tracking: [{ day: 0, predicted: Number.NaN, actual: 0 }] },
      });
      await expect(models().putBacktest(broken, noonMs)).rejects.toMatchObject({ code: 'invalid-backtest' });
      expect(await models().backtests()).toEqual([]);
      for (const limit of [0, backtestsKept + 1, 1.5]) {
        await expect(models().backtests(limit)).rejects.toMatchObject({ code: 'invalid-limit' });
      }
    });

    test('a report that does not fit one item is refused, one of a year of days fits many times over', async () => {
      const { model } = backtestReport();
      let seed = 1;
      const noise = () => {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        return seed.toString(36);
      };
      const notes = (count: number) => Array.from({ length: count }, noise);
      await expect(
        models().putBacktest(backtestReport({ model: { ...model, notes: notes(120_000) } }), noonMs),
      ).rejects.toMatchObject({ code: 'backtest-too-large' });
      await models().putBacktest(backtestReport({ model: { ...model, notes: notes(20_000) } }), noonMs);
      expect(await models().backtests()).toHaveLength(1);
    });
  });
}
