import type { Authentication, JwtSettings } from '../../api/dependencies.ts';
import { ConfigurationError } from '../../operators/errors.ts';
import { isLoopbackName } from '../api-settings.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import { ApiKeyRing } from './api-key-ring.ts';

/**
 * How callers of this process's API prove who they are: by keys, by tokens, or, only on the embedded stack and only on
 * loopback, not at all. A file of keys is followed until `signal`.
 * @throws ConfigurationError that names every problem: keys that can't be read, half a token configuration, nothing
 *   configured where others could reach the API.
 */
export async function readAuthentication(
  settings: Settings,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
): Promise<Authentication> {
  const problems: string[] = [];
  const ring = await ApiKeyRing.open(settings).catch((error: unknown) => {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
    return undefined;
  });
  const jwt = jwtSettings(settings, problems);
  if (ring === undefined || problems.length > 0) throw new ConfigurationError(problems);
  if (ring.keys.length > 0 || jwt !== undefined) {
    ring.follow(log, signal);
    return {
      kind: 'own',
      get apiKeys() {
        return ring.keys;
      },
      jwt,
    };
  }
  if (settings.stack === 'embedded' && isLoopbackName(settings.host)) return { kind: 'off' };
  const where = settings.stack === 'aws' ? 'on the stack aws' : `on ${settings.host}`;
  throw new ConfigurationError([
    `the API ${where} needs to know who asks: give keys with --api-keys-file (TIDEMARK_API_KEYS_FILE; ` +
      '`tidemark api-key create --name board --scopes read` makes one), or an issuer of tokens with --jwt-issuer and ' +
      '--jwt-audience. Only the embedded stack on loopback (--host 127.0.0.1) does without',
  ]);
}

function jwtSettings(settings: Settings, problems: string[]): JwtSettings | undefined {
  const { jwtIssuer, jwtAudience, jwksUrl } = settings;
  if (jwtIssuer === undefined) {
    if (jwtAudience.length > 0 || jwksUrl !== undefined) {
      problems.push('--jwt-audience and --jwks-url go with --jwt-issuer, which is not given');
    }
    return undefined;
  }
  if (jwtAudience.length === 0) {
    problems.push(
      '--jwt-issuer needs --jwt-audience: tokens that the issuer made for others must not count here',
    );
    return undefined;
  }
  return {
    issuer: jwtIssuer,
    audiences: jwtAudience,
    jwksUrl,
    algorithms: settings.jwtAlgorithms,
    clockToleranceSeconds: settings.jwtClockToleranceSeconds,
    scopeClaim: settings.jwtScopeClaim,
    scopePrefix: settings.jwtScopePrefix,
  };
}
