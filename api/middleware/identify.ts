import type { Context, MiddlewareHandler } from 'hono';
import { apiKeyOf } from '../auth/api-keys.ts';
import { issuerKeys } from '../auth/issuer-keys.ts';
import { jwtVerifier, subjectOf } from '../auth/jwt-verifier.ts';
import type { Identity } from '../auth/principal.ts';
import { routeAccess } from '../auth/route-scopes.ts';
import { claimedScopes, effectiveScopes, scopeNames } from '../auth/scopes.ts';
import type { ApiEnv } from '../context.ts';
import type { Authentication } from '../dependencies.ts';
import { matchedRoute } from './matched-route.ts';

/**
 * Finds out who asks, and keeps it as `identity`; it refuses nobody, so that what comes next can count refused ones too.
 * Public routes, and paths without any, ask nobody: credentials are not looked at there, so none can fail or delay them.
 * @throws {DependencyError} retryable, when the keys of the issuer can't be had
 */
export function identify(authentication: Authentication): MiddlewareHandler<ApiEnv> {
  const identityOf = identifier(authentication);
  return async (c, next) => {
    c.set('identity', asksNobody(c) ? { kind: 'absent' } : await identityOf(c));
    await next();
  };
}

function asksNobody(c: Context): boolean {
  const [method, path] = matchedRoute(c)?.split(' ') ?? [];
  return method === undefined || path === undefined || routeAccess(method, path) === 'public';
}

function identifier(authentication: Authentication): (c: Context) => Promise<Identity> | Identity {
  switch (authentication.kind) {
    case 'off': {
      const anybody = { authentication: 'off', subject: null, scopes: scopeNames } as const;
      return () => ({ kind: 'known', principal: anybody });
    }
    case 'gateway': {
      const { claims, scopeClaim, scopePrefix } = authentication;
      return (c) => {
        const given = claims(c.env);
        if (given === undefined) return { kind: 'absent' };
        const scopes = claimedScopes(given[scopeClaim], scopePrefix);
        return { kind: 'known', principal: { authentication: 'jwt', subject: subjectOf(given), scopes } };
      };
    }
    case 'own':
      return ownIdentifier(authentication);
  }
}

function ownIdentifier(
  own: Extract<Authentication, { kind: 'own' }>,
): (c: Context) => Promise<Identity> | Identity {
  const { jwt } = own;
  const keyOf = apiKeyOf(() => own.apiKeys);
  const verify = jwt && jwtVerifier(jwt, issuerKeys(jwt));
  return (c) => {
    const header = c.req.header('Authorization');
    const apiKey = c.req.header('X-Api-Key');
    if (header !== undefined && apiKey !== undefined) {
      return refused('Send a token or a key, not both.');
    }
    if (apiKey !== undefined) {
      const key = keyOf(apiKey);
      if (key === undefined) return refused('The key is not one that is configured.');
      const scopes = effectiveScopes(key.scopes);
      return { kind: 'known', principal: { authentication: 'api-key', subject: key.name, scopes } };
    }
    if (header === undefined) return { kind: 'absent' };
    const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(header)?.[1];
    if (token === undefined) return refused('The Authorization header is not `Bearer` and a token.');
    return verify === undefined ? refused('Tokens are not taken here; send a key.') : verify(token);
  };
}

function refused(reason: string): Identity {
  return { kind: 'refused', reason };
}
