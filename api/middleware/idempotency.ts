import { createHash } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';
import { errorFields } from '../../operators/error-fields.ts';
import type { AnswerStore, StoredAnswer } from '../../sinks/answer-store.ts';
import { isWrite } from '../auth/route-scopes.ts';
import type { ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { HttpProblem } from '../problems.ts';
import { matchedRoute } from './matched-route.ts';

const keyPattern = /^[\x21-\x7e]{1,255}$/;
const keptHeaders = ['content-type', 'location', 'etag'];

/**
 * Gives the repetition of a write that came with an `Idempotency-Key` the answer of the first, for 24 hours.
 *
 * The key belongs to the caller. What succeeded whole is kept; any other answer, one of part success too, gives the key
 * free, so that the request can be mended or sent again. The write happens once, with one exception: when the process dies,
 * or the table fails, between the write and the keeping of its answer, a repetition after a minute does it again. Routes
 * bear that as far as they can: an event sent again has the same event id and counts once.
 * @throws {HttpProblem} `idempotency-key-reused`, `request-in-progress`, `invalid-request`
 * @see draft-ietf-httpapi-idempotency-key-header
 */
export function idempotency(store: AnswerStore, log: ApiDependencies['log']): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const given = c.req.header('Idempotency-Key');
    const route = given === undefined ? undefined : matchedRoute(c);
    const [method = '', path = ''] = route?.split(' ') ?? [];
    if (given === undefined || route === undefined || !isWrite(method, path)) return next();
    const key = storedKey(c, given);
    const claim = await store.claim(key, await fingerprintOf(c));
    if (claim.kind === 'other-request') throw new HttpProblem('idempotency-key-reused');
    if (claim.kind === 'in-flight') {
      throw new HttpProblem('request-in-progress', { headers: { 'Retry-After': '1' } });
    }
    if (claim.kind === 'answered') {
      return replayed(c, claim.answer);
    }
    await next();
    await keep(c, store, { key, owner: claim.owner }).catch((error: unknown) => {
      // What was asked for is done: the caller must hear of it even if a repetition won't.
      log('error', 'an answer to a write was not kept', {
        requestId: c.get('requestId'),
        route,
        ...errorFields(error),
      });
    });
  };

  async function keep(
    c: Context<ApiEnv>,
    answers: AnswerStore,
    { key, owner }: { readonly key: string; readonly owner: string },
  ): Promise<void> {
    // What failed of a part success is to be sent again, and the key is that of the request as it was.
    if (!c.res.ok || c.res.status === 207) return answers.release(key, owner);
    const headers = keptHeaders.flatMap((name) => {
      const value = c.res.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    const answer = {
      status: c.res.status,
      headers: Object.fromEntries(headers),
      body: c.get('keptBody') ?? (await c.res.clone().text()),
    };
    if (await answers.settle(key, owner, answer)) return;
    log('warn', 'an answer to a write is too large to be kept, or came too late', {
      requestId: c.get('requestId'),
    });
    await answers.release(key, owner);
  }
}

/**
 * Has the answer to this write kept, and given to its repetitions, with another body: for answers that hold what is shown
 * once and stored nowhere.
 */
export function keepInstead(c: Context<ApiEnv>, body: object): void {
  c.set('keptBody', JSON.stringify(body));
}

/** By the context, which adds what each answer has of its own: the request's id, what is left of the caller's requests. */
function replayed(c: Context<ApiEnv>, { status, headers, body }: StoredAnswer): Response {
  return c.newResponse(status === 204 ? null : body, status as StatusCode, {
    ...headers,
    'Idempotency-Replayed': 'true',
  });
}

/** Hashed together with the caller: nobody gets at another's answer by guessing a key. */
function storedKey(c: Context<ApiEnv>, given: string): string {
  // A structured header's string stands in quotes.
  const key = given.replace(/^"(.*)"$/, '$1');
  if (!keyPattern.test(key)) {
    const message = 'expected 1 to 255 visible ASCII characters';
    throw new HttpProblem('invalid-request', {
      detail: `header: Idempotency-Key: ${message}`,
      extensions: { errors: [{ location: 'header', field: 'Idempotency-Key', message }] },
    });
  }
  const identity = c.get('identity');
  const caller =
    identity.kind === 'known' ? [identity.principal.authentication, identity.principal.subject] : [];
  return digest(JSON.stringify([...caller, key]));
}

async function fingerprintOf(c: Context): Promise<string> {
  const { pathname, search } = new URL(c.req.url);
  const hash = createHash('sha256').update(JSON.stringify([c.req.method, pathname, search]));
  return hash.update(Buffer.from(await c.req.arrayBuffer())).digest('base64url');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
