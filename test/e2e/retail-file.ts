import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { createRandom } from '../../pipeline/ingest/random.ts';

const dayMs = 86_400_000;

interface Line {
  readonly text: string;
  readonly atMs: number;
  /** Customer and order; undefined for a line without a customer. */
  readonly order: string | undefined;
}

/** The file has no quoted fields, so a line splits at its commas. */
async function readLines(path: string): Promise<{ header: string; lines: Line[] }> {
  const [header = '', ...rows] = gunzipSync(await readFile(path))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  if (rows.some((row) => row.includes('"')))
    throw new Error(`${path} has quoted fields, which are not read here`);
  const lines = rows.map((text) => {
    const [eventTime = '', customerId, orderId] = text.split(',', 3);
    return { text, atMs: Date.parse(eventTime), order: customerId ? `${customerId},${orderId}` : undefined };
  });
  return { header, lines };
}

/** Writes the file as it would have been at an instant: with the orders that had begun by then, each whole. */
export async function writeCut(path: string, target: string, cutMs: number): Promise<void> {
  const { header, lines } = await readLines(path);
  const beganMs = new Map<string, number>();
  for (const { order, atMs } of lines) {
    if (order !== undefined) beganMs.set(order, Math.min(beganMs.get(order) ?? atMs, atMs));
  }
  const kept = lines.filter(
    ({ order, atMs }) => (order === undefined ? atMs : (beganMs.get(order) ?? 0)) <= cutMs,
  );
  await writeFile(target, `${[header, ...kept.map((line) => line.text)].join('\n')}\n`);
}

/** Writes the file with its lines out of order: each is moved by up to `days` days, evenly. */
export async function writeShuffled(path: string, target: string, days: number, seed: number): Promise<void> {
  const { header, lines } = await readLines(path);
  const random = createRandom(seed, 1);
  const keyed = lines.map((line) => ({ line, key: line.atMs + random.uniform() * days * dayMs }));
  keyed.sort((a, b) => a.key - b.key);
  await writeFile(target, `${[header, ...keyed.map(({ line }) => line.text)].join('\n')}\n`);
}
