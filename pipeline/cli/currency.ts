import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigurationError } from '../../operators/errors.ts';
import { parseCurrencyRates } from '../../operators/event/money.ts';
import { firstCurrency } from '../ingest/first-currency.ts';
import type { GivenSettings, Settings } from '../settings.ts';

const rememberedSchema = z.object({ reportingCurrency: z.string() });

/**
 * Decides what money is reported in: what was asked for, else what the data folder holds already, else the currency of
 * the file's first line. The folder remembers it, because sums in two currencies can't be told apart later.
 * @throws ConfigurationError when the folder holds another currency than the one asked for.
 */
export async function settleCurrency(
  settings: Settings,
  given: GivenSettings,
  input: string | undefined,
): Promise<Settings> {
  if (settings.stack !== 'embedded') return settings;
  const path = join(settings.data, 'currency.json');
  const remembered = await readRemembered(path);
  const asked = (given.currency as string | undefined) ?? process.env.TIDEMARK_CURRENCY;
  if (asked !== undefined && remembered !== undefined && asked !== remembered) {
    throw new ConfigurationError([
      `the data in ${settings.data} is in ${remembered}, not ${asked}; leave --currency out, or choose another folder with --data`,
    ]);
  }
  const reportingCurrency =
    remembered ??
    asked ??
    (input === undefined ? undefined : await firstCurrency(input)) ??
    settings.currency;
  if (remembered === undefined) {
    await mkdir(settings.data, { recursive: true });
    await writeFile(path, `${JSON.stringify({ reportingCurrency })}\n`);
  }
  return { ...settings, currencies: parseCurrencyRates(reportingCurrency, settings.rates) };
}

async function readRemembered(path: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return rememberedSchema.parse(JSON.parse(text)).reportingCurrency;
  } catch (error) {
    throw new ConfigurationError(
      [`${path} can't be read; it should hold {"reportingCurrency":"GBP"} or the like`],
      {
        cause: error,
      },
    );
  }
}
