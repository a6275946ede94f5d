import { readHeader } from './csv-header.ts';
import { readCsvLines } from './csv-lines.ts';

/** Lines looked at: a file that names no currency in these is taken to name none. */
const linesMax = 1_000;

/**
 * The currency of the first line of a file that names one; undefined when none does.
 * @throws ConfigurationError, TidemarkError of `readCsvLines` and `readHeader`.
 */
export async function firstCurrency(path: string): Promise<string | undefined> {
  let position: number | undefined;
  for await (const { fields, line } of readCsvLines(path)) {
    if (position === undefined) {
      position = readHeader(path, fields).positions.currency;
      if (position < 0) return undefined;
      continue;
    }
    const currency = fields[position]?.trim();
    if (currency) return currency;
    if (line > linesMax) return undefined;
  }
  return undefined;
}
