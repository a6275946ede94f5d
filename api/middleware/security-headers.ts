import { createMiddleware } from 'hono/factory';

/** What a page that shows nothing may load: nothing. Pages that show something set their own. */
const nothingPolicy = "default-src 'none'; frame-ancestors 'none'";

/** Headers that keep browsers from guessing types, framing, or loading anything a page didn't ask for. */
export const securityHeaders = createMiddleware(async (c, next) => {
  await next();
  const { headers } = c.res;
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('X-Frame-Options', 'DENY');
  headers.set('Referrer-Policy', 'no-referrer');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', nothingPolicy);
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
});
