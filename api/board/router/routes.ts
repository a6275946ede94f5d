/** Every view, with what its path names. */
export type Route =
  | { readonly view: 'live' }
  | { readonly view: 'segments' }
  | { readonly view: 'segment'; readonly slug: string }
  | { readonly view: 'flows' }
  | { readonly view: 'customers' }
  | { readonly view: 'customer'; readonly id: string }
  | { readonly view: 'alerts' }
  | { readonly view: 'fired' }
  | { readonly view: 'rules' }
  | { readonly view: 'rule'; readonly id: string }
  | { readonly view: 'new-rule' }
  | { readonly view: 'quarantine' }
  | { readonly view: 'record'; readonly id: string }
  | { readonly view: 'models' }
  | { readonly view: 'model'; readonly id: string }
  | { readonly view: 'about' }
  | { readonly view: 'unknown' };

const root = '/board';

/** The view that a path means. */
export function parseRoute(pathname: string): Route {
  const parts = decodeParts(pathname);
  if (parts === undefined || parts.length > 3) return { view: 'unknown' };
  const [first = '', second, third] = parts;
  if (third !== undefined) {
    if (first !== 'alerts' || second !== 'rules') return { view: 'unknown' };
    return third === 'new' ? { view: 'new-rule' } : { view: 'rule', id: third };
  }
  return second === undefined ? listRoute(first) : itemRoute(first, second);
}

function listRoute(first: string): Route {
  switch (first) {
    case '':
      return { view: 'live' };
    case 'segments':
    case 'flows':
    case 'customers':
    case 'alerts':
    case 'quarantine':
    case 'models':
    case 'about':
      return { view: first };
    default:
      return { view: 'unknown' };
  }
}

function itemRoute(first: string, second: string): Route {
  switch (first) {
    case 'segments':
      return { view: 'segment', slug: second };
    case 'customers':
      return { view: 'customer', id: second };
    case 'alerts':
      if (second === 'rules') return { view: 'rules' };
      return second === 'fired' ? { view: 'fired' } : { view: 'unknown' };
    case 'quarantine':
      return { view: 'record', id: second };
    case 'models':
      return { view: 'model', id: second };
    default:
      return { view: 'unknown' };
  }
}

/** The path of a view, each part encoded by itself. */
export function boardPath(...parts: readonly string[]): string {
  return [root, ...parts.map(encodeURIComponent)].join('/');
}

/** The path of an API resource, each part encoded by itself. */
export function apiPath(...parts: readonly string[]): string {
  return ['/v1', ...parts.map(encodeURIComponent)].join('/');
}

/**
 * True for what no path can name, however it is encoded: browsers take a dot, or two, for a step within the path.
 * @see WHATWG URL, section 4.1, single-dot and double-dot path segments
 */
export function isUnreachable(id: string): boolean {
  return id === '' || id === '.' || id === '..';
}

function decodeParts(pathname: string): string[] | undefined {
  const rest = pathname.startsWith(root) ? pathname.slice(root.length) : pathname;
  try {
    return rest
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
