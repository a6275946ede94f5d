import type { Command } from 'commander';
import { counted } from '../../operators/counted.ts';
import { backtestNextBasket, type NextBasketReport } from '../backtest/next-basket.ts';
import { count } from '../backtest/report-figures.ts';
import { createLog } from '../log.ts';
import { addSettings, settingsOf } from './options.ts';
import { printScore } from './print-backtest.ts';
import { printTable } from './print-table.ts';
import { stopSignal } from './stop-signal.ts';

interface NextBasketFlags {
  readonly history: string;
  readonly truth: string;
  readonly json?: boolean;
}

const progressEveryMs = 5_000;

const helpText =
  '\nBoth files have the columns of an order file; their times only order the baskets of a customer. The last basket of the' +
  '\ntruth is what is scored against. Model and baselines see the history alone. A star marks the best of a column.' +
  '\n\nExample:\n  tidemark backtest next-basket --history baskets.csv.gz --truth next.csv.gz';

export function nextBasketCommand(backtest: Command): void {
  const command = backtest
    .command('next-basket')
    .description(
      'Rank what each customer buys next from baskets in order, and score it against the true next basket.',
    )
    .requiredOption('--history <file>', 'the CSV file of the baskets known, plain or gzip')
    .requiredOption('--truth <file>', 'the CSV file of the next baskets, plain or gzip')
    .option('--json', 'print the report as one JSON object on stdout');
  addSettings(command, ['logLevel', 'logFormat'])
    .addHelpText('after', helpText)
    .action((flags: NextBasketFlags & Record<string, unknown>) => runNextBasket(flags));
}

async function runNextBasket(flags: NextBasketFlags & Record<string, unknown>): Promise<void> {
  const { settings } = settingsOf(flags);
  const format = settings.logFormat ?? (process.stderr.isTTY ? 'pretty' : 'json');
  const log = createLog({ level: settings.logLevel, format });
  let saidMs = Date.now();
  const report = await backtestNextBasket({
    historyPath: flags.history,
    truthPath: flags.truth,
    signal: stopSignal(log),
    onProgress: (done, of = done) => {
      const nowMs = Date.now();
      if (nowMs - saidMs < progressEveryMs) return;
      saidMs = nowMs;
      log.info({ done, of }, 'customers ranked');
    },
  });
  process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : `${printNextBasket(report)}\n`);
}

const shownK = [5, 10, 20];

/** The report as a person reads it. */
function printNextBasket({
  history,
  customersScored,
  customersNotFound,
  rankers,
  notes,
}: NextBasketReport): string {
  const unknown = customersNotFound > 0 ? `, ${count(customersNotFound)} of the truth have no history` : '';
  const lines = [
    `history    ${counted(history.customers, 'customer')}, ${counted(history.baskets, 'basket')}, ${counted(history.items, 'item')}`,
    `scored     ${counted(customersScored, 'customer')}${unknown}`,
    ...notes.map((note) => `note       ${note}`),
  ];
  for (const [part, title] of [
    ['all', 'all items'],
    ['repeat', 'bought before'],
    ['new', 'new to the customer'],
  ] as const) {
    const columns = (['recall', 'ndcg', 'phr'] as const).flatMap((key) => shownK.map((k) => ({ key, k })));
    const labels = { recall: 'Recall', ndcg: 'NDCG', phr: 'PHR' };
    const values = rankers.map(({ scores }) =>
      columns.map(({ key, k }) => scores[part].find((at) => at.k === k)?.[key]),
    );
    const best = columns.map((_, column) => Math.max(...values.map((row) => row[column] ?? 0)));
    const head = [title, ...columns.map(({ key, k }) => `${labels[key]}@${k}`), 'us/customer'];
    const body = rankers.map(({ name, microsPerCustomer }, row) => [
      name === 'model' ? 'Tidemark' : name,
      ...(values[row] ?? []).map((value, column) => printScore(value, best[column] ?? 0)),
      microsPerCustomer.toFixed(0),
    ]);
    lines.push('', ...printTable([head, ...body]));
  }
  return lines.join('\n');
}
