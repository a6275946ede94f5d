import type { Scope } from '../dependencies.ts';

/** From the least to the most; each includes those before it. */
export const scopeNames = ['read', 'write', 'admin'] as const satisfies readonly Scope[];

/** Every scope that the given ones amount to, least first; names that are no scope count for nothing. */
export function effectiveScopes(granted: readonly string[]): Scope[] {
  const highest = scopeNames.findLastIndex((scope) => granted.includes(scope));
  return scopeNames.slice(0, highest + 1);
}

/**
 * The scopes a token's claim grants.
 * @param claim text with names between spaces or commas (RFC 8693, section 4.2), a list of names, or a list as the
 *   gateway of an HTTP API writes it, `[a b]`; anything else grants nothing
 * @param prefix what stands before each name, for instance `tidemark/`; names without it count for nothing
 */
export function claimedScopes(claim: unknown, prefix: string): Scope[] {
  const names =
    typeof claim === 'string'
      ? claim.replace(/^\[(.*)\]$/, '$1').split(/[\s,]+/)
      : Array.isArray(claim)
        ? claim.filter((name) => typeof name === 'string')
        : [];
  return effectiveScopes(
    names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)),
  );
}
