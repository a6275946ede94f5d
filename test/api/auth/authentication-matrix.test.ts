import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routeAccess } from '../../../api/auth/route-scopes.ts';
import type { Scope } from '../../../api/dependencies.ts';
import { bodyOf, type Fixture, fixture } from '../api-fixture.ts';
import {
  apiDocument,
  type DocumentedOperation,
  documentedOperations,
  pathWith,
} from '../documented-routes.ts';
import { startIssuer, type TokenIssuer } from './token-issuer.ts';

const scopes = ['read', 'write', 'admin'] as const satisfies readonly Scope[];
const keyOf = (name: string) => `tdm_test_${name}`;
const apiKeys = scopes.map((scope) => ({
  name: `key-${scope}`,
  scopes: [scope],
  sha256: createHash('sha256').update(keyOf(scope)).digest('hex'),
}));

let issuer: TokenIssuer;
let api: Fixture;
let operations: DocumentedOperation[];
beforeAll(async () => {
  issuer = await startIssuer();
  api = fixture({ authentication: { kind: 'own', apiKeys, jwt: issuer.settings } });
  operations = documentedOperations(await apiDocument(api));
});
afterAll(async () => {
  api.close();
  await issuer.close();
});

async function ask(
  { method, path }: DocumentedOperation,
  headers: Record<string, string>,
): Promise<Response> {
  return api.app.request(pathWith(path), { method, headers });
}

/** Asks every route and tells what each answered, streams not read. */
async function askAll(headers: Record<string, string>) {
  const answers = [];
  for (const operation of operations) {
    const response = await ask(operation, headers);
    const isProblem = response.headers.get('Content-Type') === 'application/problem+json';
    const problem = isProblem ? await bodyOf(response) : undefined;
    if (!isProblem) await response.body?.cancel();
    const access = routeAccess(operation.method, operation.path);
    answers.push({ route: `${operation.method} ${operation.path}`, access, response, problem });
  }
  return answers;
}

const nowSeconds = () => Math.floor(Date.now() / 1_000);
const bearer = async (token: string | Promise<string>) => ({ Authorization: `Bearer ${await token}` });

const refused: readonly (readonly [string, () => Promise<Record<string, string>>, string])[] = [
  ['that is no JWT', () => bearer('not-a-token'), 'no signed JWT'],
  ['that is cut off', async () => bearer((await issuer.token()).slice(0, -20)), 'signature'],
  ['that has expired', () => bearer(issuer.token({ claims: { exp: nowSeconds() - 1 } })), 'expired'],
  ['without an expiry', () => bearer(issuer.token({ claims: { exp: undefined } as never })), 'expiry'],
  [
    'that is not valid yet',
    () => bearer(issuer.token({ claims: { nbf: nowSeconds() + 60 } })),
    'not valid yet',
  ],
  [
    'of another issuer',
    () => bearer(issuer.token({ claims: { iss: 'https://other.test' } })),
    'another issuer',
  ],
  ['for another audience', () => bearer(issuer.token({ claims: { aud: 'other' } })), 'another audience'],
  ['for nobody', () => bearer(issuer.token({ claims: { aud: undefined } as never })), 'another audience'],
  ['signed by nobody', () => bearer(issuer.unsignedToken()), 'algorithm'],
  ['signed with the public key as a secret', () => bearer(issuer.tokenSignedWithPublicKey()), 'algorithm'],
  ['signed by another key of the same id', () => bearer(issuer.forgedToken()), 'signature'],
  ['signed with an unknown key', () => bearer(issuer.token({ keyId: 'unknown' })), 'does not publish'],
  ['that is far too long', () => bearer(`${'a'.repeat(9_000)}.b.c`), 'longer'],
  ['in a header of another kind', async () => ({ Authorization: 'Basic dTpw' }), 'Bearer'],
  ['that is empty', async () => ({ Authorization: 'Bearer ' }), 'Bearer'],
  [
    'beside a good key',
    async () => ({ ...(await bearer(issuer.token())), 'X-Api-Key': keyOf('read') }),
    'not both',
  ],
];

test('the matrix covers every route of the document', () => {
  expect(operations.length).toBeGreaterThan(20);
  expect(new Set(operations.map(({ method, path }) => routeAccess(method, path)))).toEqual(
    new Set(['public', 'known', ...(operations.some(isAdmin) ? ['admin'] : []), 'read', 'write']),
  );
});

const isAdmin = ({ method, path }: DocumentedOperation) => routeAccess(method, path) === 'admin';

describe('without credentials', () => {
  test('only public routes answer; the others ask for them', async () => {
    for (const { route, access, response, problem } of await askAll({})) {
      if (access === 'public') {
        expect([401, 403], route).not.toContain(response.status);
        continue;
      }
      expect(response.status, route).toBe(401);
      expect(problem, route).toMatchObject({ type: '/problems/missing-credentials', status: 401 });
      expect(response.headers.get('WWW-Authenticate'), route).toBe('Bearer realm="tidemark"');
    }
  });

  test('a path that nobody serves is a 404 and tells nothing more', async () => {
    for (const method of ['GET', 'POST']) {
      expect((await api.app.request('/v1/nothing', { method })).status).toBe(404);
    }
  });
});

describe('a token', () => {
  test.each(refused)('%s is refused by every route that is not public', async (_name, headers, reason) => {
    for (const { route, access, response, problem } of await askAll(await headers())) {
      if (access === 'public') {
        expect([401, 403], route).not.toContain(response.status);
        continue;
      }
      expect(response.status, route).toBe(401);
      expect(problem?.type, route).toBe('/problems/invalid-credentials');
      expect(problem?.detail, route).toContain(reason);
      expect(response.headers.get('WWW-Authenticate'), route).toContain('error="invalid_token"');
    }
  });
});

describe.each([
  ['a token', (scope: string) => bearer(issuer.token({ scope }))],
  ['a key', async (scope: string) => ({ 'X-Api-Key': keyOf(scope) })],
] as const)('%s', (kind, headers) => {
  test.each(scopes)(
    'with the scope %s may do that and what comes before it, on every route',
    async (scope) => {
      for (const { route, access, response, problem } of await askAll(await headers(scope))) {
        const needs = scopes.indexOf(access as Scope);
        if (needs > scopes.indexOf(scope)) {
          expect(response.status, route).toBe(403);
          expect(problem, route).toMatchObject({
            type: '/problems/insufficient-scope',
            requiredScope: access,
          });
          expect(response.headers.get('WWW-Authenticate'), route).toContain(`scope="${access}"`);
        } else {
          expect([401, 403], `${route} ${problem?.detail}`).not.toContain(response.status);
        }
      }
      const me = await bodyOf<object>(api.get('/v1/me', await headers(scope)));
      expect(me).toEqual({
        authentication: kind === 'a key' ? 'api-key' : 'jwt',
        subject: kind === 'a key' ? `key-${scope}` : 'shop',
        scopes: scopes.slice(0, scopes.indexOf(scope) + 1),
      });
    },
  );
});

test('good credentials without any scope may only ask who they are', async () => {
  for (const { route, access, response } of await askAll(await bearer(issuer.token({ scope: 'openid' })))) {
    if (access === 'public' || access === 'known') expect([401, 403], route).not.toContain(response.status);
    else expect(response.status, route).toBe(403);
  }
});

test.each(['', 'tdm_test_rea', 'tdm_test_read ', 'x'.repeat(5_000)])(
  'a key that is not configured is refused by every route: "%.20s"',
  async (key) => {
    for (const { route, access, response } of await askAll({ 'X-Api-Key': `${key}!` })) {
      if (access !== 'public') expect(response.status, route).toBe(401);
    }
  },
);

test('what is asked or refused holds no credential', async () => {
  await askAll({ 'X-Api-Key': keyOf('read') });
  await askAll(await bearer(issuer.forgedToken()));
  const told = JSON.stringify(api.logs);
  expect(told).not.toContain(keyOf('read'));
  expect(told).not.toMatch(/eyJ/);
});

describe('without authentication', () => {
  const open = fixture();

  test('everybody on this machine may do everything, and is told so', async () => {
    expect(await bodyOf<object>(open.get('/v1/me'))).toEqual({
      authentication: 'off',
      subject: null,
      scopes: ['read', 'write', 'admin'],
    });
  });

  test.each(['127.0.0.1:8787', 'localhost:8787', '[::1]:8787', 'board.localhost', 'LOCALHOST'])(
    'the name %s is this machine',
    async (Host) => {
      expect((await open.get('/v1/me', { Host })).status).toBe(200);
    },
  );

  test.each(['evil.test', 'localhost.evil.test', '127.0.0.1.evil.test', '192.168.0.7:8787', ''])(
    'a request under the name "%s" is refused by every route that is not public',
    async (Host) => {
      for (const operation of operations) {
        if (routeAccess(operation.method, operation.path) === 'public') continue;
        const response = await open.app.request(pathWith(operation.path), {
          method: operation.method,
          headers: { Host },
        });
        expect(response.status).toBe(403);
        expect((await bodyOf(response)).type).toBe('/problems/foreign-host');
      }
    },
  );
});
