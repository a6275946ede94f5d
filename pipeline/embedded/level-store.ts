import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { EmulatorFailureKind } from './emulator-messages.ts';
import { type LevelStore, mendIndexes } from './mend-indexes.ts';

/** Why a LevelDB folder can't be used. */
export class StoreUnusable extends Error {
  readonly kind: EmulatorFailureKind;
  readonly path: string;

  constructor(kind: EmulatorFailureKind, path: string, detail: string) {
    super(detail);
    this.kind = kind;
    this.path = path;
  }
}

interface CallbackStore {
  open(options: object, done: (error?: Error) => void): void;
  close(done: (error?: Error) => void): void;
}

interface PromiseStore extends LevelStore {
  open(): Promise<void>;
  close(): Promise<void>;
}

const requireHere = createRequire(import.meta.url);

/**
 * Opens and closes kinesalite's LevelDB folder once, with kinesalite's own LevelDB, because kinesalite itself
 * reports a folder that does not open only by ending the process.
 * @throws StoreUnusable
 */
export async function checkKinesisStore(path: string): Promise<void> {
  checkComplete(path);
  const leveldown = createRequire(requireHere.resolve('kinesalite'))('leveldown') as (
    path: string,
  ) => CallbackStore;
  const store = leveldown(path);
  await orUnusable(path, async () => {
    await new Promise<void>((resolve, reject) => {
      store.open({}, (error) => (error ? reject(error) : resolve()));
    });
    await new Promise<void>((resolve, reject) => {
      store.close((error) => (error ? reject(error) : resolve()));
    });
  });
}

/**
 * The same for dynalite's folder, which would otherwise answer each request with an error. While it is open, what a
 * killed process left between a table and its indexes is mended.
 * @throws StoreUnusable
 */
export async function checkDynamoStore(path: string): Promise<void> {
  checkComplete(path);
  const { Level } = createRequire(requireHere.resolve('dynalite'))('level') as {
    Level: new (path: string, options: { valueEncoding: 'json' }) => PromiseStore;
  };
  const store = new Level(path, { valueEncoding: 'json' });
  await orUnusable(path, async () => {
    await store.open();
    await mendIndexes(store);
    await store.close();
  });
}

/**
 * LevelDB takes a folder without the file CURRENT for a new one and clears away whatever else lies in it.
 * So a folder that has data but no CURRENT must never be opened.
 */
function checkComplete(path: string): void {
  if (!existsSync(path) || existsSync(join(path, 'CURRENT'))) return;
  const data = readdirSync(path).filter((name) => /^MANIFEST-|\.(ldb|sst|log)$/.test(name));
  if (data.length > 0) {
    throw new StoreUnusable('damaged', path, `the file CURRENT is missing beside ${data.length} data files`);
  }
}

async function orUnusable(path: string, openAndClose: () => Promise<void>): Promise<void> {
  try {
    await openAndClose();
  } catch (error) {
    const causes = error instanceof Error && error.cause instanceof Error ? [error, error.cause] : [error];
    const text = causes.map((cause) => (cause instanceof Error ? cause.message : String(cause))).join(': ');
    throw new StoreUnusable(classifyLevelError(text), path, text);
  }
}

/** LevelDB tells its errors apart only by their text. */
export function classifyLevelError(text: string): EmulatorFailureKind {
  if (/\block\b.*(already held|temporarily unavailable)/i.test(text)) return 'locked';
  if (/corruption|checksum|no such file|not an sstable|bad block|bad record/i.test(text)) return 'damaged';
  return 'other';
}
