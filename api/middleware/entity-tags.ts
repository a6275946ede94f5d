import { createHash } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../context.ts';

/** What is asked for to see it move: kept nowhere. */
const everMoving: ReadonlySet<string> = new Set(['/v1/status', '/v1/me']);

/** True for a read that gets no ETag, since its answer is another each time. */
export function isEverMoving(path: string): boolean {
  return everMoving.has(path);
}

/**
 * Gives every JSON answer to a read under /v1 an ETag, and answers 304 to a request whose If-None-Match has it. Answers
 * move with time, so a cache may keep one only to ask whether it still holds. Streams are left alone.
 *
 * The tag is made where the answer is written, of its text: reading it back out of a response would take longer than all
 * else a look-up does on the way.
 * @see RFC 9110, sections 8.8.3 and 13.1.2
 */
export const entityTags: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (isRead && !isEverMoving(c.req.path)) c.json = taggedJson(c, c.json);
  await next();
};

type WriteJson = Context<ApiEnv>['json'];

function taggedJson(c: Context<ApiEnv>, untagged: WriteJson): WriteJson {
  return ((value: unknown, status?: number, headers?: Record<string, string>) => {
    if (status !== undefined && status !== 200) return untagged(value as object, status as never, headers);
    const text = JSON.stringify(value);
    const tag = `W/"${createHash('sha1').update(text).digest('base64url')}"`;
    const tagged = { ...headers, ETag: tag, 'Cache-Control': 'private, no-cache' };
    if (isListed(tag, c.req.header('If-None-Match'))) return c.body(null, 304, tagged);
    return c.body(text, 200, { ...tagged, 'Content-Type': 'application/json' });
  }) as WriteJson;
}

/** Weak comparison: the marks of weakness don't count. */
function isListed(tag: string, header: string | undefined): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const opaque = tag.replace(/^W\//, '');
  return header.match(/"[^"]*"/g)?.includes(opaque) ?? false;
}
