import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { errorFields } from '../../operators/error-fields.ts';
import { TidemarkError } from '../../operators/errors.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { HttpProblem } from '../problems.ts';
import { type FeedEntry, type ReadFeed, streamAlerts } from './stream-alerts.ts';

export interface Feed<Entry extends FeedEntry> {
  /** Type of the events. */
  readonly event: string;
  readonly read: ReadFeed<Entry>;
  /** Key of the newest entry; undefined before the first. */
  readonly latest: () => Promise<string | undefined>;
  /** The data of an entry's event; undefined leaves it out. */
  readonly present: (entry: Entry) => unknown;
}

/**
 * Answers requests with a feed as Server-Sent Events: from now on, or strictly after an entry. At most `streamsMax` at a
 * time, further ones get 503.
 */
export function serveFeed<Entry extends FeedEntry>(
  { deps, options }: ApiContext,
  feed: Feed<Entry>,
): (c: Context<ApiEnv>, lastEventId: string | undefined) => Promise<Response> {
  let open = 0;
  return async (c, lastEventId) => {
    if (deps.closing.aborted) throw new HttpProblem('unavailable', { headers: { 'Retry-After': '2' } });
    if (open >= options.streamsMax)
      throw new HttpProblem('too-many-streams', { headers: { 'Retry-After': '5' } });
    open += 1;
    try {
      const after = lastEventId ?? (await feed.latest());
      // Read once before answering, so that a bad id or a table that is down still gets its status.
      const page = await refusingId(() => feed.read(after));
      const ended = new AbortController();
      const end = () => ended.abort();
      deps.closing.addEventListener('abort', end, { once: true });
      if (deps.closing.aborted) end();
      const response = streamSSE(c, async (stream) => {
        stream.onAbort(end);
        try {
          await streamAlerts(
            stream,
            feed.read,
            { after, page },
            {
              event: feed.event,
              pollMs: options.streamPollMs,
              heartbeatMs: options.heartbeatMs,
              stallMsMax: options.stallMsMax,
              ending: ended.signal,
              present: feed.present,
              onReadFailure: (error, failures) =>
                deps.log('warn', 'reading the alert feed failed', {
                  requestId: c.get('requestId'),
                  failures,
                  ...errorFields(error),
                }),
            },
          );
        } catch (error) {
          deps.log('error', 'an alert stream failed', {
            requestId: c.get('requestId'),
            ...errorFields(error),
          });
        } finally {
          open -= 1;
          deps.closing.removeEventListener('abort', end);
        }
      });
      response.headers.set('X-Accel-Buffering', 'no');
      return response;
    } catch (error) {
      open -= 1;
      throw error;
    }
  };
}

/** Turns the store's refusal of a feed key into a problem of the request. */
async function refusingId<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof TidemarkError && error.code === 'invalid-cursor')) throw error;
    throw new HttpProblem('invalid-request', {
      detail: 'Last-Event-ID is not the id of an event of this stream.',
      extensions: { errors: [{ location: 'header', field: 'last-event-id', message: 'no such event' }] },
    });
  }
}
