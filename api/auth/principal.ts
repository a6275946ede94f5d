import type { Scope } from '../dependencies.ts';

/** Who asks, as far as it was proved. */
export interface Principal {
  readonly authentication: 'off' | 'jwt' | 'api-key';
  /** The token's subject or the key's name; null where nobody is asked. */
  readonly subject: string | null;
  /** What may be done, least first. */
  readonly scopes: readonly Scope[];
}

/** What was found out about the sender of a request: somebody, nobody, or why what was presented does not count. */
export type Identity =
  | { readonly kind: 'known'; readonly principal: Principal }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly reason: string };
