import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { ConfigurationError, TidemarkError } from '../../operators/errors.ts';

/** One record of the file as text. */
export interface CsvLine {
  readonly fields: readonly string[];
  /** Where it begins: the header is line 1. */
  readonly line: number;
  /** Lines it takes: more than one when a quoted field has line breaks. */
  readonly lineCount: number;
}

/** A longer record is a quote that was never closed, in all likelihood. */
const recordLengthMax = 65_536;

/**
 * Reads a CSV file line by line, plain or gzip (told by its first bytes, whatever its name), UTF-8, with or without byte
 * order mark, any line ends. Empty lines are passed over; the number of fields is not checked. Memory is constant.
 * @param onBytes told how many bytes of the file have been read, compressed ones if it is compressed.
 * @throws ConfigurationError when the file can't be opened or is empty.
 * @throws TidemarkError `import-file-damaged` for damaged or truncated gzip data and quotes that don't close; it names
 *   the line reached.
 */
export async function* readCsvLines(
  path: string,
  onBytes?: (bytesRead: number) => void,
): AsyncGenerator<CsvLine> {
  const parser = parse({
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: recordLengthMax,
  });
  const compressed = await isGzip(path);
  const file = createReadStream(path);
  let bytesRead = 0;
  file.on('data', (chunk) => {
    bytesRead += chunk.length;
    onBytes?.(bytesRead);
  });
  // The callback only says that errors are handled: they come out of the parser, below.
  const records: Readable = compressed
    ? pipeline(file, createGunzip(), parser, () => {})
    : pipeline(file, parser, () => {});
  let line = 1;
  let found = false;
  try {
    for await (const fields of records as AsyncIterable<string[]>) {
      const lineCount = 1 + countLineBreaks(fields);
      if (fields.length > 1 || fields[0] !== '') {
        found = true;
        yield { fields, line, lineCount };
      }
      line += lineCount;
    }
  } catch (error) {
    throw readFailure(path, line, error);
  }
  if (!found)
    throw new ConfigurationError([`${path} is empty: a header line was expected.`], { context: { path } });
}

async function isGzip(path: string): Promise<boolean> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw readFailure(path, 0, error);
  }
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } catch (error) {
    throw readFailure(path, 0, error);
  } finally {
    await file.close();
  }
}

function countLineBreaks(fields: readonly string[]): number {
  let count = 0;
  for (const field of fields) {
    for (let at = field.indexOf('\n'); at >= 0; at = field.indexOf('\n', at + 1)) count += 1;
  }
  return count;
}

function readFailure(path: string, line: number, error: unknown): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const context = { path, line };
  if (error instanceof CsvError) {
    const hint =
      code === 'CSV_MAX_RECORD_SIZE' || code === 'CSV_QUOTE_NOT_CLOSED' ? ' Is a quote not closed?' : '';
    return damaged(`${path}: line ${line} can't be read: ${message}.${hint}`, error, context);
  }
  if (code === 'Z_BUF_ERROR') {
    return damaged(
      `${path} ends in the middle of its compressed data, after line ${line - 1}`,
      error,
      context,
    );
  }
  if (code.startsWith('Z_')) {
    return damaged(`${path} has damaged compressed data after line ${line - 1}: ${message}`, error, context);
  }
  if (code !== '') {
    const why =
      { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'no permission' }[code] ?? message;
    return new ConfigurationError([`${path} can't be read: ${why}.`], { cause: error, context });
  }
  return error;
}

function damaged(message: string, cause: unknown, context: Record<string, unknown>): TidemarkError {
  return new TidemarkError('import-file-damaged', message, { cause, context });
}
