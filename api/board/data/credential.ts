/** How this browser tab names itself to the API. */
export interface Credential {
  readonly kind: 'api-key' | 'token';
  readonly value: string;
}

const storageKey = 'tidemark.credential';

/** Three parts of base64url, the first an object: what a JWT looks like and a key does not. */
const tokenShape = /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/;

/** What a person pasted; undefined for nothing. A leading `Bearer` is left out. */
export function readCredential(text: string): Credential | undefined {
  const value = text.trim().replace(/^bearer\s+/i, '');
  if (value === '') return undefined;
  return { kind: tokenShape.test(value) ? 'token' : 'api-key', value };
}

/** The request headers that carry it. */
export function credentialHeaders(credential: Credential | undefined): Record<string, string> {
  if (credential === undefined) return {};
  return credential.kind === 'token'
    ? { Authorization: `Bearer ${credential.value}` }
    : { 'X-Api-Key': credential.value };
}

/**
 * The credential of this tab, kept in the session's storage: it goes when the tab is closed, and no other tab has it.
 * Where storage is closed to the page it lasts as long as the page.
 */
export class CredentialStore {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined;
  #current: Credential | undefined;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined) {
    this.#storage = storage;
    this.#current = readCredential(attempt(() => storage?.getItem(storageKey)) ?? '');
  }

  get current(): Credential | undefined {
    return this.#current;
  }

  set(credential: Credential | undefined): void {
    this.#current = credential;
    attempt(() =>
      credential === undefined
        ? this.#storage?.removeItem(storageKey)
        : this.#storage?.setItem(storageKey, credential.value),
    );
  }
}

/** A browser may forbid storage to a page; then there simply is none. */
function attempt<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch {
    return undefined;
  }
}
