import { expect, test } from 'vitest';
import { rankingChart } from '../../../../pipeline/backtest/charts/ranking-chart.ts';
import { ranking } from '../../../fixtures/backtest-report.ts';

test('the model comes first, every other ranker has a colour of its own', () => {
  const chart = rankingChart('products', { popularity: ranking(2), model: ranking(0), other: ranking(3) });
  expect(chart?.legend.map(({ label }) => label)).toEqual(['Tidemark', 'popularity', 'other']);
  const colours = chart?.legend.map(({ colour }) => colour) ?? [];
  expect(new Set(colours).size).toBe(3);
  for (const colour of colours) expect(chart?.svg).toContain(`fill="${colour}"`);
});

test('rankers beyond those that colours tell apart stand in the table alone', () => {
  const names = Array.from({ length: 8 }, (_, index) => `ranker ${index}`);
  const chart = rankingChart(
    'products',
    Object.fromEntries(names.map((name, place) => [name, ranking(place)])),
  );
  expect(chart?.legend).toHaveLength(5);
  expect(new Set(chart?.table.rows.map(([name]) => name)).size).toBe(8);
});

test('the table splits what was bought before from what was new', () => {
  const rows = rankingChart('products', { model: ranking(0) })?.table.rows ?? [];
  expect(rows.map(([, against, k]) => `${against} ${k}`)).toEqual(
    ['all', 'bought before', 'new to the customer'].flatMap((split) =>
      [5, 10, 20].map((k) => `${split} ${k}`),
    ),
  );
});

test('nothing is drawn where nothing was ranked', () => {
  expect(rankingChart('products', {})).toBeUndefined();
});
