import { useEffect, useState } from 'preact/hooks';
import type { Store } from './store.ts';

/** The value of a store, drawn anew when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(() => store.value);
  useEffect(() => {
    const read = () => setValue(() => store.value);
    // What changed between the first drawing and now.
    read();
    return store.subscribe(read);
  }, [store]);
  return value;
}
