import { createLocalJWKSet, createRemoteJWKSet, type JWTVerifyGetKey, type RemoteJWKSet } from 'jose';
import { z } from 'zod';
import { DependencyError } from '../../operators/errors.ts';
import type { JwtSettings } from '../dependencies.ts';

export interface IssuerKeysOptions {
  /** How long fetched keys are used without asking again, milliseconds. Default 600,000. */
  readonly ageMsMax?: number;
  /** Least time between two fetches for keys nobody knows, milliseconds. Default 30,000. */
  readonly cooldownMs?: number;
  /** How long one fetch may take, milliseconds. Default 5,000. */
  readonly timeoutMs?: number;
  /**
   * How long a failed fetch is not tried again, milliseconds: until then the keys at hand serve, and without any calls
   * fail at once. Default 2,000.
   */
  readonly failureHoldMs?: number;
}

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
const discoveryBytesMax = 100_000;

/**
 * The issuer's public keys, fetched when first needed and kept; a token with an unknown key id has them fetched again,
 * at most once in the cool-down, so that made-up ids can't drive requests to the issuer.
 * Without `jwksUrl` the issuer's `.well-known/openid-configuration` says where they are.
 * @see RFC 7517; OpenID Connect Discovery 1.0, section 4
 */
export function issuerKeys(settings: JwtSettings, options: IssuerKeysOptions = {}): JWTVerifyGetKey {
  const { ageMsMax = 600_000, cooldownMs = 30_000, timeoutMs = 5_000, failureHoldMs = 2_000 } = options;
  let keys: RemoteJWKSet | undefined;
  let heldUntilMs = 0;
  const locate = async () => {
    const url = settings.jwksUrl ?? (await discover(settings.issuer, timeoutMs));
    keys ??= createRemoteJWKSet(new URL(url), {
      cacheMaxAge: ageMsMax,
      cooldownDuration: cooldownMs,
      timeoutDuration: timeoutMs,
    });
    return keys;
  };
  return async (header, token) => {
    if (performance.now() < heldUntilMs) {
      const known = keys?.fresh ? keys.jwks() : undefined;
      if (known === undefined) throw unreachable('a moment ago they could not be fetched');
      return createLocalJWKSet(known)(header, token);
    }
    try {
      return await (keys ?? (await locate()))(header, token);
    } catch (error) {
      if (isAboutToken(error)) throw error;
      heldUntilMs = performance.now() + failureHoldMs;
      throw unreachable('the fetch failed', error);
    }
  };
}

/** The keys were there, and the token names none of them. */
function isAboutToken(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return (
    code === 'ERR_JWKS_NO_MATCHING_KEY' ||
    code === 'ERR_JWKS_MULTIPLE_MATCHING_KEYS' ||
    code === 'ERR_JOSE_NOT_SUPPORTED' ||
    code === 'ERR_JWS_INVALID'
  );
}

async function discover(issuer: string, timeoutMs: number): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  const text = await answer.text();
  if (!answer.ok || text.length > discoveryBytesMax) throw unreachable(`discovery answered ${answer.status}`);
  const document = Discovery.parse(JSON.parse(text));
  if (document.issuer !== issuer) throw unreachable('discovery speaks of another issuer');
  return document.jwks_uri;
}

function unreachable(why: string, cause?: unknown): DependencyError {
  return new DependencyError('issuer-keys', `The keys of the token issuer can not be had: ${why}.`, {
    retryable: true,
    ...(cause === undefined ? {} : { cause }),
  });
}
