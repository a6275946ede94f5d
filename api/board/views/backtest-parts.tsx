import { useState } from 'preact/hooks';
import type { Backtest, PurchaseScores, Verdict } from '../data/model-answers.ts';
import { day } from '../format/dates.ts';
import { count, days, percent } from '../format/numbers.ts';
import { predictorName, score } from '../format/scores.ts';
import { Card } from '../parts/card.tsx';
import { ChoiceSwitch } from '../parts/choice-switch.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Figure, Figures } from '../parts/figure.tsx';
import { Empty } from '../parts/states.tsx';
import { CalibrationCard } from './calibration-card.tsx';
import { TrackingCard } from './tracking-card.tsx';

/** The last backtests: what was foreseen at a date, scored beside simple rules against what came. */
export function BacktestParts({ backtests }: { readonly backtests: readonly Backtest[] }) {
  const [chosen, setChosen] = useState('');
  const backtest = backtests.find(({ id }) => id === chosen) ?? backtests[0];
  if (backtest === undefined) {
    return (
      <Card title="Backtest">
        <Empty title="No backtest is stored yet">
          Run <code>npx tidemark backtest --input orders.csv.gz --cut DATE --horizon 90d --data FOLDER</code>:
          history up to the date is fitted, what followed is foreseen and scored.
        </Empty>
      </Card>
    );
  }
  const choices = backtests.map(({ id, cut, horizonDays }) => ({
    value: id,
    name: `${day(cut)} + ${horizonDays} d`,
  }));
  return (
    <>
      <Card
        title="Backtest"
        note={`${backtest.input}: fitted to what came before ${day(backtest.cut)}, scored on the ${backtest.horizonDays} days after. ${count(backtest.customers)} customers, ${count(backtest.buyers)} of them bought. It judges the method, with a model of its own from before that day: ${backtest.model.purchases}.`}
        actions={
          choices.length > 1 && (
            <ChoiceSwitch label="Backtest" choices={choices} value={backtest.id} onChange={setChosen} />
          )
        }
        flush
      >
        {backtest.model.notFitted !== null && (
          <p class="notice" data-kind="warn">
            {backtest.model.notFitted}
          </p>
        )}
        <Scores backtest={backtest} />
      </Card>
      <div class="grid even">
        <CalibrationCard backtest={backtest} />
        <TrackingCard backtest={backtest} />
        <Verdicts title="Purchases: better than every simple rule?" verdicts={backtest.verdicts.purchases} />
        <NextOrder backtest={backtest} />
      </div>
    </>
  );
}

function Scores({ backtest }: { readonly backtest: Backtest }) {
  const spend = new Map(backtest.spend?.map((row) => [row.predictor, row]));
  const leastSpend = Math.min(
    ...[...spend.values()].map(
      ({ rootMeanSquaredError }) => rootMeanSquaredError ?? Number.POSITIVE_INFINITY,
    ),
  );
  const best = (of: (row: PurchaseScores) => number | null, most = false) => {
    const values = backtest.purchases.map(of).filter((value) => value !== null);
    return most ? Math.max(...values) : Math.min(...values);
  };
  const column = (head: string, of: (row: PurchaseScores) => number | null, most = false) => ({
    head,
    number: true,
    cell: (row: PurchaseScores) => (
      <span class={of(row) === best(of, most) ? 'strong good' : ''}>{score(of(row))}</span>
    ),
  });
  return (
    <DataTable<PurchaseScores>
      caption="Scores of the model and of simple rules; the best of each column is green"
      rows={backtest.purchases}
      keyOf={({ predictor }) => predictor}
      columns={[
        { head: 'Predictor', names: true, cell: ({ predictor }) => predictorName(predictor) },
        column('RMSE, purchase days', ({ rootMeanSquaredError }) => rootMeanSquaredError),
        column('Mean error', ({ meanAbsoluteError }) => meanAbsoluteError),
        column('Brier', ({ brier }) => brier),
        column('Calibration error', ({ expectedCalibrationError }) => expectedCalibrationError),
        column('AUC', ({ areaUnderCurve }) => areaUnderCurve, true),
        {
          head: `RMSE of spend, ${backtest.currency}`,
          number: true,
          cell: ({ predictor }) => {
            const error = spend.get(predictor)?.rootMeanSquaredError;
            return <span class={error === leastSpend ? 'strong good' : ''}>{score(error)}</span>;
          },
        },
      ]}
    />
  );
}

const standings = {
  best: { words: 'best', kind: 'good' },
  shared: { words: 'as good', kind: 'accent' },
  behind: { words: 'behind', kind: 'warn' },
  none: { words: 'no score', kind: undefined },
} as const;

function Verdicts({ title, verdicts }: { readonly title: string; readonly verdicts: readonly Verdict[] }) {
  return (
    <Card class="half" title={title} note="Beside the best of the simple rules, measure by measure." flush>
      <DataTable<Verdict>
        caption={title}
        rows={verdicts}
        keyOf={({ measure }) => measure}
        columns={[
          { head: 'Measure', names: true, cell: ({ measure }) => measure },
          { head: 'Tidemark', number: true, cell: ({ model }) => score(model) },
          { head: 'Best rule', number: true, cell: ({ rival }) => score(rival?.value) },
          { head: 'Which', cell: ({ rival }) => (rival === null ? '–' : predictorName(rival.predictor)) },
          {
            head: 'Verdict',
            cell: ({ standing }) => (
              <span class="tag" data-kind={standings[standing].kind}>
                {standings[standing].words}
              </span>
            ),
          },
        ]}
      />
    </Card>
  );
}

function NextOrder({ backtest: { nextOrder, products } }: { readonly backtest: Backtest }) {
  const model = products?.find(({ ranker }) => ranker === 'model');
  const at10 = model?.all.find(({ k }) => k === 10) ?? model?.all.at(-1);
  return (
    <Card
      class="half"
      title="Next order and products"
      note="Dates named for the next order, and the products foreseen in it."
    >
      <Figures plain>
        <Figure
          label="Dates named"
          value={count(nextOrder.dated)}
          note={`of ${count(nextOrder.customers)} customers`}
        />
        <Figure
          label="Off by, median"
          value={days(nextOrder.medianAbsoluteErrorDays)}
          note={`mean gap so far: ${days(nextOrder.baselineMedianAbsoluteErrorDays)}`}
        />
        <Figure
          label="80 % intervals that held"
          value={percent(nextOrder.intervalCoverage)}
          note={`median width ${days(nextOrder.intervalWidthDaysMedian)}`}
        />
        {at10 !== undefined && (
          <Figure
            label={`Products found in the first ${at10.k}`}
            value={percent(at10.recall)}
            note={`${percent(at10.phr)} of customers with at least one`}
          />
        )}
      </Figures>
    </Card>
  );
}
