import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newApiKey } from '../../../pipeline/api-keys.ts';
import { ApiKeyRing } from '../../../pipeline/hosts/api-key-ring.ts';
import { createLog } from '../../../pipeline/log.ts';
import { fixture } from '../../api/api-fixture.ts';

let folder: string;
let file: string;
let ending: AbortController;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-ring-'));
  file = join(folder, 'keys');
  ending = new AbortController();
});

afterEach(async () => {
  ending.abort();
  await rm(folder, { recursive: true, force: true });
});

const names = (ring: ApiKeyRing) => ring.keys.map(({ name }) => name);

async function followed(lines: readonly string[], apiKeys = ''): Promise<ApiKeyRing> {
  await writeFile(file, lines.join('\n'));
  const ring = await ApiKeyRing.open({ apiKeys, apiKeysFile: file });
  ring.follow(createLog({ level: 'silent', format: 'json' }), ending.signal, 10);
  return ring;
}

const first = newApiKey('first', 'read');
const second = newApiKey('second', 'admin');

test('a key that is added counts and one that is taken out does not, while the process runs', async () => {
  const ring = await followed([first.line]);
  const api = fixture({
    authentication: {
      kind: 'own',
      get apiKeys() {
        return ring.keys;
      },
      jwt: undefined,
    },
  });
  const asks = async ({ key }: { readonly key: string }) =>
    (await api.get('/v1/me', { 'X-Api-Key': key })).status;
  expect([await asks(first), await asks(second)]).toEqual([200, 401]);
  // As secrets are mounted: another file takes the place of the old one.
  await writeFile(`${file}.new`, second.line);
  await rename(`${file}.new`, file);
  await expect.poll(() => names(ring), { timeout: 20_000 }).toEqual(['second']);
  expect([await asks(first), await asks(second)]).toEqual([401, 200]);
});

test('what can’t be used changes nothing, until it can', async () => {
  const ring = await followed([first.line]);
  await writeFile(file, `${second.line}\nhalf:a`);
  await expect(ring.read()).rejects.toThrow('entry 2');
  await rm(file);
  await expect(ring.read()).rejects.toThrow('ENOENT');
  expect(names(ring)).toEqual(['first']);
  await writeFile(file, `${second.line}\n${first.line}`);
  await expect.poll(() => names(ring), { timeout: 20_000 }).toEqual(['second', 'first']);
});

test('keys of the environment stay beside those of the file', async () => {
  const ring = await followed([first.line], second.line);
  expect(names(ring)).toEqual(['second', 'first']);
  const third = newApiKey('third', 'write');
  await writeFile(file, third.line);
  await ring.read();
  expect(names(ring)).toEqual(['second', 'third']);
});
