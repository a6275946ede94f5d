const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** What stands where there is no figure. */
export const none = '–';

/** 12,345 */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? none : whole.format(value);
}

/** 12.3; whole from 100 on. */
export function decimal(value: number | null | undefined): string {
  if (value === null || value === undefined) return none;
  return Math.abs(value) >= 100 ? whole.format(value) : tenth.format(value);
}

/** 1.23K: for axes and narrow places. */
export function short(value: number): string {
  return compact.format(value);
}

/** The sign of per cent, which no line parts from its figure. */
const unit = '\u00a0%';

/** A share 0..1 as 12.3 %; whole from 10 % on. Shares just short of everything or nothing don't round to it. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined) return none;
  if (share > 0 && share < 0.001) return `< 0.1${unit}`;
  if (share < 1 && share >= 0.995) return `> 99${unit}`;
  const value = share * 100;
  return `${Math.abs(value) >= 10 ? whole.format(value) : tenth.format(value)}${unit}`;
}

/** With its sign: +12, −3, 0. */
export function signed(value: number): string {
  if (value === 0) return '0';
  return `${value > 0 ? '+' : '−'}${whole.format(Math.abs(value))}`;
}

const formats = new Map<string, Intl.NumberFormat>();

/** A true minus that no line ends after. */
const minus = '−\u2060';

/** £1,234; with pence below 10. The figure alone while the currency is not known yet. */
export function money(value: number | null | undefined, currency: string): string {
  if (value === null || value === undefined) return none;
  if (currency === '') return count(value);
  const digits = Math.abs(value) < 9.995 && value !== 0 ? 2 : 0;
  return moneyFormat(currency, digits).format(value).replace('-', minus);
}

/** £12.75: what one piece costs, always with pence. */
export function price(value: number, currency: string): string {
  return moneyFormat(currency, 2).format(value).replace('-', minus);
}

/** £1.23K: for axes and narrow places. */
export function shortMoney(value: number, currency: string): string {
  const isFraction = Math.abs(value) < 1_000 && !Number.isInteger(value);
  return moneyFormat(currency, isFraction ? 2 : 'compact')
    .format(value)
    .replace('-', '−');
}

function moneyFormat(currency: string, digits: 0 | 2 | 'compact'): Intl.NumberFormat {
  const code = /^[A-Z]{3}$/.test(currency) ? currency : 'XXX';
  const key = `${code} ${digits}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const style = { style: 'currency', currency: code, currencyDisplay: 'narrowSymbol' } as const;
  const made = new Intl.NumberFormat(
    'en',
    digits === 'compact'
      ? { ...style, notation: 'compact', maximumSignificantDigits: 3 }
      : { ...style, minimumFractionDigits: digits, maximumFractionDigits: digits },
  );
  formats.set(key, made);
  return made;
}

/** A length of time in the unit that suits it: 250 ms, 2.4 s, 3 min, 5 h, 12 days. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return none;
  if (ms < 1) return '0 s';
  if (ms < 1_000) return `${whole.format(ms)} ms`;
  if (ms < 60_000) return `${tenth.format(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${whole.format(ms / 60_000)} min`;
  if (ms < 2 * 86_400_000) return `${tenth.format(ms / 3_600_000)} h`;
  return `${whole.format(ms / 86_400_000)} days`;
}

/** 41 days; below ten with a decimal. */
export function days(value: number | null | undefined): string {
  if (value === null || value === undefined) return none;
  const text = Math.abs(value) < 10 ? tenth.format(value) : whole.format(value);
  return `${text} ${text === '1' ? 'day' : 'days'}`;
}

/** 1 customer, 2 customers. */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${whole.format(value)} ${value === 1 ? singular : plural}`;
}
