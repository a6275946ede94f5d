import { describe, expect, it } from 'vitest';
import { CredentialStore, credentialHeaders, readCredential } from '../../../api/board/data/credential.ts';

const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl';

function storage(kept = new Map<string, string>()) {
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
}

describe('the credential of a tab', () => {
  it('tells tokens from keys, and leaves a pasted Bearer out', () => {
    expect(credentialHeaders(readCredential(`  Bearer ${token} `))).toEqual({
      Authorization: `Bearer ${token}`,
    });
    expect(credentialHeaders(readCredential('tmk_abc.def.ghi'))).toEqual({ 'X-Api-Key': 'tmk_abc.def.ghi' });
    expect(credentialHeaders(readCredential('   '))).toEqual({});
  });

  it('is there again after a reload, and gone after signing out', () => {
    const kept = storage();
    new CredentialStore(kept).set({ kind: 'api-key', value: 'k' });
    const reloaded = new CredentialStore(kept);
    expect(reloaded.current).toEqual({ kind: 'api-key', value: 'k' });
    reloaded.set(undefined);
    expect(new CredentialStore(kept).current).toBeUndefined();
  });

  it('lasts as long as the page where storage is closed to it', () => {
    const closed = () => {
      throw new DOMException('closed', 'SecurityError');
    };
    const store = new CredentialStore({ getItem: closed, setItem: closed, removeItem: closed });
    store.set({ kind: 'api-key', value: 'k' });
    expect(store.current).toEqual({ kind: 'api-key', value: 'k' });
  });
});
