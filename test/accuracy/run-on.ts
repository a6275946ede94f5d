import type { BacktestReport } from '../../operators/backtest/backtest-report.ts';
import { parseCut } from '../../pipeline/backtest/cut-and-horizon.ts';
import { backtest } from '../../pipeline/backtest/run-backtest.ts';
import { decodeOptions } from '../../pipeline/decode-options.ts';
import { firstCurrency } from '../../pipeline/ingest/first-currency.ts';
import { readSettings } from '../../pipeline/settings.ts';

/** The backtest that `tidemark backtest` runs, with the settings it has when nothing is set. */
export async function runOn(path: string, cutText: string, horizonDays: number): Promise<BacktestReport> {
  const cut = parseCut(cutText);
  if (cut === undefined) throw new Error(`${cutText} is no cut`);
  const settings = readSettings({ currency: await firstCurrency(path) }, {});
  const { report } = await backtest({
    path,
    cut,
    horizonDays,
    decode: decodeOptions(settings),
    state: settings.state,
    nowMs: Date.now,
  });
  return report;
}
