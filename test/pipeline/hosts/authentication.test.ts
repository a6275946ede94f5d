import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../operators/errors.ts';
import { newApiKey } from '../../../pipeline/api-keys.ts';
import { readAuthentication } from '../../../pipeline/hosts/authentication.ts';
import { createLog } from '../../../pipeline/log.ts';
import { type GivenSettings, readSettings } from '../../../pipeline/settings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-keys-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = (given: GivenSettings, environment: NodeJS.ProcessEnv = {}) =>
  readAuthentication(readSettings(given, environment), {
    log: createLog({ level: 'silent', format: 'json' }),
    signal: AbortSignal.abort(),
  });

async function problemsOf(given: GivenSettings, environment: NodeJS.ProcessEnv = {}) {
  try {
    await read(given, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

const tokens = { jwtIssuer: 'https://id.example.test/', jwtAudience: 'tidemark' };
const { line } = newApiKey('board', 'read');

describe('without anything configured', () => {
  test.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1', '::ffff:127.0.0.1'])(
    'authentication is off on loopback: %s',
    async (host) => {
      expect(await read({ host })).toEqual({ kind: 'off' });
    },
  );

  test.each([
    '0.0.0.0',
    '::',
    '192.168.0.7',
    'api.example.test',
    'localhost.example.test',
    '127.0.0.1.example',
  ])('an address that others can reach is refused: %s', async (host) => {
    expect(await problemsOf({ host })).toEqual([expect.stringMatching(/api-keys-file.*jwt-issuer/)]);
  });

  test('the stack aws is refused, also on loopback', async () => {
    expect(await problemsOf({ stack: 'aws' })).toEqual([expect.stringMatching(/^the API on the stack aws/)]);
  });
});

describe('with keys or tokens', () => {
  test('any address will do, and nobody goes unasked on loopback', async () => {
    for (const host of ['0.0.0.0', '127.0.0.1']) {
      expect(await read({ host }, { TIDEMARK_API_KEYS: line })).toMatchObject({
        kind: 'own',
        apiKeys: [{ name: 'board', scopes: ['read'] }],
        jwt: undefined,
      });
      expect(await read({ host, ...tokens })).toMatchObject({
        kind: 'own',
        apiKeys: [],
        jwt: {
          issuer: 'https://id.example.test/',
          audiences: ['tidemark'],
          algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
          clockToleranceSeconds: 30,
          scopeClaim: 'scope',
        },
      });
    }
  });

  test('keys come from a file and the environment together', async () => {
    const apiKeysFile = join(folder, 'keys');
    await writeFile(apiKeysFile, `# the shop\n${newApiKey('shop', 'write').line}\n`);
    const both = await read({ apiKeysFile }, { TIDEMARK_API_KEYS: line });
    expect(both).toMatchObject({ apiKeys: [{ name: 'board' }, { name: 'shop' }] });
    expect(await problemsOf({ apiKeysFile }, { TIDEMARK_API_KEYS: newApiKey('shop', 'read').line })).toEqual([
      expect.stringMatching(/shop is taken already/),
    ]);
  });

  test('a file that is absent or holds no key is a problem, not an open door', async () => {
    expect(await problemsOf({ apiKeysFile: join(folder, 'none') })).toEqual([
      expect.stringMatching(/can't be read \(ENOENT\)/),
    ]);
    const empty = join(folder, 'empty');
    await writeFile(empty, '# nothing yet\n');
    expect(await problemsOf({ apiKeysFile: empty })).toEqual([expect.stringMatching(/holds no key/)]);
  });

  test('an issuer without an audience is refused, and so is the other half', async () => {
    expect(await problemsOf({ jwtIssuer: tokens.jwtIssuer })).toEqual([
      expect.stringMatching(/jwt-audience/),
    ]);
    expect(await problemsOf({ jwtAudience: 'tidemark' })).toEqual([expect.stringMatching(/jwt-issuer/)]);
    expect(await problemsOf({ jwksUrl: 'https://id.example.test/keys' })).toEqual([
      expect.stringMatching(/jwt-issuer/),
    ]);
  });
});

describe('the settings of the API', () => {
  test.each([
    [
      'jwtIssuer',
      ['https://id.example.test', 'http://127.0.0.1:1'],
      ['http://id.example.test', 'id', 'ftp://x'],
    ],
    ['jwksUrl', ['https://id.example.test/keys'], ['http://id.example.test/keys', 'file:///keys']],
    ['jwtAlgorithms', ['RS256', 'EdDSA, ES512'], ['HS256', 'none', 'RS256,HS512', ' ']],
    ['jwtScopeClaim', ['scp', 'permissions'], ['roles']],
    ['jwtClockToleranceSeconds', ['0', '300'], ['-1', '301']],
    ['corsOrigins', ['https://a.test,http://localhost:3000'], ['*', 'https://a.test/', 'a.test', 'null']],
    ['rateLimit', ['0', '10000000'], ['-1', '10000001']],
    ['trustedProxies', ['10.0.0.0/8, ::1'], ['10.0.0.0/33', 'proxy']],
    ['requestsInFlight', ['1', '100000'], ['0', '100001']],
    ['eventLoopLagMs', ['10', '60000'], ['9', '60001']],
    ['lookupCacheMs', ['0', '60000'], ['-1', '60001']],
    ['accessLog', ['off', 'debug', 'info'], ['warn']],
  ])('%s is checked on both sides of its limits', (name, good, bad) => {
    for (const value of good) expect(() => readSettings({ [name]: value }, {})).not.toThrow();
    for (const value of bad)
      expect(() => readSettings({ [name]: value }, {}), value).toThrow(ConfigurationError);
  });
});
