import { ConfigurationError } from '../../operators/errors.ts';

const requiredColumns = ['eventTime', 'customerId', 'orderId', 'productId', 'quantity'] as const;
const optionalColumns = ['category', 'unitPrice', 'currency'] as const;

type ColumnName = (typeof requiredColumns)[number] | (typeof optionalColumns)[number];

/** Where each column stands in a line; -1 for an optional column that the file does not have. */
export interface CsvHeader {
  readonly positions: Readonly<Record<ColumnName, number>>;
  /** Columns of every line, those we don't know included. */
  readonly columnCount: number;
}

/**
 * Reads the header: the order of the columns is free, case and further columns don't matter.
 * @throws ConfigurationError that names what is missing or doubled, and what was found.
 */
export function readHeader(path: string, names: readonly string[]): CsvHeader {
  const found = names.map((name) => name.trim().toLowerCase());
  const all = [...requiredColumns, ...optionalColumns];
  const missing = requiredColumns.filter((name) => !found.includes(name.toLowerCase()));
  const doubled = all.filter((name) => found.filter((each) => each === name.toLowerCase()).length > 1);
  const problems: string[] = [];
  if (missing.length > 0) {
    const separator =
      names.length === 1 && /[;\t|]/.test(names[0] ?? '') ? ' Fields are separated by commas.' : '';
    problems.push(
      `${path} has no column ${missing.join(', ')}; found: ${shorten(names.join(','))}.${separator}`,
    );
  }
  if (doubled.length > 0) problems.push(`${path} has the column ${doubled.join(', ')} more than once.`);
  if (problems.length > 0) throw new ConfigurationError(problems, { context: { path } });
  const positions = Object.fromEntries(all.map((name) => [name, found.indexOf(name.toLowerCase())]));
  return { positions: positions as Record<ColumnName, number>, columnCount: names.length };
}

function shorten(text: string): string {
  const printable = text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');
  return printable.length > 200 ? `${printable.slice(0, 197)}...` : printable;
}
