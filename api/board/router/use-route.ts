import { useEffect, useState } from 'preact/hooks';

/** Where the page stands: path and query, as the address bar shows them. */
export interface Place {
  readonly pathname: string;
  readonly search: string;
}

const moved = 'tidemark-moved';

function here(): Place {
  return { pathname: location.pathname, search: location.search };
}

/** The place, drawn anew when it changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const read = () => setPlace(here());
    addEventListener('popstate', read);
    addEventListener(moved, read);
    return () => {
      removeEventListener('popstate', read);
      removeEventListener(moved, read);
    };
  }, []);
  return place;
}

/** Goes to another place of the board, as a link would. */
export function goTo(path: string): void {
  history.pushState(null, '', path);
  dispatchEvent(new Event(moved));
}

/** Makes plain links within the board change the place without loading the page anew. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.target !== '' || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || !/^\/board(\/|$)/.test(link.pathname)) return;
    if (link.hash !== '' && link.pathname === location.pathname) return;
    event.preventDefault();
    goTo(link.pathname + link.search);
  });
}

/** One parameter of the query, and what sets it: deep links hold the filters of a view. */
export function useParameter(name: string, fallback = ''): [string, (value: string) => void] {
  const { search } = usePlace();
  const value = new URLSearchParams(search).get(name) ?? fallback;
  const set = (next: string) => {
    const parameters = new URLSearchParams(location.search);
    if (next === fallback || next === '') parameters.delete(name);
    else parameters.set(name, next);
    const text = parameters.toString();
    history.replaceState(null, '', text === '' ? location.pathname : `${location.pathname}?${text}`);
    dispatchEvent(new Event(moved));
  };
  return [value, set];
}
