import { createParser } from 'eventsource-parser';
import { type Problem, ProblemError, passes, unreachable } from './problem.ts';
import type { Store } from './store.ts';

export interface StreamMessage {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

export type StreamState =
  | { readonly kind: 'connecting' }
  /** `everyMs`: the server gives the stream in turns, this far apart. */
  | { readonly kind: 'open'; readonly everyMs?: number }
  | {
      readonly kind: 'waiting';
      readonly attempts: number;
      readonly retryMs: number;
      readonly problem: Problem;
    }
  /** Asking again would not help: the problem says what has to change first. */
  | { readonly kind: 'refused'; readonly problem: Problem };

export interface FollowStreamOptions {
  /** Opens the stream strictly after an event id. @throws {ProblemError} */
  readonly open: (lastEventId: string | undefined, signal: AbortSignal) => Promise<Response>;
  readonly onMessage: (message: StreamMessage) => void;
  readonly onState: (state: StreamState) => void;
  readonly lastEventId?: string | undefined;
  readonly signal: AbortSignal;
  /** Tells of moments at which a connection is worth trying at once, such as an answer to another call. */
  readonly nudge?: Store<number> | undefined;
  /** Silence after which a connection counts as dead; the server sends a comment every 15 s. Default 40,000 ms. */
  readonly silenceMsMax?: number;
  readonly pause?: (ms: number, signal: AbortSignal, nudge?: Store<number>) => Promise<void>;
  readonly random?: () => number;
}

const retryMsMin = 500;
const retryMsMax = 4_000;

/** Characters of one message; a longer one ends the connection. */
const messageLengthMax = 1_000_000;

/**
 * Reads Server-Sent Events until `signal` ends it, connecting again whenever the connection breaks: after half a second at
 * first, at most after five, at once when nudged, and never sooner than the server asks. A stream that ends in order has not
 * broken: it is asked for again after the time it named, and only if that fails is the connection told to be down. Each
 * connection goes on strictly after the last message that was handed on, so nothing is missed and nothing comes twice where
 * the server keeps its order.
 */
export async function followStream(options: FollowStreamOptions): Promise<void> {
  const { signal, onState, nudge, pause = pauseUnless, random = Math.random } = options;
  const place: Place = { lastEventId: options.lastEventId, retryMs: undefined, everyMs: undefined };
  onState({ kind: 'connecting' });
  for (let attempts = 0; !signal.aborted; ) {
    const result = await readConnection(options, place);
    if (signal.aborted) return;
    if (result.inOrder && place.retryMs !== undefined) {
      attempts = 0;
      place.everyMs = Math.max(retryMsMin, place.retryMs);
      onState({ kind: 'open', everyMs: place.everyMs });
      await pause(place.everyMs, signal);
      continue;
    }
    if (!passes(result.problem)) {
      onState({ kind: 'refused', problem: result.problem });
      return;
    }
    attempts = result.opened ? 1 : attempts + 1;
    const askedMs = (result.problem.retryAfterSeconds ?? 0) * 1_000;
    const growingMs = Math.min(retryMsMax, retryMsMin * 2 ** (attempts - 1)) * (0.75 + random() / 2);
    const retryMs = Math.max(askedMs, growingMs);
    onState({ kind: 'waiting', attempts, retryMs, problem: result.problem });
    // A server that names a time is up, and means it.
    await pause(retryMs, signal, askedMs > 0 ? undefined : nudge);
  }
}

/** What one connection leaves to the next. */
interface Place {
  lastEventId: string | undefined;
  /** When to come back, as this connection said, ms. */
  retryMs: number | undefined;
  /** How far turns are apart, once there was one, ms. */
  everyMs: number | undefined;
}

interface ConnectionEnd {
  readonly opened: boolean;
  /** The server ended the stream itself, whole. */
  readonly inOrder: boolean;
  readonly problem: Problem;
}

async function readConnection(
  { open, onMessage, onState, signal, silenceMsMax = 40_000 }: FollowStreamOptions,
  place: Place,
): Promise<ConnectionEnd> {
  const silence = new AbortController();
  const ending = AbortSignal.any([signal, silence.signal]);
  let timer = setTimeout(() => silence.abort(), silenceMsMax);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMsMax);
  };
  let opened = false;
  try {
    const response = await open(place.lastEventId, ending);
    if (response.body === null || !/^text\/event-stream\b/.test(response.headers.get('Content-Type') ?? '')) {
      return { opened, inOrder: false, problem: unreachable('the answer is no stream') };
    }
    opened = true;
    place.retryMs = undefined;
    onState(place.everyMs === undefined ? { kind: 'open' } : { kind: 'open', everyMs: place.everyMs });
    const parser = createParser({
      maxBufferSize: messageLengthMax,
      onEvent: ({ event = 'message', id, data }) => {
        onMessage({ event, id, data });
        if (id !== undefined) place.lastEventId = id;
      },
      onRetry: (ms) => {
        place.retryMs = ms;
      },
      onError: (error) => {
        if (error.type === 'max-buffer-size-exceeded') silence.abort();
      },
    });
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    const release = () => void reader.cancel().catch(() => {});
    ending.addEventListener('abort', release, { once: true });
    for (;;) {
      const { done, value } = await reader.read();
      if (done || ending.aborted) break;
      heard();
      parser.feed(decoder.decode(value, { stream: true }));
    }
    return { opened, inOrder: !ending.aborted, problem: unreachable('the connection ended') };
  } catch (error) {
    const problem = error instanceof ProblemError ? error.problem : unreachable(error);
    return { opened, inOrder: false, problem };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits until the time is over, a nudge comes, or `signal` ends it. Nudges of the first half second don't count: a stream
 * that breaks as soon as it opens is not tried without pause, however often other calls succeed.
 */
export function pauseUnless(ms: number, signal: AbortSignal, nudge?: Store<number>): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    let unsubscribe: (() => void) | undefined;
    const timer = setTimeout(done, ms);
    const listening = setTimeout(() => {
      unsubscribe = nudge?.subscribe(done);
    }, retryMsMin);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      clearTimeout(listening);
      unsubscribe?.();
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
