import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { DependencyError } from '../../operators/errors.ts';
import type { JwtSettings } from '../dependencies.ts';
import type { Identity } from './principal.ts';
import { claimedScopes } from './scopes.ts';

/** Longest token that is looked at, characters. */
const tokenLengthMax = 8_192;
const subjectLengthMax = 256;

/**
 * Checks tokens: signature by a key of the issuer, algorithm, issuer, audience, and that now lies between the claims
 * `nbf` and `exp`, the latter required.
 * @returns the identity; rejects with a retryable DependencyError when the issuer's keys can't be had
 */
export function jwtVerifier(
  settings: JwtSettings,
  keys: JWTVerifyGetKey,
): (token: string) => Promise<Identity> {
  const { issuer, audiences, algorithms, clockToleranceSeconds, scopeClaim, scopePrefix } = settings;
  const options = {
    issuer,
    audience: [...audiences],
    algorithms: [...algorithms],
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ['exp'],
  };
  return async (token) => {
    if (token.length > tokenLengthMax) return refused('The token is longer than 8,192 characters.');
    try {
      const { payload } = await jwtVerify(token, keys, options);
      return {
        kind: 'known',
        principal: {
          authentication: 'jwt',
          subject: subjectOf(payload),
          scopes: claimedScopes(payload[scopeClaim], scopePrefix),
        },
      };
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== undefined) return refused(reason);
      if (error instanceof DependencyError) throw error;
      throw new DependencyError('issuer-keys', 'The keys of the token issuer can not be had.', {
        retryable: true,
        cause: error,
      });
    }
  };
}

/** Whom a token speaks of: the claim `sub`, of machine tokens without one the client. */
export function subjectOf(claims: Readonly<Record<string, unknown>>): string {
  const subject = claims.sub ?? claims.client_id ?? claims.azp;
  return typeof subject === 'string' && subject !== '' ? subject.slice(0, subjectLengthMax) : 'unnamed';
}

function refused(reason: string): Identity {
  return { kind: 'refused', reason };
}

const claimReasons: Readonly<Record<string, string>> = {
  nbf: 'The token is not valid yet.',
  iss: 'The token comes from another issuer.',
  aud: 'The token is for another audience.',
  exp: 'The token says no expiry, or one that is no instant.',
};

const otherReasons: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'The token has expired.',
  ERR_JOSE_ALG_NOT_ALLOWED: 'The token is signed with an algorithm that is not taken.',
  ERR_JOSE_NOT_SUPPORTED: 'The token is signed with an algorithm that is not taken.',
  ERR_JWKS_NO_MATCHING_KEY: 'The token is signed with a key that the issuer does not publish.',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'The token does not say which of the issuer’s keys signed it.',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'The signature of the token does not hold.',
  ERR_JWS_INVALID: 'The token is no signed JWT.',
  ERR_JWT_INVALID: 'The token is no signed JWT.',
};

/** What is wrong with the token, in words that give nothing away; undefined when it is not the token's fault. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof errors.JWTClaimValidationFailed) {
    return claimReasons[error.claim] ?? 'A claim of the token does not hold.';
  }
  return error instanceof errors.JOSEError ? otherReasons[error.code] : undefined;
}
