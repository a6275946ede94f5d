import type { Context } from 'hono';

/**
 * True for a request that names a loopback address, or a name that always leads to one. A page that had its own name
 * resolve to this machine is told by the name it asks under.
 */
export function namesThisMachine(c: Context): boolean {
  const host = c.req.header('Host') ?? new URL(c.req.url).host;
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(name)
  );
}
