import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { useResource } from './use-resource.ts';

/** Who the API takes this page for, and what it may do. */
export interface Me {
  readonly authentication: 'off' | 'jwt' | 'api-key';
  readonly subject: string | null;
  readonly scopes: readonly string[];
}

const Rights = createContext<Me | undefined>(undefined);

/** Asks once for every sign-in what may be done, for all that stands within. */
export function RightsProvider({ children }: { readonly children: ComponentChildren }) {
  const { data } = useResource<Me>('/v1/me');
  return <Rights.Provider value={data}>{children}</Rights.Provider>;
}

/** Whether a right is there; while that is not known it is taken to be: the API has the last word. */
export function useMay(scope: 'write' | 'admin'): boolean {
  return useContext(Rights)?.scopes.includes(scope) ?? true;
}
