import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../context.ts';

/** What a 304 keeps of the answer it stands for. */
const keptHeaders = [
  'cache-control',
  'vary',
  'x-request-id',
  'ratelimit',
  'ratelimit-policy',
  'access-control-allow-origin',
  'access-control-expose-headers',
];

/** What is asked for to see it move: kept nowhere. */
const everMoving: ReadonlySet<string> = new Set(['/v1/status', '/v1/me']);

/** True for a read that gets no ETag, since its answer is another each time. */
export function isEverMoving(path: string): boolean {
  return everMoving.has(path);
}

/**
 * Gives every JSON answer to a read under /v1 an ETag, and answers 304 to a request whose If-None-Match has it. Answers
 * move with time, so a cache may keep one only to ask whether it still holds. Streams are left alone.
 * @see RFC 9110, sections 8.8.3 and 13.1.2
 */
export const entityTags: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (!isRead || c.res.status !== 200 || isEverMoving(c.req.path)) return;
  if (!c.res.headers.get('Content-Type')?.startsWith('application/json')) return;
  const body = await c.res.text();
  const tag = `W/"${createHash('sha1').update(body).digest('base64url')}"`;
  const headers = new Headers(c.res.headers);
  headers.set('ETag', tag);
  headers.set('Cache-Control', 'private, no-cache');
  const matched = isListed(tag, c.req.header('If-None-Match'));
  if (matched) {
    for (const name of [...headers.keys()]) {
      if (name !== 'etag' && !keptHeaders.includes(name)) headers.delete(name);
    }
  }
  // Unset first: otherwise the old answer's headers are taken over.
  c.res = undefined;
  c.res = new Response(matched ? null : body, { status: matched ? 304 : 200, headers });
};

/** Weak comparison: the marks of weakness don't count. */
function isListed(tag: string, header: string | undefined): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const opaque = tag.replace(/^W\//, '');
  return header.match(/"[^"]*"/g)?.includes(opaque) ?? false;
}
