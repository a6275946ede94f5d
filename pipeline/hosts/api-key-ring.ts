import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ApiKey } from '../../api/dependencies.ts';
import { ConfigurationError } from '../../operators/errors.ts';
import { parseApiKeys } from '../api-keys.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';

type KeySettings = Pick<Settings, 'apiKeys' | 'apiKeysFile'>;

/** How often the file is looked at, ms. */
const lookMs = 5_000;

/** The keys of the API: those of the environment for good, those of the file as it is now. */
export class ApiKeyRing {
  readonly #settings: KeySettings;
  #keys: readonly ApiKey[] = [];

  private constructor(settings: KeySettings) {
    this.#settings = settings;
  }

  /** @throws ConfigurationError that names every entry that is no key, and a file that can't be read. */
  static async open(settings: KeySettings): Promise<ApiKeyRing> {
    const ring = new ApiKeyRing(settings);
    await ring.read();
    return ring;
  }

  /** Another list after each change. */
  get keys(): readonly ApiKey[] {
    return this.#keys;
  }

  /** Reads the file again. @throws ConfigurationError as `open`; the keys are then what they were. */
  async read(): Promise<void> {
    const { keys, problems } = await readKeys(this.#settings);
    if (problems.length > 0) throw new ConfigurationError(problems);
    this.#keys = keys;
  }

  /**
   * Takes the file up whenever it changes, within some seconds, until `signal`. What can't be used is logged and changes
   * nothing: half a file must lock nobody out.
   */
  follow(log: Log, signal: AbortSignal, everyMs: number = lookMs): void {
    const path = this.#settings.apiKeysFile;
    if (path === undefined || signal.aborted) return;
    const look = async () => {
      try {
        await this.read();
        log.info({ keys: this.#keys.map(({ name }) => name) }, 'the keys of the API have been read again');
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        log.warn({ problems: error.problems }, 'the keys of the API stay what they were');
      }
    };
    const listener = () => void look();
    watchFile(path, { interval: everyMs, persistent: false }, listener);
    signal.addEventListener('abort', () => unwatchFile(path, listener), { once: true });
  }
}

async function readKeys(settings: KeySettings): Promise<{ keys: ApiKey[]; problems: string[] }> {
  const inline = parseApiKeys(settings.apiKeys, 'TIDEMARK_API_KEYS');
  if (settings.apiKeysFile === undefined) return inline;
  const source = `--api-keys-file ${settings.apiKeysFile}`;
  let text: string;
  try {
    text = await readFile(settings.apiKeysFile, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { keys: inline.keys, problems: [...inline.problems, `${source} can't be read (${code})`] };
  }
  const filed = parseApiKeys(text, source);
  const problems = [...inline.problems, ...filed.problems];
  if (filed.keys.length === 0 && filed.problems.length === 0) problems.push(`${source} holds no key`);
  const names = new Set(inline.keys.map(({ name }) => name));
  for (const { name } of filed.keys) {
    if (names.has(name)) problems.push(`${source}: the name ${name} is taken already by TIDEMARK_API_KEYS`);
  }
  return { keys: [...inline.keys, ...filed.keys], problems };
}
