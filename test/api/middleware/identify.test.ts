import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bodyOf, type Fixture, fixture } from '../api-fixture.ts';
import { startIssuer, type TokenIssuer } from '../auth/token-issuer.ts';

const sha256 = createHash('sha256').update('a key').digest('hex');
const apiKeys = [{ name: 'shop', scopes: ['read'] as const, sha256 }];

let issuer: TokenIssuer;
let api: Fixture;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());
beforeEach(() => {
  api = fixture({ authentication: { kind: 'own', apiKeys, jwt: issuer.settings } });
});

describe('while the keys of the issuer can not be had', () => {
  let bearer: Record<string, string>;
  beforeEach(async () => {
    issuer.setUp(false);
    bearer = { Authorization: `Bearer ${await issuer.token()}` };
  });

  test.each(['/health', '/ready', '/docs', '/openapi.json', '/problems/internal', '/'])(
    'a token changes nothing about %s, which asks nobody',
    async (path) => {
      const fetchesBefore = issuer.fetches();
      const [without, withToken] = [await api.get(path), await api.get(path, bearer)];
      expect([without.status, withToken.status]).toEqual([200, 200]);
      expect(issuer.fetches()).toBe(fetchesBefore);
    },
  );

  test('a path that nobody serves is a 404', async () => {
    expect((await api.get('/v1/nothing', bearer)).status).toBe(404);
  });

  test('what asks for a scope answers a token with 503, and a key as ever', async () => {
    const refused = await api.get('/v1/me', bearer);
    expect([refused.status, (await bodyOf(refused)).type]).toEqual([503, '/problems/unavailable']);
    expect(refused.headers.get('Retry-After')).toBe('1');
    expect((await api.get('/v1/me', { 'X-Api-Key': 'a key' })).status).toBe(200);
  });
});
