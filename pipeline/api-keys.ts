import { createHash, randomBytes } from 'node:crypto';
import type { ApiKey, Scope } from '../api/dependencies.ts';

/** Keys of one deployment at most; each is compared with what a request presents. */
const keysMax = 1_000;

const scopes: readonly Scope[] = ['read', 'write', 'admin'];
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** A new key: 256 random bits after a mark that secret scanners can look for. */
export function newApiKey(name: string, scope: Scope): { readonly key: string; readonly line: string } {
  const key = `tdm_${randomBytes(32).toString('base64url')}`;
  return { key, line: `${name}:${scope}:${createHash('sha256').update(key).digest('hex')}` };
}

/** True for what a key may be called. */
export function isKeyName(name: string): boolean {
  return namePattern.test(name);
}

export function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text);
}

/**
 * Reads configured keys: entries `name:scope:sha256`, several scopes joined by `+`; in a file one a line.
 * @param source what to call the text in a problem
 * @returns the keys, and one sentence for each entry that is none; neither quotes an entry, since it may be a key
 */
export function parseApiKeys(text: string, source: string): { keys: ApiKey[]; problems: string[] } {
  const keys: ApiKey[] = [];
  const problems: string[] = [];
  const entries = text
    .split('\n')
    .map((line) => line.replace(/^\s*#.*$/s, ''))
    .join('\n')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
  for (const [index, entry] of entries.entries()) {
    const where = `${source}, entry ${index + 1}`;
    const [name = '', granted = '', sha256 = '', ...more] = entry.split(':');
    const names = granted.split('+');
    if (!isKeyName(name) || more.length > 0 || sha256 === '') {
      problems.push(`${where}: expected name:scope:sha256, as \`tidemark api-key create\` prints it`);
    } else if (!names.every(isScope)) {
      problems.push(`${where} (${name}): scopes are ${scopes.join(', ')}, joined by +`);
    } else if (!/^[0-9a-f]{64}$/i.test(sha256)) {
      problems.push(`${where} (${name}): expected the SHA-256 of the key, 64 hexadecimal digits`);
    } else if (keys.some((key) => key.name === name)) {
      problems.push(`${where}: the name ${name} is taken already`);
    } else {
      keys.push({ name, scopes: names as Scope[], sha256 });
    }
  }
  if (keys.length > keysMax) problems.push(`${source}: at most ${keysMax} keys, not ${keys.length}`);
  return { keys, problems };
}
