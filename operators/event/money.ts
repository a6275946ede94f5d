import { ConfigurationError } from '../errors.ts';

/** Micros of one currency unit: all money is held in integers of 1e-6 units, so that sums are exact and commute. */
export const microsPerUnit = 1_000_000;

/** Thousandths of one unit of quantity. */
export const milliPerUnit = 1_000;

/** Which currencies are understood, and what one unit of each is worth in the reporting currency. */
export interface CurrencyRates {
  /** ISO 4217 code that everything is reported in. */
  readonly reportingCurrency: string;
  /** Units of reporting currency for one unit of the other; the reporting currency itself is always 1. */
  readonly rates: Readonly<Record<string, number>>;
}

const currencyCode = /^[A-Z]{3}$/;

/**
 * Reads a rate table such as `EUR=0.86,USD=0.79`.
 * @throws ConfigurationError that lists every part that can't be read.
 */
export function parseCurrencyRates(reportingCurrency: string, table: string): CurrencyRates {
  const problems: string[] = [];
  if (!currencyCode.test(reportingCurrency)) {
    problems.push(
      `reporting currency "${reportingCurrency}" is not a three-letter ISO 4217 code such as GBP`,
    );
  }
  const rates: Record<string, number> = {};
  for (const part of table.split(',').map((text) => text.trim())) {
    if (part === '') continue;
    const [code = '', value = ''] = part.split('=').map((text) => text.trim());
    const rate = Number(value);
    if (!currencyCode.test(code) || value === '' || !(rate > 0) || !Number.isFinite(rate)) {
      problems.push(`currency rate "${part}" is not of the form EUR=0.86`);
    } else {
      rates[code] = rate;
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { reportingCurrency, rates };
}

/**
 * Value of `quantity` units at `unitPrice`, in micros of the reporting currency, exact to the micro.
 * Whole quantities at prices of up to six decimals are multiplied as integers; all else is rounded once, at the end.
 */
export function lineSpendMicros(quantity: number, unitPrice: number, rate: number): number {
  const price = unitPrice * rate * microsPerUnit;
  const priceMicros = Math.round(price);
  const exactPrice = Math.abs(price - priceMicros) < 1e-3;
  if (exactPrice && Number.isInteger(quantity)) return quantity * priceMicros;
  return Math.round(quantity * price);
}

/** Prints integer micros as a decimal number of currency units: 2550000 gives 2.55. */
export function unitsFromMicros(micros: number): number {
  return micros / microsPerUnit;
}
