import { expect, test } from 'vitest';
import { claimedScopes, effectiveScopes } from '../../../api/auth/scopes.ts';

test('a scope includes those before it', () => {
  expect(effectiveScopes(['admin'])).toEqual(['read', 'write', 'admin']);
  expect(effectiveScopes(['write', 'read'])).toEqual(['read', 'write']);
  expect(effectiveScopes([])).toEqual([]);
  expect(effectiveScopes(['ADMIN', 'root', 'constructor'])).toEqual([]);
});

test.each([
  ['read write', '', ['read', 'write']],
  ['openid  profile read', '', ['read']],
  ['[read write]', '', ['read', 'write']],
  ['[read, admin]', '', ['read', 'write', 'admin']],
  [['read', 7, null], '', ['read']],
  ['tidemark/write other/admin', 'tidemark/', ['read', 'write']],
  ['write', 'tidemark/', []],
  ['reader', '', []],
  [undefined, '', []],
  [{ read: true }, '', []],
  [7, '', []],
] as const)('the claim %j with the prefix "%s" grants %j', (claim, prefix, scopes) => {
  expect(claimedScopes(claim, prefix)).toEqual(scopes);
});
