import type { Context } from 'hono';
import { errorFields } from '../../operators/error-fields.ts';
import { TidemarkError } from '../../operators/errors.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { streamOpener } from '../open-stream.ts';
import { HttpProblem } from '../problems.ts';
import { type FeedEntry, type ReadFeed, streamAlerts } from './stream-alerts.ts';

/** Where the client says it is; the header wins. */
interface GivenPlace {
  readonly header: { readonly 'last-event-id'?: string | undefined };
  readonly query: { readonly lastEventId?: string | undefined };
}

export interface Feed<Entry extends FeedEntry> {
  /** Type of the events. */
  readonly event: string;
  readonly read: ReadFeed<Entry>;
  /** The key after which `read` gives what comes from now on. */
  readonly start: () => Promise<string>;
  /** The data of an entry's event; undefined leaves it out. */
  readonly present: (entry: Entry) => unknown;
}

/**
 * Answers requests with a feed as Server-Sent Events: from now on, or strictly after an entry. At most `streamsMax` at a
 * time, further ones get 503.
 */
export function serveFeed<Entry extends FeedEntry>(
  context: ApiContext,
  feed: Feed<Entry>,
): (c: Context<ApiEnv>, place: GivenPlace) => Promise<Response> {
  const openStream = streamOpener(context);
  const { deps, options } = context;
  return (c, { header, query }) =>
    openStream(c, {
      prepare: async () => {
        const given = header['last-event-id'] ?? query.lastEventId;
        const after = given ?? (await feed.start());
        const isHeader = header['last-event-id'] !== undefined;
        const page = await refusingId(isHeader, () => feed.read(after));
        return { after, isKnown: given !== undefined, page };
      },
      follow: (stream, start) =>
        streamAlerts(stream, feed.read, start, {
          event: feed.event,
          pollMs: options.streamPollMs,
          heartbeatMs: options.heartbeatMs,
          present: feed.present,
          onReadFailure: (error, failures) =>
            deps.log('warn', 'reading the alert feed failed', {
              requestId: c.get('requestId'),
              failures,
              ...errorFields(error),
            }),
        }),
    });
}

/** Turns the store's refusal of a feed key into a problem of the request. */
async function refusingId<T>(isHeader: boolean, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof TidemarkError && error.code === 'invalid-cursor')) throw error;
    const at = isHeader
      ? { location: 'header', field: 'last-event-id' }
      : { location: 'query', field: 'lastEventId' };
    throw new HttpProblem('invalid-request', {
      detail: `${at.location}: ${at.field} is not the id of an event of this stream.`,
      extensions: { errors: [{ ...at, message: 'no such event' }] },
    });
  }
}
