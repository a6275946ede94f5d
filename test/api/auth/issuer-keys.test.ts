import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { issuerKeys } from '../../../api/auth/issuer-keys.ts';
import { jwtVerifier } from '../../../api/auth/jwt-verifier.ts';
import { DependencyError } from '../../../operators/errors.ts';
import { fixture } from '../api-fixture.ts';
import { startIssuer, type TokenIssuer } from './token-issuer.ts';

let issuer: TokenIssuer;
beforeEach(async () => {
  issuer = await startIssuer();
});
afterEach(() => issuer.close());

const known = { kind: 'known' };
const refused = { kind: 'refused' };

describe('the keys of the issuer', () => {
  test('are fetched once for many tokens', async () => {
    const verify = jwtVerifier(issuer.settings, issuerKeys(issuer.settings));
    const tokens = await Promise.all(Array.from({ length: 20 }, () => issuer.token()));
    for (const result of await Promise.all(tokens.map(verify))) expect(result).toMatchObject(known);
    expect(issuer.fetches()).toBe(1);
  });

  test('are found by discovery when no address is given', async () => {
    const settings = { ...issuer.settings, jwksUrl: undefined };
    const verify = jwtVerifier(settings, issuerKeys(settings));
    expect(await verify(await issuer.token())).toMatchObject(known);
  });

  test('are fetched again for an unknown key id, but not within the cool-down', async () => {
    const verify = jwtVerifier(issuer.settings, issuerKeys(issuer.settings, { cooldownMs: 0 }));
    expect(await verify(await issuer.token())).toMatchObject(known);
    await issuer.rotate();
    expect(await verify(await issuer.token())).toMatchObject(known);
    expect(issuer.fetches()).toBe(2);

    const cooling = jwtVerifier(issuer.settings, issuerKeys(issuer.settings));
    expect(await cooling(await issuer.token())).toMatchObject(known);
    for (let index = 0; index < 10; index += 1) {
      expect(await cooling(await issuer.token({ keyId: `made-up-${index}` }))).toMatchObject(refused);
    }
    expect(issuer.fetches()).toBe(3);
  });

  test('that can not be had are a 503 which may pass, and are not asked for at each request', async () => {
    issuer.setUp(false);
    const api = fixture({ authentication: { kind: 'own', apiKeys: [], jwt: issuer.settings } });
    const headers = { Authorization: `Bearer ${await issuer.token()}` };
    for (let index = 0; index < 5; index += 1) {
      const response = await api.get('/v1/me', headers);
      expect(response.status).toBe(503);
      expect(response.headers.get('Retry-After')).toBe('1');
    }
    expect(issuer.fetches()).toBe(1);
    expect(JSON.stringify(api.logs)).not.toContain('eyJ');
  });

  test('that are at hand serve while they can not be fetched again', async () => {
    const keys = issuerKeys(issuer.settings, { cooldownMs: 0, failureHoldMs: 60_000 });
    const verify = jwtVerifier(issuer.settings, keys);
    expect(await verify(await issuer.token())).toMatchObject(known);
    issuer.setUp(false);
    await expect(verify(await issuer.token({ keyId: 'new' }))).rejects.toThrow(DependencyError);
    expect(await verify(await issuer.token())).toMatchObject(known);
    expect(await verify(await issuer.token({ keyId: 'new' }))).toMatchObject(refused);
    expect(issuer.fetches()).toBe(2);
  });
});

describe('the clock tolerance', () => {
  const seconds = 30;
  test.each([
    [-seconds + 2, 'known'],
    [-seconds - 2, 'refused'],
  ])('a token that expires in %i seconds is %s', async (expiresIn, kind) => {
    const settings = { ...issuer.settings, clockToleranceSeconds: seconds };
    const verify = jwtVerifier(settings, issuerKeys(settings));
    const exp = Math.floor(Date.now() / 1_000) + expiresIn;
    expect(await verify(await issuer.token({ claims: { exp } }))).toMatchObject({ kind });
  });
});

describe('scopes', () => {
  test.each(['scope', 'scp', 'permissions'])(
    'are read from the claim %s, and no other',
    async (scopeClaim) => {
      const settings = { ...issuer.settings, scopeClaim, scopePrefix: 'tidemark/' };
      const verify = jwtVerifier(settings, issuerKeys(settings));
      const claims = {
        scope: 'openid',
        scp: 'openid',
        permissions: 'openid',
        [scopeClaim]: ['tidemark/write'],
      };
      expect(await verify(await issuer.token({ claims }))).toMatchObject({
        principal: { scopes: ['read', 'write'] },
      });
    },
  );

  test('a machine’s token without a subject is named by its client', async () => {
    const verify = jwtVerifier(issuer.settings, issuerKeys(issuer.settings));
    const claims = { sub: undefined, client_id: 'warehouse' } as never;
    expect(await verify(await issuer.token({ claims }))).toMatchObject({
      principal: { subject: 'warehouse' },
    });
  });
});
