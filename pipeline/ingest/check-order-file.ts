import { readHeader } from './csv-header.ts';
import { readCsvLines } from './csv-lines.ts';

/**
 * Reads the header of a file of orders, before anything is started for its sake.
 * @throws ConfigurationError, TidemarkError of `readCsvLines` and `readHeader`: it can't be read, is empty, or lacks a column.
 */
export async function checkOrderFile(path: string): Promise<void> {
  for await (const { fields } of readCsvLines(path)) {
    readHeader(path, fields);
    return;
  }
}
