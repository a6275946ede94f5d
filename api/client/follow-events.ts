import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';

export interface FollowOptions {
  /** Begin strictly after this event; left out, with what comes from now on. */
  readonly lastEventId?: string;
  readonly signal?: AbortSignal;
  /** Longest wait before another connection, milliseconds. Default 30,000. */
  readonly waitMsMax?: number;
}

export interface FollowedEvent {
  readonly id: string | undefined;
  /** The kind of event, for instance `migration`; `following` tells a place to go on after, and no more. */
  readonly event: string;
  /** The body, read as JSON. */
  readonly data: unknown;
}

/** The API refuses a stream, and asking again would not help. */
export class StreamRefusedError extends Error {
  readonly status: number;
  /** Problem details as the API gave them. */
  readonly problem: unknown;

  constructor(status: number, problem: unknown) {
    super(`the stream is refused with ${status}`);
    this.name = 'StreamRefusedError';
    this.status = status;
    this.problem = problem;
  }
}

const waitMsDefault = 2_000;

/**
 * Reads a stream of events, connecting again after each break where the last event left off.
 * The wait before another connection is what the stream or Retry-After says, doubled while none succeeds, to a limit.
 */
export async function* followEvents(
  connect: (headers: Headers, signal: AbortSignal | undefined) => Promise<Response>,
  { lastEventId, signal, waitMsMax = 30_000 }: FollowOptions,
): AsyncGenerator<FollowedEvent> {
  let after = lastEventId;
  let retryMs = waitMsDefault;
  let failures = 0;
  while (!isAborted(signal)) {
    try {
      const headers = new Headers({ Accept: 'text/event-stream' });
      if (after !== undefined) headers.set('Last-Event-ID', after);
      const response = await connect(headers, signal);
      if (response.status >= 400 && response.status < 500 && response.status !== 429) {
        throw new StreamRefusedError(response.status, await response.json().catch(() => undefined));
      }
      if (response.ok && response.body !== null) {
        failures = 0;
        const onRetry = (ms: number) => {
          retryMs = ms;
        };
        for await (const message of messagesOf(response.body, onRetry, signal)) {
          after = message.id ?? after;
          yield { id: message.id, event: message.event ?? 'message', data: JSON.parse(message.data) };
        }
      } else {
        retryMs = Number(response.headers.get('Retry-After')) * 1_000 || retryMs;
        await response.body?.cancel();
        failures += 1;
      }
    } catch (error) {
      if (isAborted(signal)) return;
      if (error instanceof StreamRefusedError || error instanceof SyntaxError) throw error;
      failures += 1;
    }
    await pause(Math.min(waitMsMax, retryMs * 2 ** Math.max(0, failures - 1)), signal);
  }
}

async function* messagesOf(
  body: ReadableStream<Uint8Array>,
  onRetry: (ms: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<EventSourceMessage> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    .pipeThrough(new EventSourceParserStream({ onRetry }))
    .getReader();
  // What waits for the next event must hear of it, too.
  const stop = () => void reader.cancel().catch(() => {});
  signal?.addEventListener('abort', stop, { once: true });
  if (isAborted(signal)) stop();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever stops listening closes the connection, too.
    signal?.removeEventListener('abort', stop);
    await reader.cancel().catch(() => {});
  }
}

/** Asked through a function, since it changes while the stream is read. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted ?? false;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (isAborted(signal)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
