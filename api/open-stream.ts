import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { errorFields } from '../operators/error-fields.ts';
import type { ApiContext, ApiEnv } from './context.ts';
import { HttpProblem } from './problems.ts';

/** An open stream of Server-Sent Events. */
export interface EventStream {
  /**
   * Writes, and returns once the client took it; a client that doesn't within `stallMsMax` is given up. After the end
   * nothing is written.
   */
  readonly write: (text: string) => Promise<void>;
  /** True where the answer reaches the client only when it has ended: give what there is, and when to come back. */
  readonly inTurns: boolean;
  /** Aborts when the host closes, or the client has gone. */
  readonly ending: AbortSignal;
}

export interface StreamPlan<First> {
  /** Read before the answer begins, so that a bad request or a table that is down still gets its status. */
  readonly prepare: () => Promise<First>;
  /** Writes until `ending`; the stream ends when it returns or throws. */
  readonly follow: (stream: EventStream, first: First) => Promise<void>;
}

export type OpenStream = <First>(c: Context<ApiEnv>, plan: StreamPlan<First>) => Promise<Response>;

/**
 * Answers requests of one route with streams, at most `streamsMax` at a time. HEAD gets the headers alone: a stream that
 * nobody reads would be followed, and hold one of the places, until a write of it stalls.
 * @throws {HttpProblem} `too-many-streams`, or `unavailable` when the host closes.
 */
export function streamOpener({ deps, options }: ApiContext): OpenStream {
  let open = 0;
  return async (c, { prepare, follow }) => {
    if (deps.closing.aborted) throw new HttpProblem('unavailable', { headers: { 'Retry-After': '2' } });
    if (c.req.method === 'HEAD') {
      return c.body(null, 200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
    }
    if (open >= options.streamsMax) {
      throw new HttpProblem('too-many-streams', { headers: { 'Retry-After': '5' } });
    }
    open += 1;
    const ended = new AbortController();
    const end = () => ended.abort();
    deps.closing.addEventListener('abort', end, { once: true });
    const leave = () => {
      open -= 1;
      deps.closing.removeEventListener('abort', end);
    };
    const first = await prepare().catch((error: unknown) => {
      leave();
      throw error;
    });
    const response = streamSSE(c, async (stream) => {
      stream.onAbort(end);
      const write = (text: string) => writeOrAbort(stream, text, ended.signal, options.stallMsMax);
      try {
        await follow({ write, inTurns: deps.streamsInTurns === true, ending: ended.signal }, first);
      } catch (error) {
        deps.log('warn', 'a stream failed', {
          requestId: c.get('requestId'),
          path: c.req.path,
          ...errorFields(error),
        });
      } finally {
        leave();
      }
    });
    response.headers.set('X-Accel-Buffering', 'no');
    return response;
  };
}

async function writeOrAbort(
  stream: SSEStreamingApi,
  text: string,
  ending: AbortSignal,
  stallMsMax: number,
): Promise<void> {
  if (ending.aborted) return;
  const abort = () => stream.abort();
  const timer = setTimeout(abort, stallMsMax);
  // A reader that has stopped must not hold up a host that closes.
  ending.addEventListener('abort', abort, { once: true });
  try {
    await stream.write(text);
  } finally {
    clearTimeout(timer);
    ending.removeEventListener('abort', abort);
  }
}
