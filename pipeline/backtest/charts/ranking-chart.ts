import type { RankingScores, RankingScoresAtK } from '../../../operators/backtest/backtest-report.ts';
import { count, percent, rankerLabel } from '../report-figures.ts';
import { axis, chartSize, drawChart, fontFamily, modelColour, soft } from './draw-chart.ts';
import type { ReportChart } from './report-chart.ts';

/** Beyond the model and five others there are no colours left that can be told apart; further ones are in the table. */
const rivalColours = [
  'var(--rival-1)',
  'var(--rival-2)',
  'var(--rival-3)',
  'var(--rival-4)',
  'var(--rival-5)',
];

/**
 * Recall and NDCG at each length of the list, ranker beside ranker; undefined when nothing was ranked.
 * @param what in the plural, for titles: products, categories
 */
export function rankingChart(
  what: string,
  rankings: Readonly<Record<string, RankingScores>>,
): ReportChart | undefined {
  const rankers = rankersOf(rankings);
  const cutoffs = rankers[0]?.scores.all.map(({ k }) => k) ?? [];
  if (cutoffs.length === 0) return undefined;
  const drawn = [
    ...rankers.filter(({ isModel }) => isModel).map((ranker) => ({ ...ranker, colour: modelColour })),
    ...rankers
      .filter(({ isModel }) => !isModel)
      .flatMap((ranker, index) =>
        rivalColours.slice(index, index + 1).map((colour) => ({ ...ranker, colour })),
      ),
  ];
  const panels = [
    { name: 'Recall@k', of: (at: RankingScoresAtK) => at.recall },
    { name: 'NDCG@k', of: (at: RankingScoresAtK) => at.ndcg },
  ];
  const option = {
    grid: panels.map((_, panel) => ({ left: 48 + panel * 232, width: 172, top: 34, bottom: 48 })),
    xAxis: panels.map((_, gridIndex) => ({
      type: 'category',
      data: cutoffs.map(String),
      gridIndex,
      ...axis('k', { nameGap: 28 }),
    })),
    yAxis: panels.map(({ name }, gridIndex) => ({
      type: 'value',
      gridIndex,
      ...axis(
        name,
        {
          nameLocation: 'end',
          nameGap: 14,
          axisLabel: { formatter: (share: number) => Number(share.toFixed(2)) },
        },
        true,
      ),
      nameTextStyle: { color: soft, fontFamily, fontSize: 13, fontWeight: 600, align: 'center' },
    })),
    series: panels.flatMap(({ of }, panel) =>
      drawn.map(({ scores, colour }) => ({
        type: 'bar',
        silent: true,
        xAxisIndex: panel,
        yAxisIndex: panel,
        barGap: '10%',
        barCategoryGap: '28%',
        data: scores.all.map(of),
        itemStyle: { color: colour, borderRadius: [2, 2, 0, 0] },
      })),
    ),
  };
  const customers = rankers[0]?.scores.customers ?? 0;
  const title = `Ranking of ${what}`;
  return {
    id: `ranking-${what}`,
    title,
    caption: `How much of what ${count(customers)} customers bought stood among the first k of the list made at the cut (recall), and how high (NDCG). 1 is perfect.`,
    legend: drawn.map(({ name, colour }) => ({
      label: name,
      colour: colour ?? modelColour,
      mark: 'bar' as const,
    })),
    svg: drawChart(`ranking-${what}`, `${title}: recall and NDCG at k`, chartSize, option),
    table: {
      headers: ['Ranker', 'Against', 'k', 'Recall', 'NDCG', 'Customers with a hit'],
      rows: rankers.flatMap(({ name, scores }) => [
        ...tableRows(name, 'all', scores.all),
        ...tableRows(name, 'bought before', scores.repeat),
        ...tableRows(name, 'new to the customer', scores.new),
      ]),
    },
  };
}

function tableRows(ranker: string, against: string, scores: readonly RankingScoresAtK[]): string[][] {
  return scores.map(({ k, recall, ndcg, phr }) => [
    ranker,
    against,
    String(k),
    recall.toFixed(4),
    ndcg.toFixed(4),
    percent(phr),
  ]);
}

/** The model first, the others as they come. */
function rankersOf(rankings: Readonly<Record<string, RankingScores>>) {
  const rankers = Object.entries(rankings).map(([name, scores]) => {
    const isModel = name === 'model';
    return { name: rankerLabel(name), isModel, scores };
  });
  return [...rankers.filter(({ isModel }) => isModel), ...rankers.filter(({ isModel }) => !isModel)];
}
