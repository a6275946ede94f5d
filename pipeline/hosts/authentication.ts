import { readFile } from 'node:fs/promises';
import type { ApiKey, Authentication, JwtSettings } from '../../api/dependencies.ts';
import { ConfigurationError } from '../../operators/errors.ts';
import { parseApiKeys } from '../api-keys.ts';
import { isLoopbackName } from '../api-settings.ts';
import type { Settings } from '../settings.ts';

/**
 * How callers of this process's API prove who they are: by keys, by tokens, or, only on the embedded stack and only on
 * loopback, not at all.
 * @throws ConfigurationError that names every problem: keys that can't be read, half a token configuration, nothing
 *   configured where others could reach the API.
 */
export async function readAuthentication(settings: Settings): Promise<Authentication> {
  const { keys, problems } = await readKeys(settings);
  const jwt = jwtSettings(settings, problems);
  if (problems.length > 0) throw new ConfigurationError(problems);
  if (keys.length > 0 || jwt !== undefined) return { kind: 'own', apiKeys: keys, jwt };
  if (settings.stack === 'embedded' && isLoopbackName(settings.host)) return { kind: 'off' };
  const where = settings.stack === 'aws' ? 'on the stack aws' : `on ${settings.host}`;
  throw new ConfigurationError([
    `the API ${where} needs to know who asks: give keys with --api-keys-file (TIDEMARK_API_KEYS_FILE; ` +
      '`tidemark api-key create --name board --scopes read` makes one), or an issuer of tokens with --jwt-issuer and ' +
      '--jwt-audience. Only the embedded stack on loopback (--host 127.0.0.1) does without',
  ]);
}

async function readKeys(settings: Settings): Promise<{ keys: ApiKey[]; problems: string[] }> {
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
