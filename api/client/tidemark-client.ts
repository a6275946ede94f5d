import createClient, { type Client, type Middleware } from 'openapi-fetch';
import { type FollowedEvent, type FollowOptions, followEvents } from './follow-events.ts';
import type { paths } from './schema.ts';

export interface TidemarkClientOptions {
  /** Where the API answers, for instance http://127.0.0.1:8787. */
  readonly baseUrl: string;
  /** A configured key. Give this or `token`, or neither where authentication is off. */
  readonly apiKey?: string;
  /** A token of the configured issuer, or what gives one for each request: it can then be renewed. */
  readonly token?: string | (() => string | Promise<string>);
  /** Default: the global one. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** Routes that answer with an open stream. */
export type StreamPath = '/v1/alerts/stream' | '/v1/rule-alerts/stream' | '/v1/live';

/** Every route of the API by its method and path, with the types of the OpenAPI document. */
export interface TidemarkClient extends Client<paths> {
  /**
   * Events of a stream as they come, over as many connections as it takes: after a break it goes on after the last event.
   * Ends when `options.signal` aborts.
   * @throws {StreamRefusedError} when the API refuses the stream for good, with its problem
   */
  follow(path: StreamPath, options?: FollowOptions): AsyncGenerator<FollowedEvent>;
}

/**
 * A client of one Tidemark.
 * @example
 * const client = createTidemarkClient({ baseUrl: 'http://127.0.0.1:8787' });
 * const { data, error } = await client.GET('/v1/customers/{id}/predictions', { params: { path: { id: '12346' } } });
 */
export function createTidemarkClient(options: TidemarkClientOptions): TidemarkClient {
  const { baseUrl } = options;
  const send = options.fetch ?? ((request: Request) => fetch(request));
  const client = createClient<paths>({ baseUrl, fetch: send });
  const credentials: Middleware = {
    async onRequest({ request }) {
      await addCredentials(request.headers, options);
      return request;
    },
  };
  client.use(credentials);
  const connect = async (path: StreamPath, headers: Headers, signal: AbortSignal | undefined) => {
    await addCredentials(headers, options);
    const url = new URL(path, baseUrl);
    return send(new Request(url, signal === undefined ? { headers } : { headers, signal }));
  };
  return Object.assign(client, {
    follow: (path: StreamPath, follow: FollowOptions = {}) =>
      followEvents((headers, signal) => connect(path, headers, signal), follow),
  });
}

async function addCredentials(headers: Headers, { apiKey, token }: TidemarkClientOptions): Promise<void> {
  if (apiKey !== undefined) headers.set('X-Api-Key', apiKey);
  if (token !== undefined) {
    headers.set('Authorization', `Bearer ${typeof token === 'string' ? token : await token()}`);
  }
}
