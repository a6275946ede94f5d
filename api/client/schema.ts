/** Generated from the OpenAPI document by `npx tsx test/api/client/write-schema.ts`; not edited by hand. */

export interface paths {
  '/': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The board; where a deployment has none, links and live figures */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description A page to read. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'text/html': string;
          };
        };
        /** @description The board is under `/board`. */
        302: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests at once; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/docs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** This documentation */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description A page to read; it loads nothing from elsewhere. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'text/html': string;
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests at once; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Is the process alive? */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description It is; says nothing of what it depends on. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['Health'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Metrics in Prometheus text exposition */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description The metrics. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'text/plain': string;
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/openapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The OpenAPI 3.1 document of all routes */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description The document. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': Record<string, never>;
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests at once; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/problems/{kind}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What a problem means */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          kind: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description A page to read. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'text/html': string;
          };
        };
        /** @description There is no such problem. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests at once; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Can it do its work? */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Stream, tables and pipeline answer. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['Ready'];
          };
        };
        /** @description Not yet, or not any more; `reasons` says what is missing. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['Ready'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/alerts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Moves between segments, of all customers
     * @description Newest published first. With filters one request examines at most 5,000 moves, so a page can be short and still have a `nextCursor`.
     */
    get: {
      parameters: {
        query?: {
          /** @description event: a purchase or return did it; time: nothing happened for long enough; model: a new segment model. */
          cause?: components['schemas']['MigrationCause'];
          /** @description Where to go on: `nextCursor` of the page before. Leave it out for the first page. */
          cursor?: string;
          /** @description Only moves that took effect at or after this instant. */
          from?: string;
          /** @description Entries of one page. */
          limit?: number;
          /** @description Only moves that took effect before this instant. */
          to?: string;
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description One page of alerts. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['AlertPage'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/alerts/stream': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Moves between segments as they are published, as Server-Sent Events
     * @description Each event has the type `migration`, the feed key as id and a Migration as data. With Last-Event-ID (a header, or `lastEventId`) the stream goes on strictly after that event; without, it begins now. A comment keeps a silent stream open. Events come in the order of publication, each once a connection, moments after they are published. An event `following` has a place in the stream as id and says no more: a client keeps it as any other id. Behind API Gateway, which hands answers over whole, a stream ends when it has given what there is; come back after `retry`.
     */
    get: {
      parameters: {
        query?: {
          /** @description As the header, for clients that can set none. The header wins. */
          lastEventId?: string;
        };
        header?: {
          'last-event-id'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description An open stream; it ends when the host closes, or with its turn. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'text/event-stream': string;
          };
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many open streams, or a service behind the API is down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/customers/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * All about one customer
     * @description Consumption features, segment and predictions, computed for the instant of reading.
     */
    get: {
      parameters: {
        query?: {
          /** @description Answer as it will be at this instant with no further purchase. Not before the last event of the customer, at most five years ahead. Default: now. */
          asOf?: string;
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path: {
          /** @description The customer, as the events name it. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description The customer at the instant `asOf`. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['CustomerProfile'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No event of this customer has been processed. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/customers/{id}/features': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What one customer has consumed */
    get: {
      parameters: {
        query?: {
          /** @description Answer as it will be at this instant with no further purchase. Not before the last event of the customer, at most five years ahead. Default: now. */
          asOf?: string;
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path: {
          /** @description The customer, as the events name it. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Lifetime, windows and behaviour. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['CustomerFeatures'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No event of this customer has been processed. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/customers/{id}/migrations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The moves of one customer between segments
     * @description Newest first: each move with its cause, the features that moved it, and both distances.
     */
    get: {
      parameters: {
        query?: {
          /** @description Where to go on: `nextCursor` of the page before. Leave it out for the first page. */
          cursor?: string;
          /** @description Entries of one page. */
          limit?: number;
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path: {
          /** @description The customer, as the events name it. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description One page of moves. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['MigrationPage'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No event of this customer has been processed. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/customers/{id}/outlook': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What becomes of one customer who buys nothing more */
    get: {
      parameters: {
        query?: {
          /** @description Answer as it will be at this instant with no further purchase. Not before the last event of the customer, at most five years ahead. Default: now. */
          asOf?: string;
          /** @description How far ahead to look, days. */
          days?: number;
          /** @description How many instants to look at, evenly spaced: the first is `asOf`, the last `days` later. */
          points?: number;
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path: {
          /** @description The customer, as the events name it. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description The fading outlook and the changes of segment to come. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['CustomerOutlook'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No event of this customer has been processed. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/customers/{id}/predictions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What one customer will buy next, and when */
    get: {
      parameters: {
        query?: {
          /** @description Answer as it will be at this instant with no further purchase. Not before the last event of the customer, at most five years ahead. Default: now. */
          asOf?: string;
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path: {
          /** @description The customer, as the events name it. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Predictions from the instant `asOf` on. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['CustomerPredictions'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No event of this customer has been processed. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/customers/{id}/purchases': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The purchases of one customer
     * @description Newest first by event time, with every line of the order; returns are listed too.
     */
    get: {
      parameters: {
        query?: {
          /** @description Where to go on: `nextCursor` of the page before. Leave it out for the first page. */
          cursor?: string;
          /** @description Entries of one page. */
          limit?: number;
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path: {
          /** @description The customer, as the events name it. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description One page of purchases. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['PurchasePage'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No event of this customer has been processed. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/customers/{id}/segment': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where one customer stands, why, and until when */
    get: {
      parameters: {
        query?: {
          /** @description Answer as it will be at this instant with no further purchase. Not before the last event of the customer, at most five years ahead. Default: now. */
          asOf?: string;
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path: {
          /** @description The customer, as the events name it. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description The segment at the instant `asOf`. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['CustomerSegment'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No event of this customer has been processed. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/deliveries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Deliveries that were given up
     * @description After the last attempt failed, or the target asked for no more. Last given up first.
     */
    get: {
      parameters: {
        query?: {
          /** @description Where to go on: `nextCursor` of the page before. Leave it out for the first page. */
          cursor?: string;
          /** @description Entries of one page. */
          limit?: number;
          /** @description Those given up. */
          status?: 'dead';
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description One page of deliveries. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['DeliveryPage'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/deliveries/{id}/replay': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Deliver again what was given up
     * @description Tried anew as if it had just been fired, under the same id, to where the rule’s target leads now.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /**
           * @description Any text of yours, new for each write. The same request with the same key again gets the answer of the first, with `Idempotency-Replayed: true`, for 24 hours; only answers of whole success are kept.
           * @example 8e03978e-40d5-43e8-bc93-6894a57f9324
           */
          'Idempotency-Key'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description The delivery, to be tried at once, or after the quiet hours. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['Delivery'];
          };
        };
        /** @description A parameter or the body is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Sent by a browser page of another origin. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description There is no such delivery. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description It was not given up, or its rule is disabled. */
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The body is too large. */
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The Idempotency-Key came with another request. */
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Put purchases on the stream
     * @description One event, or an array of at most 500. Each is checked as the stream's decoder checks it; the valid ones are put on the stream. Accepted means on the stream, not yet processed. Sending an event again is safe.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /**
           * @description Any text of yours, new for each write. The same request with the same key again gets the answer of the first, with `Idempotency-Replayed: true`, for 24 hours; only answers of whole success are kept.
           * @example 8e03978e-40d5-43e8-bc93-6894a57f9324
           */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json':
            | components['schemas']['PurchaseEvent']
            | components['schemas']['PurchaseEvent'][];
        };
      };
      responses: {
        /** @description Every event is on the stream. */
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['EventResults'];
          };
        };
        /** @description Some events are on the stream; `results` says which. */
        207: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['EventResults'];
          };
        };
        /** @description The body is not JSON, or not one event or an array of 1 to 500. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Sent by a browser page of another origin. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A request with the same Idempotency-Key is under way; see Retry-After. */
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The body is larger than 5 MB. */
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Every event breaks a rule; `results` gives each reason. */
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json':
              | components['schemas']['EventsProblem']
              | components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The stream takes no events at the moment; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json':
              | components['schemas']['EventsProblem']
              | components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/live': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The figures that move while events come, once a second, as Server-Sent Events
     * @description Each event has the type `live` and LiveFigures as data, all of one moment: it is complete in itself, so a client that comes back has missed nothing. The first comes at once; behind API Gateway each is an answer of its own, to be asked for again after `retry`.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description An open stream; it ends when the host closes, or with its turn. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'text/event-stream': string;
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many open streams, or a service behind the API is down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/me': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Who asks, and what they may do
     * @description Any good credentials will do, whatever their scopes.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Who asks. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['Me'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: asked for under a foreign name. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests at once; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/migrations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Moves between segments one by one, of all customers
     * @description Newest published first. One request examines at most 5,000 moves, so a page can be short and still have a `nextCursor`.
     */
    get: {
      parameters: {
        query?: {
          /** @description event: a purchase or return did it; time: nothing happened for long enough; model: a new segment model. */
          cause?: components['schemas']['MigrationCause'];
          /** @description Where to go on: `nextCursor` of the page before. Leave it out for the first page. */
          cursor?: string;
          /** @description Only moves that took effect at or after this instant. */
          from?: string;
          fromSegment?: components['schemas']['SegmentSlug'];
          /** @description Entries of one page. */
          limit?: number;
          /** @description Only moves that took effect before this instant. */
          to?: string;
          toSegment?: components['schemas']['SegmentSlug'];
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description One page of moves. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['AlertPage'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/models': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The models fitted so far
     * @description Newest first. A model is never changed: a fit adds a version and makes it the active one.
     */
    get: {
      parameters: {
        query?: {
          /** @description Where to go on: `nextCursor` of the page before. Leave it out for the first page. */
          cursor?: string;
          kind?: components['schemas']['ModelKind'];
          /** @description Entries of one page. */
          limit?: number;
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description One page of models. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ModelPage'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/models/{id}/quality': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * How good a model is, and how its predictions did in the last backtests
     * @description Of a segment model: sizes, tightness, whether the names hold, drift. Of a consumption model: parameters, and the candidates it was chosen from as scored within the fit. Of both: the last runs of `tidemark backtest` that were stored, scores beside those of the simple baselines.
     */
    get: {
      parameters: {
        query?: {
          /** @description How many of the last backtests to give. */
          backtests?: number;
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path: {
          /** @description The version of the model. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description The quality of the model. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ModelQuality'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No model of this version is stored. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/predictions/batch-get': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Predictions of many customers
     * @description One result an id, in the order of the ids.
     */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['BatchGetRequest'];
        };
      };
      responses: {
        /** @description One result an id. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['BatchGetAnswer'];
          };
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Sent by a browser page of another origin. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The body is too large. */
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/quarantine': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Records that could not be used
     * @description Those of the newest day first, within a day shard by shard from its newest back. Nothing is lost: each can be read, mended, and put on the stream again. With a filter a page may hold fewer than `limit`, even none, and still have a `nextCursor`.
     */
    get: {
      parameters: {
        query?: {
          /** @description Where to go on: `nextCursor` of the page before. Leave it out for the first page. */
          cursor?: string;
          /** @description Entries of one page. */
          limit?: number;
          reason?: components['schemas']['RejectReason'];
          /** @description Those still open, or those put on the stream again. */
          status?: 'open' | 'replayed';
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description One page of records. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['QuarantinePage'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/quarantine/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One quarantined record, whole */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description The record. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['QuarantineRecord'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description There is no such record. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/quarantine/{id}/replay': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Put a quarantined record on the stream again
     * @description As it is, or with `event` mended. What would be quarantined again is not sent. Nothing counts twice, however often it is sent, and however late: state does not depend on the order of events.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /**
           * @description Any text of yours, new for each write. The same request with the same key again gets the answer of the first, with `Idempotency-Replayed: true`, for 24 hours; only answers of whole success are kept.
           * @example 8e03978e-40d5-43e8-bc93-6894a57f9324
           */
          'Idempotency-Key'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: {
        content: {
          'application/json': components['schemas']['QuarantineReplayRequest'];
        };
      };
      responses: {
        /** @description The stream has it. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['QuarantineReplayAnswer'];
          };
        };
        /** @description A parameter or the body is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Sent by a browser page of another origin. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description There is no such record. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Only its beginning was kept: send the whole event. */
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The body is too large. */
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description It would be quarantined again. */
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json':
              | components['schemas']['RecordRejected']
              | components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The stream, or a service behind the API, is down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/rule-alerts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What the alert rules fired, and how it was delivered
     * @description Newest fired first. Kept for 90 days.
     */
    get: {
      parameters: {
        query?: {
          /** @description Where to go on: `nextCursor` of the page before. Leave it out for the first page. */
          cursor?: string;
          /** @description Entries of one page. */
          limit?: number;
          /** @description Only alerts of this rule. */
          rule?: string;
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description One page of fired alerts. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['RuleAlertPage'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/rule-alerts/stream': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Alerts of rules that deliver to the stream, as Server-Sent Events
     * @description Each event has the type `rule-alert`, the feed key as id and a RuleAlert as data. Goes on after Last-Event-ID as `/v1/alerts/stream` does. Quiet hours are for what is sent: the stream is read, and has none.
     */
    get: {
      parameters: {
        query?: {
          /** @description As the header, for clients that can set none. The header wins. */
          lastEventId?: string;
        };
        header?: {
          'last-event-id'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description An open stream; it ends when the host closes, or with its turn. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'text/event-stream': string;
          };
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many open streams, or a service behind the API is down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/rules': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The alert rules
     * @description All of them, oldest first. Secrets are never shown, and of the URLs of webhooks the whole only to the scope `admin`, to others the origin: what follows may be a secret of the receiver.
     */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description The rules. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['RuleList'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    /**
     * Make an alert rule
     * @description From now on: it fires for moves published, and instants reached, after it was made; ask `/v1/rules/test` what it would have fired for before. It fires once for each move, silence or gap. At most 100 rules. The answer shows the secrets of its webhooks, this once: an answer repeated by Idempotency-Key has null in their place. Whoever lost them has new ones made by `/v1/rules/{id}/rotate-secret`.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /**
           * @description Any text of yours, new for each write. The same request with the same key again gets the answer of the first, with `Idempotency-Replayed: true`, for 24 hours; only answers of whole success are kept.
           * @example 8e03978e-40d5-43e8-bc93-6894a57f9324
           */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['RuleInput'];
        };
      };
      responses: {
        /** @description The rule, with the secrets of its webhooks. */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['RuleWithSecrets'];
          };
        };
        /** @description A parameter or the body is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Sent by a browser page of another origin. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description There are 100 rules already. */
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The body is too large. */
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The Idempotency-Key came with another request. */
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/rules/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * One alert rule
     * @description Secrets are never shown, and of the URLs of webhooks the whole only to the scope `admin`, to others the origin: what follows may be a secret of the receiver.
     */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description The rule, without secrets. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['Rule'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description There is no such rule. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    /**
     * Change an alert rule
     * @description Replaces it whole. A rule that was disabled collects nothing: enabled again, or with another condition, it begins anew, and what it had fired and not delivered is dropped. Webhooks keep their secret by `id` or by URL; the answer shows the secrets of those that are new: an answer repeated by Idempotency-Key has null in their place. Whoever lost them has new ones made by `/v1/rules/{id}/rotate-secret`.
     */
    put: {
      parameters: {
        query?: never;
        header?: {
          /**
           * @description Any text of yours, new for each write. The same request with the same key again gets the answer of the first, with `Idempotency-Replayed: true`, for 24 hours; only answers of whole success are kept.
           * @example 8e03978e-40d5-43e8-bc93-6894a57f9324
           */
          'Idempotency-Key'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['RuleUpdate'];
        };
      };
      responses: {
        /** @description The rule, with the secrets of new webhooks. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['RuleWithSecrets'];
          };
        };
        /** @description A parameter or the body is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Sent by a browser page of another origin. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description There is no such rule. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The rule was changed meanwhile. */
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The body is too large. */
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The Idempotency-Key came with another request. */
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    post?: never;
    /**
     * Delete an alert rule
     * @description What it had fired and not delivered is dropped, but for what goes out within the next ten seconds; its alerts stay listed.
     */
    delete: {
      parameters: {
        query?: never;
        header?: {
          /**
           * @description Any text of yours, new for each write. The same request with the same key again gets the answer of the first, with `Idempotency-Replayed: true`, for 24 hours; only answers of whole success are kept.
           * @example 8e03978e-40d5-43e8-bc93-6894a57f9324
           */
          'Idempotency-Key'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description It is gone. */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter or the body is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Sent by a browser page of another origin. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description There is no such rule. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A request with the same Idempotency-Key is under way; see Retry-After. */
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The body is too large. */
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The Idempotency-Key came with another request. */
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/rules/{id}/rotate-secret': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * New secrets for the webhooks of a rule
     * @description For a day each old secret signs beside the new one, so that receivers can change over without a gap; of several rotations within a day the last 4 old ones do. An answer repeated by Idempotency-Key has null in place of the secrets: rotate again, with a new key.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /**
           * @description Any text of yours, new for each write. The same request with the same key again gets the answer of the first, with `Idempotency-Replayed: true`, for 24 hours; only answers of whole success are kept.
           * @example 8e03978e-40d5-43e8-bc93-6894a57f9324
           */
          'Idempotency-Key'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description The new secrets; no other answer shows them. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['RotatedSecrets'];
          };
        };
        /** @description A parameter or the body is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Sent by a browser page of another origin. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description There is no such rule. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The rule was changed meanwhile. */
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The body is too large. */
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The Idempotency-Key came with another request. */
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/rules/test': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * What a rule would have fired for
     * @description Fires nothing. A whole rule may be sent as it would be made: its condition counts, its targets are not looked into. From `from` (default: 28 days before `to`), not included, to `to` (default: now). Of moves, the newest 20,000 are examined; for what time alone brings about, about 2,000 customers as they are now, so only silences and gaps that last until now are found. `complete` says whether those were all. At most 2 tests run at a time, and one whose caller leaves ends.
     */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['RuleTestRequest'];
        };
      };
      responses: {
        /** @description How often, with examples. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['RuleTestAnswer'];
          };
        };
        /** @description A parameter or the body is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Sent by a browser page of another origin. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The body is too large. */
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description As many tests run as may, or a service behind the API is down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/segments': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The segments: what they mean, how many stand there, where their middle is */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description The segments, best first. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['Segments'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/segments/{slug}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One segment */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path: {
          /** @description The segment: its name in lower case, words joined by hyphens. */
          slug:
            | 'champions'
            | 'loyal'
            | 'potential-loyalists'
            | 'new'
            | 'promising'
            | 'needs-attention'
            | 'at-risk'
            | 'hibernating';
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description The segment, and who came and went lately. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['SegmentDetail'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description There is no such segment. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/segments/{slug}/customers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The customers of one segment
     * @description Sorted, with the chance that each buys within 90 days as of now, and what is at stake. Lists are held for seconds; a cursor names a place by its figure, so it stays good when the list is made anew.
     */
    get: {
      parameters: {
        query?: {
          /** @description Where to go on: `nextCursor` of the page before. Leave it out for the first page. */
          cursor?: string;
          /** @description Entries of one page. */
          limit?: number;
          /** @description Only customers with at most this `probabilityAlive`; none of whom it is not known. */
          maxProbabilityAlive?: number;
          /** @description Only customers with at most this `purchaseProbability90`; none of whom it is not known. */
          maxPurchaseProbability?: number;
          /** @description Only customers with at least this `purchaseProbability90`; none of whom it is not known. */
          minPurchaseProbability?: number;
          /** @description Only customers with at least this `spend365`. */
          minSpend?: number;
          /** @description value: spend of the last 365 days; risk: `atRiskValue`; recent: last purchase. Most first. */
          sort?: 'value' | 'risk' | 'recent';
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path: {
          /** @description The segment: its name in lower case, words joined by hyphens. */
          slug:
            | 'champions'
            | 'loyal'
            | 'potential-loyalists'
            | 'new'
            | 'promising'
            | 'needs-attention'
            | 'at-risk'
            | 'hibernating';
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description One page of customers. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['SegmentMembers'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description There is no such segment. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/segments/assign': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Segments of many customers, or of features to ask what if */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['AssignRequest'];
        };
      };
      responses: {
        /** @description One result for each, in order. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['AssignedSegments'];
          };
        };
        /** @description A parameter or the body is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Sent by a browser page of another origin. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description The body is too large. */
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/segments/migrations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How many customers moved from where to where between two dates, and what they were worth */
    get: {
      parameters: {
        query?: {
          /** @description event: a purchase or return did it; time: nothing happened for long enough; model: a new segment model. */
          cause?: components['schemas']['MigrationCause'];
          /** @description First UTC day. Default: 28 days before `to`. */
          from?: string;
          /** @description Moves before this instant; its UTC day counts whole unless it begins there. Default: now. */
          to?: string;
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Moves summed by segments and cause. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['MigrationFlows'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/segments/performance': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * How the segments did over time: customers, revenue, orders, retention, and forecasts beside what came
     * @description An order counts to the segment its customer stood in when it was taken in (just before it took effect); first orders count as 'unassigned'. At most 520 periods.
     */
    get: {
      parameters: {
        query?: {
          /** @description Weeks begin on Monday; both are of UTC days. */
          by?: 'week' | 'month';
          /** @description The first period is the one that holds this instant. Default: a year before `to`. */
          from?: string;
          segment?: components['schemas']['SegmentSlug'];
          /** @description The last period is the one just before this instant. Default: now. */
          to?: string;
        };
        header?: {
          /** @description The ETag of an answer you have: 304 without a body if it still holds. */
          'If-None-Match'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Period by period, oldest first. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['SegmentPerformance'];
          };
        };
        /** @description Not modified: the answer still has the ETag sent in If-None-Match. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description A parameter is not valid; `errors` names it. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where the pipeline stands */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Clock, watermark, lag, counts and model versions. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['Status'];
          };
        };
        /** @description No credentials, or none that count; `detail` says why. */
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Not allowed: the credentials lack the scope read, or the request comes from a foreign page. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Too many requests of this caller; see Retry-After and the header RateLimit. */
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description Something failed on our side; the log has the cause under `requestId`. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
        /** @description A service behind the API is slow or down; see Retry-After. */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export interface components {
  schemas: {
    AlertDelivery: {
      /** @example 1 */
      attempts: number;
      /**
       * @description What a webhook’s receiver tells repeats by; null for the stream.
       * @example dlv_9a0b1c2d3e4f5a6b_9c0e4a1f
       */
      id: string | null;
      /** @enum {string} */
      kind: 'stream' | 'webhook' | 'sns' | 'eventbridge';
      /** @example answered 500 */
      lastError: string | null;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      nextAttemptAt: string | null;
      /**
       * @description held: until the quiet hours end; dead: given up after the last attempt; suppressed: beyond the cap of the hour, or the rule was disabled, changed or deleted first.
       * @enum {string}
       */
      status: 'pending' | 'held' | 'delivered' | 'dead' | 'suppressed';
      /**
       * @description Topic, bus, or origin of the URL; null for the stream.
       * @example https://shop.example.com
       */
      target: string | null;
    };
    AlertPage: {
      items: components['schemas']['Migration'][];
      /**
       * @description Pass as `cursor` to go on. With filters a page can be short, even empty, and still have one.
       * @example null
       */
      nextCursor: string | null;
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
    };
    AssignedSegment: {
      /**
       * @description Null for a feature vector.
       * @example 12346
       */
      customerId: string | null;
      /**
       * @description To the middle of each segment, in standard units.
       * @example {
       *       "Champions": 1.2,
       *       "Loyal": 0.7
       *     }
       */
      distances: {
        [key: string]: number;
      } | null;
      features: {
        orders365: number;
        recencyDays: number;
        spend365: number;
        tenureDays: number;
      } | null;
      /**
       * @description False for an unknown customer.
       * @example true
       */
      found: boolean;
      /** @description Whose middle is nearest. */
      nearest: components['schemas']['SegmentName'] | null;
      /** @description The nearest of the other segments. */
      next: {
        /** @example 1.3 */
        distance: number;
        segment: components['schemas']['SegmentName'];
      } | null;
      /** @description Why this segment rather than the next. */
      reasons: components['schemas']['SegmentReason'][];
      /** @description Of a customer, where they stand, which takes crossing a margin to change; of features, the nearest. */
      segment: components['schemas']['SegmentName'] | null;
      slug: components['schemas']['SegmentSlug'] | null;
    };
    AssignedSegments: {
      /** @description Why there are no segments; null when there are. */
      abstained: string | null;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      asOf: string;
      modelVersion: string | null;
      /** @description In the order asked. */
      results: components['schemas']['AssignedSegment'][];
    };
    /** @description Customers as they stand now, or feature vectors to ask what if; at most 100. */
    AssignRequest:
      | {
          customerIds: string[];
        }
      | {
          features: {
            /**
             * @description Orders of the last 365 days.
             * @example 6
             */
            orders365: number;
            /**
             * @description Days since the last purchase.
             * @example 12
             */
            recencyDays: number;
            /**
             * @description Spend of the last 365 days, reporting currency.
             * @example 1204.35
             */
            spend365: number;
            /**
             * @description Days since the first purchase.
             * @example 240
             */
            tenureDays: number;
          }[];
        };
    /** @description Predictions made at a cut from what came before it, scored against what came after. */
    Backtest: {
      /**
       * @description Of them, those who bought within the horizon.
       * @example 60
       */
      buyers: number;
      categories: components['schemas']['RankingScores'][] | null;
      /**
       * @description ISO 4217 code of the money in this backtest.
       * @example GBP
       */
      currency: string;
      /**
       * @description With a purchase before the cut.
       * @example 60
       */
      customers: number;
      /**
       * Format: date-time
       * @example 2011-09-01T00:00:00.000Z
       */
      cut: string;
      /** @example 90 */
      horizonDays: number;
      /** @example 001323435000000-1a2b3c4d */
      id: string;
      /**
       * @description The file, without its folder.
       * @example orders.csv.gz
       */
      input: string;
      model: {
        /** @example 60 */
        fittedTo: number;
        notes: string[];
        /**
         * @description Why there was no model; null when there was.
         * @example null
         */
        notFitted: string | null;
        /** @description Which model of purchases was chosen, in words. */
        purchases: string;
        /** @description Of the model fitted at the cut. */
        version: string;
      };
      nextOrder: {
        /** @example 0.62 */
        abstainedShare: number;
        /**
         * @description Of the mean gap so far, as a date.
         * @example 14
         */
        baselineMedianAbsoluteErrorDays: number | null;
        /** @example 60 */
        customers: number;
        /**
         * @description Customers a date was named for.
         * @example 60
         */
        dated: number;
        /**
         * @description Share of the 80 % intervals that held the date.
         * @example 0.79
         */
        intervalCoverage: number | null;
        /**
         * @description The same of those who bought within the horizon.
         * @example 0.78
         */
        intervalCoverageOfBuyers: number | null;
        /**
         * @description Days.
         * @example 47.5
         */
        intervalWidthDaysMedian: number | null;
        /**
         * @description Of those who bought within the horizon.
         * @example 11.4
         */
        medianAbsoluteErrorDays: number | null;
      };
      plots: components['schemas']['BacktestPlots'];
      products: components['schemas']['RankingScores'][] | null;
      purchases: components['schemas']['PurchaseScores'][];
      spend: components['schemas']['SpendScores'][] | null;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      storedAt: string;
      verdicts: {
        purchases: components['schemas']['Verdict'][];
        /** @description Null where the file has no prices. */
        spend: components['schemas']['Verdict'][] | null;
      };
    };
    BacktestPlots: {
      /** @description Bins of equal size by probability of buying: predicted and actual share. */
      calibration: {
        actual: number;
        /** @example 60 */
        customers: number;
        predicted: number;
      }[];
      /** @description Mean purchase days by repeat purchase days before the cut; the last bin is open. */
      conditional: {
        actual: number;
        /** @example 60 */
        count: number;
        /** @example 60 */
        customers: number;
        predicted: number;
      }[];
      /** @description Cumulative purchase days of all customers by day after the cut. */
      tracking: {
        actual: number;
        day: number;
        predicted: number;
      }[];
    };
    BatchGetAnswer: {
      results: components['schemas']['BatchGetResult'][];
    };
    BatchGetRequest: {
      /**
       * Format: date-time
       * @example 2011-12-09T12:50:00Z
       */
      asOf?: string;
      /** @description At most 100; order and repeats are kept. */
      ids: string[];
    };
    /** @description Unknown customers have found false; their predictions abstain. */
    BatchGetResult: {
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      asOf: string | null;
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      /**
       * @description The customer, as the events name it.
       * @example 12346
       */
      customerId: string;
      /** @example true */
      found: boolean;
      predictions: components['schemas']['Predictions'];
      /** @description Null when the customer is unknown. */
      segment: components['schemas']['SegmentState'] | null;
      versions: {
        /** @example consumption-2011-12-09 */
        consumption: string | null;
        customer: number | null;
        /** @example segments-2011-12-09 */
        segments: string | null;
      };
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
    };
    BehaviourFeatures: {
      /**
       * @description Net spend of an order.
       * @example 561.99
       */
      averageOrderValue: number | null;
      /**
       * @description Distinct products / product purchases: 1 is never the same twice.
       * @example 0.7
       */
      diversity: number | null;
      /**
       * @description Purchases of the last 365 days by UTC hour: 24 counts.
       * @example [
       *       0,
       *       0,
       *       0,
       *       0,
       *       0,
       *       0,
       *       0,
       *       1,
       *       4,
       *       8,
       *       11,
       *       9,
       *       10,
       *       7,
       *       5,
       *       3,
       *       2,
       *       0,
       *       0,
       *       0,
       *       0,
       *       0,
       *       0,
       *       0
       *     ]
       */
      hourProfile: number[];
      /**
       * @description Mean gap between purchase days of the last 365 days.
       * @example 6.1
       */
      intervalMeanDays: number | null;
      /**
       * @description Deviation of those gaps / their mean: 0 like a clock, 1 like chance.
       * @example 0.8
       */
      intervalVariation: number | null;
      /**
       * @description Days since the last purchase.
       * @example 1.9
       */
      recencyDays: number | null;
      /**
       * @description 1 / (1 + variation squared): 1 like a clock, 0.5 like chance.
       * @example 0.61
       */
      regularity: number | null;
      /**
       * @description Days since the first purchase.
       * @example 366.2
       */
      tenureDays: number | null;
      /**
       * @description Spend of the last 90 days / spend of the 90 days before; above 1 is growing.
       * @example 1.2
       */
      trend: number | null;
      /**
       * @description The same by weekday: 7 counts from Monday.
       * @example [
       *       9,
       *       12,
       *       11,
       *       14,
       *       10,
       *       0,
       *       4
       *     ]
       */
      weekdayProfile: number[];
    };
    CategoryOutlook: {
      /** @example tea */
      category: string;
      /**
       * Format: date-time
       * @description Null when it was bought fewer than twice.
       * @example 2011-12-21T10:00:00.000Z
       */
      expectedAt: string | null;
      /**
       * @description Units; up to three decimals.
       * @example 19334
       */
      expectedQuantity: number;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      lastAt: string;
      /** @example 60 */
      purchases: number;
      /**
       * @description Evenness of the gaps: 1 like chance, 50 like clockwork; null when it was bought fewer than three times.
       * @example 1.8
       */
      regularity: number | null;
      /**
       * @example {
       *       "7d": 0.31,
       *       "30d": 0.79
       *     }
       */
      repurchaseProbability: {
        '7d': number;
        '30d': number;
      };
      /**
       * @description Median gap between purchases; null when it was bought fewer than twice.
       * @example 12.4
       */
      usualGapDays: number | null;
    };
    /** @description Null for a segment model. */
    ConsumptionModelQuality: {
      bgNbd: {
        /** @example 0.793 */
        a: number;
        /**
         * @description In days; for items in purchase days.
         * @example 30.9
         */
        alpha: number;
        /** @example 2.426 */
        b: number;
        /**
         * @description Time in days.
         * @example -9582.4
         */
        logLikelihood: number | null;
        /**
         * @description maximum-likelihood; penalised: under a weak prior, where the likelihood has no inner maximum; assumed: too little data.
         * @example maximum-likelihood
         */
        method: string;
        /** @example 0.243 */
        r: number;
      };
      /** @description Null when there was too little repeat spend to fit it. */
      gammaGamma: {
        /**
         * @description With repeat spend.
         * @example 60
         */
        customers: number;
        /**
         * @description Money in the reporting currency.
         * @example -4055.9
         */
        logLikelihood: number | null;
        /**
         * @description maximum-likelihood; penalised: under a weak prior, where the likelihood has no inner maximum; assumed: too little data.
         * @example maximum-likelihood
         */
        method: string;
        /** @example 6.25 */
        p: number;
        /** @example 3.74 */
        q: number;
        /** @example 15.44 */
        v: number;
      } | null;
      /** @description Null for a model of an older version: BG/NBD alone. */
      purchasing: {
        /** @description Every candidate and simple rule as scored within the fit, on a period it had not learned from, and why it was chosen or not. */
        candidates: {
          /**
           * @description Of the probability of buying.
           * @example 0.757
           */
          auc: number | null;
          /**
           * @description Of the probability of buying.
           * @example 0.161
           */
          brier: number | null;
          chosen: boolean;
          /** @example bg-nbd */
          name: string;
          /** @example Worse than the blend on RMSE. */
          reason: string;
          /**
           * @description Purchase days within the inner period.
           * @example 1.61
           */
          rmse: number | null;
        }[];
        /**
         * @description The model of purchases that was chosen.
         * @example blend
         */
        kind: string;
      } | null;
      regularity: {
        /**
         * @description 1: as irregular as chance; more: regular.
         * @example 1.4
         */
        shape: number;
        /**
         * @description Weight of this prior, in gaps.
         * @example 3
         */
        weightGaps: number;
      };
      replenishment: {
        categories: components['schemas']['ReplenishmentParameters'];
        products: components['schemas']['ReplenishmentParameters'];
      };
    } | null;
    CustomerFeatures: {
      /**
       * Format: date-time
       * @description The instant the answer is right for.
       * @example 2011-12-09T12:50:00.000Z
       */
      asOf: string;
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      /**
       * @description The customer, as the events name it.
       * @example 12346
       */
      customerId: string;
      features: components['schemas']['Features'];
      versions: components['schemas']['Versions'];
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
    };
    CustomerOutlook: {
      /**
       * Format: date-time
       * @description The instant the answer is right for.
       * @example 2011-12-09T12:50:00.000Z
       */
      asOf: string;
      /** @description Changes of segment to come if nothing is bought or returned; the next ten. */
      changes: {
        /**
         * Format: date-time
         * @description ISO 8601, UTC.
         * @example 2011-12-09T12:50:00.000Z
         */
        at: string;
        cause: components['schemas']['MigrationCause'];
        from: components['schemas']['SegmentName'];
        to: components['schemas']['SegmentName'];
      }[];
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      /**
       * @description The customer, as the events name it.
       * @example 12346
       */
      customerId: string;
      /** @description How the outlook fades if nothing is bought: the probability that the customer still is one, and of a purchase in the 30 days from that instant. Empty without a model, and for who never purchased. */
      points: {
        /**
         * Format: date-time
         * @description ISO 8601, UTC.
         * @example 2011-12-09T12:50:00.000Z
         */
        at: string;
        /** @example 0.83 */
        probabilityAlive: number;
        /** @example 0.83 */
        purchaseProbability30: number;
      }[];
      versions: components['schemas']['Versions'];
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
      /** @description What the windows of the features span at `asOf`. */
      windows: {
        '7d': {
          /**
           * Format: date-time
           * @description Exclusive.
           * @example 2011-12-09T12:50:00.000Z
           */
          from: string;
          /**
           * Format: date-time
           * @description ISO 8601, UTC.
           * @example 2011-12-09T12:50:00.000Z
           */
          to: string;
        };
        '30d': {
          /**
           * Format: date-time
           * @description Exclusive.
           * @example 2011-12-09T12:50:00.000Z
           */
          from: string;
          /**
           * Format: date-time
           * @description ISO 8601, UTC.
           * @example 2011-12-09T12:50:00.000Z
           */
          to: string;
        };
        '90d': {
          /**
           * Format: date-time
           * @description Exclusive.
           * @example 2011-12-09T12:50:00.000Z
           */
          from: string;
          /**
           * Format: date-time
           * @description ISO 8601, UTC.
           * @example 2011-12-09T12:50:00.000Z
           */
          to: string;
        };
        '365d': {
          /**
           * Format: date-time
           * @description Exclusive.
           * @example 2011-12-09T12:50:00.000Z
           */
          from: string;
          /**
           * Format: date-time
           * @description ISO 8601, UTC.
           * @example 2011-12-09T12:50:00.000Z
           */
          to: string;
        };
      };
    };
    CustomerPredictions: {
      /**
       * Format: date-time
       * @description The instant the answer is right for.
       * @example 2011-12-09T12:50:00.000Z
       */
      asOf: string;
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      /**
       * @description The customer, as the events name it.
       * @example 12346
       */
      customerId: string;
      predictions: components['schemas']['Predictions'];
      versions: components['schemas']['Versions'];
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
    };
    CustomerProfile: {
      /**
       * Format: date-time
       * @description The instant the answer is right for.
       * @example 2011-12-09T12:50:00.000Z
       */
      asOf: string;
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      /**
       * @description The customer, as the events name it.
       * @example 12346
       */
      customerId: string;
      features: components['schemas']['Features'];
      predictions: components['schemas']['Predictions'];
      segment: components['schemas']['SegmentState'];
      versions: components['schemas']['Versions'];
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
    };
    CustomerSegment: {
      /**
       * Format: date-time
       * @description The instant the answer is right for.
       * @example 2011-12-09T12:50:00.000Z
       */
      asOf: string;
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      /**
       * @description The customer, as the events name it.
       * @example 12346
       */
      customerId: string;
      /** @description The last moves, newest first, at most fifty. */
      history: components['schemas']['Migration'][];
      segment: components['schemas']['SegmentState'];
      versions: components['schemas']['Versions'];
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
    };
    Delivery: {
      alertId: string;
      /** @example 1 */
      attempts: number;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      firedAt: string;
      /**
       * @description What a webhook’s receiver tells repeats by; null for the stream.
       * @example dlv_9a0b1c2d3e4f5a6b_9c0e4a1f
       */
      id: string | null;
      /** @enum {string} */
      kind: 'stream' | 'webhook' | 'sns' | 'eventbridge';
      /** @example answered 500 */
      lastError: string | null;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      nextAttemptAt: string | null;
      ruleId: string;
      /**
       * @description held: until the quiet hours end; dead: given up after the last attempt; suppressed: beyond the cap of the hour, or the rule was disabled, changed or deleted first.
       * @enum {string}
       */
      status: 'pending' | 'held' | 'delivered' | 'dead' | 'suppressed';
      /**
       * @description Topic, bus, or origin of the URL; null for the stream.
       * @example https://shop.example.com
       */
      target: string | null;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      updatedAt: string;
    };
    DeliveryPage: {
      items: components['schemas']['Delivery'][];
      /**
       * @description Pass as `cursor` for the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
    };
    EventResult: {
      /**
       * @description One sentence; null when accepted.
       * @example null
       */
      detail: string | null;
      /**
       * @description As sent; null when there was none.
       * @example order-536365
       */
      eventId: string | null;
      /**
       * @description A stable code; null when accepted.
       * @example null
       */
      reason: string | null;
      /**
       * @description rejected: it breaks a rule, mend it; failed: the stream did not take it, send it again.
       * @enum {string}
       */
      status: 'accepted' | 'rejected' | 'failed';
    };
    EventResults: {
      /** @example 1 */
      accepted: number;
      /** @example 0 */
      failed: number;
      /** @example 0 */
      rejected: number;
      /** @description One result an event, in order. */
      results: components['schemas']['EventResult'][];
    };
    /** @description RFC 9457 problem details; some kinds carry further members. */
    EventsProblem: components['schemas']['Problem'] & {
      /** @example 1 */
      accepted: number;
      /** @example 0 */
      failed: number;
      /** @example 0 */
      rejected: number;
      /** @description One result an event, in order. */
      results: components['schemas']['EventResult'][];
    };
    Features: {
      behaviour: components['schemas']['BehaviourFeatures'];
      lifetime: components['schemas']['LifetimeFeatures'];
      windows: {
        '7d': components['schemas']['WindowFeatures'];
        '30d': components['schemas']['WindowFeatures'];
        '90d': components['schemas']['WindowFeatures'];
        '365d': components['schemas']['WindowFeatures'];
      };
      /**
       * @description True for a customer with more orders than are kept one by one: old ones then count by whole days.
       * @example false
       */
      windowsApproximate: boolean;
    };
    ForecastFigures: {
      /**
       * @description Null until the horizon is over.
       * @example 151
       */
      actualPurchases: number | null;
      /**
       * @description In the reporting currency.
       * @example 1204.35
       */
      actualSpend: number | null;
      /**
       * @description Members when the forecast was made.
       * @example 60
       */
      customers: number;
      /**
       * @description Purchase days.
       * @example 148.2
       */
      expectedPurchases: number;
      /**
       * @description Null without a model of spend.
       * @example 1204.35
       */
      expectedSpend: number | null;
    };
    Health: {
      /** @enum {string} */
      status: 'ok';
    };
    LifetimeFeatures: {
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2010-12-07T14:57:00.000Z
       */
      firstPurchaseAt: string | null;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      lastPurchaseAt: string | null;
      /**
       * @description Orders with at least one unit bought.
       * @example 60
       */
      orders: number;
      /**
       * @description Distinct UTC days of such orders.
       * @example 60
       */
      purchaseDays: number;
      /**
       * @description Units returned / units bought; null when none were bought.
       * @example 0.0123
       */
      returnRate: number | null;
      /**
       * @description Net of returns.
       * @example 1204.35
       */
      spend: number;
      /**
       * @description Net of returns.
       * @example 19334
       */
      units: number;
    };
    LiveFigures: {
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      asOf: string;
      /** @enum {string} */
      clock: 'event' | 'wall';
      /**
       * Format: date-time
       * @description When customers, segments, moves and quarantine were counted: now where the pipeline runs beside the API, otherwise by the daily census; null before the first.
       * @example 2011-12-09T12:50:00.000Z
       */
      countedAt: string | null;
      /**
       * @description The segments and `unassigned` sum to it.
       * @example 60
       */
      customers: number;
      /** @example 60 */
      eventsApplied: number;
      /**
       * @description Over the last seconds; null where the pipeline does not run beside the API.
       * @example 1840
       */
      eventsPerSecond: number | null;
      lagMs: number | null;
      /**
       * @example {
       *       "time": 5110
       *     }
       */
      migrationsByCause: {
        [key: string]: number;
      };
      /** @example segments-2011-12-09 */
      modelVersion: string | null;
      /**
       * @description In all, sent again or not.
       * @example 60
       */
      quarantined: number;
      /**
       * @example {
       *       "Champions": 412
       *     }
       */
      segments: {
        [key: string]: number;
      };
      /** @example 60 */
      unassigned: number;
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
    };
    Me: {
      /**
       * @description off: nobody is asked, which only a process on loopback does.
       * @example api-key
       * @enum {string}
       */
      authentication: 'off' | 'jwt' | 'api-key';
      /**
       * @example [
       *       "read"
       *     ]
       */
      scopes: components['schemas']['Scope'][];
      /**
       * @description Name of the key or subject of the token.
       * @example board
       */
      subject: string | null;
    };
    Migration: {
      /**
       * Format: date-time
       * @description When the move took effect, event time.
       * @example 2011-12-09T12:50:00.000Z
       */
      at: string;
      cause: components['schemas']['MigrationCause'];
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      /**
       * @description The customer, as the events name it.
       * @example 12346
       */
      customerId: string;
      /**
       * @description Distance to the old centroid at the move.
       * @example 1.31
       */
      distanceFrom: number | null;
      /**
       * @description Distance to the new one.
       * @example 1.12
       */
      distanceTo: number | null;
      /**
       * @description Place in the order of publication.
       * @example 1323435000000-00000-a1b2c3d4e5f6
       */
      feedKey: string;
      from: components['schemas']['SegmentName'];
      /**
       * @description The same for the same move, wherever it is read.
       * @example a1b2c3d4e5f6
       */
      id: string;
      /** @example segments-2011-12-09 */
      modelVersion: string;
      /**
       * @description The n-th move of the customer, from 1.
       * @example 3
       */
      ordinal: number;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      publishedAt: string;
      reasons: components['schemas']['SegmentReason'][];
      /**
       * @description Net spend of the last 365 days at the move.
       * @example 1204.35
       */
      spend365: number;
      to: components['schemas']['SegmentName'] & unknown;
    };
    /**
     * @description event: a purchase or return did it; time: nothing happened for long enough; model: a new segment model.
     * @example time
     * @enum {string}
     */
    MigrationCause: 'event' | 'time' | 'model';
    MigrationFlows: {
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      asOf: string;
      cause: components['schemas']['MigrationCause'] | null;
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      flows: {
        cause: components['schemas']['MigrationCause'];
        /**
         * @description Moves.
         * @example 31
         */
        count: number;
        from: components['schemas']['SegmentName'];
        to: components['schemas']['SegmentName'];
        /**
         * @description Net spend of the last 365 days at the move, over these moves.
         * @example 1204.35
         */
        value: number;
      }[];
      /**
       * Format: date-time
       * @description Start of the first UTC day counted.
       * @example 2011-12-09T12:50:00.000Z
       */
      from: string;
      /**
       * Format: date-time
       * @description End of the last UTC day counted, exclusive.
       * @example 2011-12-09T12:50:00.000Z
       */
      to: string;
      /**
       * @description The whole yearly spend that moved to a worse segment: of each such move the net spend of the last 365 days at the move. No chance is in it, unlike in the `atRiskValue` of a customer. Worse is further down the list, which is best first.
       * @example 1204.35
       */
      valueAtRisk: number;
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
    };
    MigrationPage: {
      /**
       * Format: date-time
       * @description The instant the answer is right for.
       * @example 2011-12-09T12:50:00.000Z
       */
      asOf: string;
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      /**
       * @description The customer, as the events name it.
       * @example 12346
       */
      customerId: string;
      items: components['schemas']['Migration'][];
      /**
       * @description Pass as `cursor` for the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
      versions: components['schemas']['Versions'];
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
    };
    /** @description A move between segments; each list left out allows all. */
    MigrationWhen: {
      causes?: components['schemas']['MigrationCause'][];
      /**
       * @example [
       *       "loyal"
       *     ]
       */
      from?: (
        | 'champions'
        | 'loyal'
        | 'potential-loyalists'
        | 'new'
        | 'promising'
        | 'needs-attention'
        | 'at-risk'
        | 'hibernating'
      )[];
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'migration';
      /**
       * @description Net spend of the 365 days before, at least, in the reporting currency.
       * @example 500
       */
      minValue?: number;
      /**
       * @example [
       *       "at-risk"
       *     ]
       */
      to?: (
        | 'champions'
        | 'loyal'
        | 'potential-loyalists'
        | 'new'
        | 'promising'
        | 'needs-attention'
        | 'at-risk'
        | 'hibernating'
      )[];
    };
    Model: {
      /** @description True for the one that answers are made with. */
      active: boolean;
      /**
       * Format: date-time
       * @description Clock instant of the fit.
       * @example 2011-12-09T12:50:00.000Z
       */
      fittedAt: string | null;
      /**
       * @description The version.
       * @example consumption-0001-a1b2c3
       */
      id: string;
      kind: components['schemas']['ModelKind'];
      /**
       * @description Customers that the fit saw; null for a model of an older version.
       * @example 4372
       */
      sampleSize: number | null;
    };
    /**
     * @example consumption
     * @enum {string}
     */
    ModelKind: 'segments' | 'consumption';
    ModelPage: {
      items: components['schemas']['Model'][];
      /**
       * @description Pass as `cursor` for the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
    };
    ModelQuality: {
      /** @description True for the one that answers are made with. */
      active: boolean;
      /** @description The last backtests of the predictions, with the baselines, newest first. */
      backtests: components['schemas']['Backtest'][];
      consumption: components['schemas']['ConsumptionModelQuality'];
      /**
       * Format: date-time
       * @description Clock instant of the fit.
       * @example 2011-12-09T12:50:00.000Z
       */
      fittedAt: string | null;
      /**
       * @description The version.
       * @example consumption-0001-a1b2c3
       */
      id: string;
      kind: components['schemas']['ModelKind'];
      /**
       * @description Customers that the fit saw; null for a model of an older version.
       * @example 4372
       */
      sampleSize: number | null;
      segments: components['schemas']['SegmentModelQuality'];
    };
    /** @description The likeliest date of the next order, and the bounds of 80 %. */
    NextOrder: {
      /**
       * @description Why no date is given; null when one is.
       * @example null
       */
      abstained: string | null;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-15T10:00:00.000Z
       */
      at: string | null;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-10T16:00:00.000Z
       */
      from: string | null;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-27T09:00:00.000Z
       */
      to: string | null;
    };
    PeriodFigures: {
      /**
       * @description Distinct customers with a purchase.
       * @example 60
       */
      buyers: number;
      /**
       * @description Who stood there at the end of the period, or stand now.
       * @example 60
       */
      customers: number;
      /** @example 60 */
      orders: number;
      /**
       * @description Share of the buyers who bought again in the next period; null until that is over.
       * @example 0.41
       */
      retained: number | null;
      /**
       * @description In the reporting currency.
       * @example 1204.35
       */
      revenue: number;
    };
    PredictionChange: {
      /**
       * Format: date-time
       * @description When the change is made or has come about.
       * @example 2011-12-09T12:50:00.000Z
       */
      at: string | null;
      /**
       * @description The outcome after the change.
       * @example 0.5
       */
      becomes: number | null;
      /**
       * @description purchase-today: a usual purchase now; silence-until: none until `at`; silence-since: none since `at`; purchase-day-more: one more purchase day in the past; spend-more: as much again on the last purchase day.
       * @example silence-until
       * @enum {string}
       */
      code: 'purchase-today' | 'silence-until' | 'silence-since' | 'purchase-day-more' | 'spend-more';
      /**
       * @example silenceDays
       * @enum {string}
       */
      feature: 'silenceDays' | 'purchaseDays' | 'spendPerPurchaseDay';
      /**
       * @description The outcome as it is.
       * @example 0.82
       */
      from: number | null;
      /** @example 30 */
      horizonDays: number;
      /**
       * @description What the change moves.
       * @example purchaseProbability
       * @enum {string}
       */
      outcome: 'purchaseProbability' | 'expectedPurchases' | 'expectedSpend';
      /** @example If silent until 2012-01-18 (41 days), a purchase within 30 days becomes unlikely: its probability, now 82 %, falls below one half. */
      text: string;
      /**
       * @description Of the feature after the change.
       * @example 41
       */
      to: number;
      /**
       * @description Of the feature now: days, or money.
       * @example 12
       */
      value: number;
    };
    Predictions: {
      /**
       * @description Why there is no prediction; null when there is one.
       * @example null
       */
      abstained: string | null;
      categories: components['schemas']['CategoryOutlook'][];
      /** @description What it would take to change the answer, as found by asking the model again; the strongest first. */
      changes: components['schemas']['PredictionChange'][];
      /**
       * @description Purchase days expected within 7, 30 and 90 days.
       * @example {
       *       "7d": 0.9,
       *       "30d": 3.7,
       *       "90d": 10.2
       *     }
       */
      expectedPurchases: {
        '7d': number | null;
        '30d': number | null;
        '90d': number | null;
      };
      /**
       * @description Spend expected in the same horizons; nulls without a model of spend.
       * @example {
       *       "7d": 505.8,
       *       "30d": 2079.4,
       *       "90d": 5732.3
       *     }
       */
      expectedSpend: {
        '7d': number | null;
        '30d': number | null;
        '90d': number | null;
      };
      /**
       * @description Discounted spend to come; null without a model of spend.
       * @example 1204.35
       */
      lifetimeValue: number | null;
      nextOrder: components['schemas']['NextOrder'];
      /**
       * @description Probability that the customer still buys at all.
       * @example 0.98
       */
      probabilityAlive: number | null;
      products: components['schemas']['ProductOutlook'][];
      /**
       * @description Probability of at least one purchase within the same horizons.
       * @example {
       *       "7d": 0.57,
       *       "30d": 0.92,
       *       "90d": 0.98
       *     }
       */
      purchaseProbability: {
        '7d': number | null;
        '30d': number | null;
        '90d': number | null;
      };
      /** @description What the figures rest on, in sentences. */
      reasons: {
        /** @example rhythm */
        code: string;
        /** @example Usual gap 6 days (median of the last 20), irregularly spaced. */
        text: string;
      }[];
      /**
       * @description Why expectedSpend and lifetimeValue are null; null when they are given.
       * @example null
       */
      spendAbstained: string | null;
    };
    /**
     * @description The model, or one of the simple rules it has to beat.
     * @enum {string}
     */
    Predictor: 'model' | 'zero' | 'personal-rate' | 'past-count' | 'recency' | 'population-rate';
    /** @description A silent customer’s probability of being alive falls below a line; once a silence. Where most bought once the data do not tell leaving from buying seldom, and it stays near 1: `purchase-probability` tells them apart there. */
    ProbabilityAliveWhen: {
      /**
       * @description Fires as the probability falls below it.
       * @example 0.3
       */
      below: number;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'probability-alive';
      /**
       * @description Net spend of the 365 days before, at least, in the reporting currency.
       * @example 500
       */
      minValue?: number;
    };
    /** @description RFC 9457 problem details; some kinds carry further members. */
    Problem: {
      /** @example No event of this customer has been processed. */
      detail: string;
      /** @description Each field that breaks the schema, for `invalid-request`. */
      errors?: {
        /** @example limit */
        field: string;
        /**
         * @example query
         * @enum {string}
         */
        location: 'path' | 'query' | 'header' | 'body';
        /** @example expected an integer from 1 to 100 */
        message: string;
      }[];
      /** @example /v1/customers/12346 */
      instance: string;
      /** @example 6c1d9a52-6c9f-4f5b-9f6b-0d2d4e9a8d11 */
      requestId: string | null;
      /** @example 404 */
      status: number;
      /** @example No such customer */
      title: string;
      /** @example /problems/customer-not-found */
      type: string;
    };
    ProductOutlook: {
      /** @example null */
      category: string | null;
      /**
       * Format: date-time
       * @description Null when it was bought fewer than twice.
       * @example 2011-12-21T10:00:00.000Z
       */
      expectedAt: string | null;
      /**
       * @description Units; up to three decimals.
       * @example 19334
       */
      expectedQuantity: number;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      lastAt: string;
      /** @example 85123A */
      productId: string;
      /** @example 60 */
      purchases: number;
      /**
       * @description Evenness of the gaps: 1 like chance, 50 like clockwork; null when it was bought fewer than three times.
       * @example 1.8
       */
      regularity: number | null;
      /**
       * @example {
       *       "7d": 0.31,
       *       "30d": 0.79
       *     }
       */
      repurchaseProbability: {
        '7d': number;
        '30d': number;
      };
      /**
       * @description Median gap between purchases; null when it was bought fewer than twice.
       * @example 12.4
       */
      usualGapDays: number | null;
    };
    Purchase: {
      /** @description Null when the event had none. */
      context: {
        /** @example null */
        channel: string | null;
        /** @example null */
        device: string | null;
        /** @example null */
        region: string | null;
      } | null;
      /** @example order-536365 */
      eventId: string;
      items: {
        /** @example null */
        category: string | null;
        /** @example 85123A */
        productId: string;
        /**
         * @description Negative for a return.
         * @example 6
         */
        quantity: number;
        /**
         * @description In the reporting currency.
         * @example 2.55
         */
        unitPrice: number;
      }[];
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      occurredAt: string;
      /**
       * @description Lines of an extremely long order that are not listed; the totals cover them.
       * @example 0
       */
      omittedItems: number;
      /** @example 536365 */
      orderId: string;
      /** @description Held right before the purchase took effect; null for none, as at a first order. */
      segment: components['schemas']['SegmentName'] | null;
      /**
       * @description Net of returns.
       * @example 139.12
       */
      spend: number;
      /**
       * @description Units; up to three decimals.
       * @example 19334
       */
      unitsBought: number;
      /**
       * @description Units; up to three decimals.
       * @example 19334
       */
      unitsReturned: number;
    };
    PurchaseEvent: {
      context?: {
        /** @example web */
        channel?: string;
        /** @example mobile */
        device?: string;
        /** @example GB */
        region?: string;
      };
      /**
       * @description ISO 4217; one the rate table knows.
       * @example GBP
       */
      currency: string;
      /** @example 12346 */
      customerId: string;
      /**
       * @description Your idempotency key: the same order always carries the same one.
       * @example order-536365
       */
      eventId: string;
      items: {
        /** @example home */
        category?: string;
        /** @example 85123A */
        productId: string;
        /**
         * @description Negative for a return.
         * @example 6
         */
        quantity: number;
        /**
         * @description In `currency`.
         * @example 2.55
         */
        unitPrice: number;
      }[];
      /**
       * Format: date-time
       * @description ISO 8601 with a zone.
       * @example 2011-12-09T12:50:00Z
       */
      occurredAt: string;
      /** @example 536365 */
      orderId: string;
      /** @enum {string} */
      type: 'purchase';
      /** @enum {number} */
      v: 1;
    };
    PurchasePage: {
      /**
       * Format: date-time
       * @description The instant the answer is right for.
       * @example 2011-12-09T12:50:00.000Z
       */
      asOf: string;
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      /**
       * @description The customer, as the events name it.
       * @example 12346
       */
      customerId: string;
      items: components['schemas']['Purchase'][];
      /**
       * @description Pass as `cursor` for the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
      versions: components['schemas']['Versions'];
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
    };
    /** @description The probability that a silent customer buys within so many days falls below a line; once a silence, and not for who never was above it. Of a regular buyer it may rise before it falls, so each day since the last purchase is looked at: a fall that is undone within the same day is not seen. */
    PurchaseProbabilityWhen: {
      /**
       * @description Fires as the probability falls below it.
       * @example 0.3
       */
      below: number;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'purchase-probability';
      /**
       * @description Net spend of the 365 days before, at least, in the reporting currency.
       * @example 500
       */
      minValue?: number;
      /**
       * @description Days ahead.
       * @example 90
       * @enum {integer}
       */
      withinDays: 30 | 90;
    };
    /** @description Of purchase days within the horizon. */
    PurchaseScores: {
      /**
       * @description Buyers against others, by probability.
       * @example 0.79
       */
      areaUnderCurve: number | null;
      /**
       * @description Mean squared error of the probability of buying.
       * @example 0.149
       */
      brier: number | null;
      /**
       * @description C-index of the probability against the time to the first purchase.
       * @example 0.76
       */
      concordance: number | null;
      /**
       * @description Pearson; null where one side does not vary.
       * @example 0.64
       */
      correlation: number | null;
      /**
       * @description Mean gap of probability and share of buyers over ten bins.
       * @example 0.02
       */
      expectedCalibrationError: number | null;
      /**
       * @description Per customer.
       * @example 0.76
       */
      meanAbsoluteError: number | null;
      /**
       * @description Over all customers.
       * @example 1890.2
       */
      predictedTotal: number | null;
      predictor: components['schemas']['Predictor'];
      /**
       * @description Per customer.
       * @example 1.52
       */
      rootMeanSquaredError: number | null;
      /**
       * @description Predicted over actual total, less one.
       * @example 0.021
       */
      totalBias: number | null;
    };
    QuarantineItem: {
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      arrivedAt: string;
      /**
       * @description Bytes kept of the record.
       * @example 60
       */
      bytes: number;
      /**
       * @description Which field, and what was expected.
       * @example currency: no rate for XXX
       */
      detail: string;
      id: string;
      partitionKey: string;
      /** @description Its first bytes as text; what is no text is replaced. */
      preview: string;
      reason: components['schemas']['RejectReason'];
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      replayedAt: string | null;
      sequenceNumber: string;
      /** @example shardId-000000000003 */
      shardId: string;
      /**
       * @example open
       * @enum {string}
       */
      status: 'open' | 'replayed';
      /**
       * @description Place in an aggregated record, from 0.
       * @example 0
       */
      subSequence: number;
      /** @description Only its beginning was kept: it can be read, and replayed only mended. */
      truncated: boolean;
    };
    QuarantinePage: {
      items: components['schemas']['QuarantineItem'][];
      /**
       * @description Pass as `cursor` for the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
    };
    QuarantineRecord: {
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      arrivedAt: string;
      /** @description The record when it is not UTF-8; else null. */
      base64: string | null;
      /**
       * @description Bytes kept of the record.
       * @example 60
       */
      bytes: number;
      /**
       * @description Which field, and what was expected.
       * @example currency: no rate for XXX
       */
      detail: string;
      id: string;
      partitionKey: string;
      reason: components['schemas']['RejectReason'];
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      replayedAt: string | null;
      sequenceNumber: string;
      /** @example shardId-000000000003 */
      shardId: string;
      /**
       * @example open
       * @enum {string}
       */
      status: 'open' | 'replayed';
      /**
       * @description Place in an aggregated record, from 0.
       * @example 0
       */
      subSequence: number;
      /** @description The record; null when it is not UTF-8. */
      text: string | null;
      /** @description Only its beginning was kept: it can be read, and replayed only mended. */
      truncated: boolean;
    };
    QuarantineReplayAnswer: {
      /** @description Of the event that is on the stream now. */
      eventId: string;
      id: string;
    };
    QuarantineReplayRequest: {
      event?: components['schemas']['PurchaseEvent'];
    };
    /** @description By the wall clock of the zone; what would be sent is held until they end. */
    QuietHours: {
      /** @example 22:00 */
      from: string;
      /** @example Europe/London */
      timeZone: string;
      /**
       * @description Not included; may be on the next day.
       * @example 07:00
       */
      to: string;
    } | null;
    RankingScores: {
      all: {
        /** @example 10 */
        k: number;
        /** @example 0.12 */
        ndcg: number;
        /**
         * @description Share of customers with at least one hit.
         * @example 0.5
         */
        phr: number;
        /** @example 0.18 */
        recall: number;
      }[];
      /** @example 60 */
      customers: number;
      /** @description Against what was new to the customer. */
      new: {
        /** @example 10 */
        k: number;
        /** @example 0.12 */
        ndcg: number;
        /**
         * @description Share of customers with at least one hit.
         * @example 0.5
         */
        phr: number;
        /** @example 0.18 */
        recall: number;
      }[];
      /**
       * @description `model`, or a simple ranking to beat.
       * @example model
       */
      ranker: string;
      /** @description Against what the customer had bought before. */
      repeat: {
        /** @example 10 */
        k: number;
        /** @example 0.12 */
        ndcg: number;
        /**
         * @description Share of customers with at least one hit.
         * @example 0.5
         */
        phr: number;
        /** @example 0.18 */
        recall: number;
      }[];
    };
    Ready: {
      ready: boolean;
      /**
       * @description What is still missing.
       * @example []
       */
      reasons: string[];
    };
    /** @description RFC 9457 problem details; some kinds carry further members. */
    RecordRejected: components['schemas']['Problem'] & {
      reason: components['schemas']['RejectReason'];
    };
    /**
     * @example unknown-currency
     * @enum {string}
     */
    RejectReason:
      | 'empty-record'
      | 'not-utf8'
      | 'not-json'
      | 'not-an-object'
      | 'unsupported-version'
      | 'unsupported-type'
      | 'missing-customer'
      | 'missing-event-id'
      | 'missing-order'
      | 'invalid-identifier'
      | 'invalid-time'
      | 'time-in-future'
      | 'invalid-context'
      | 'no-items'
      | 'too-many-items'
      | 'invalid-item'
      | 'invalid-quantity'
      | 'invalid-price'
      | 'unknown-currency'
      | 'amount-out-of-range'
      | 'damaged-aggregate'
      | 'processing-failed';
    ReplenishmentParameters: {
      /** @example 0.793 */
      a: number;
      /**
       * @description In days; for items in purchase days.
       * @example 30.9
       */
      alpha: number;
      /** @example 2.426 */
      b: number;
      /**
       * @description maximum-likelihood; penalised: under a weak prior, where the likelihood has no inner maximum; assumed: too little data.
       * @example maximum-likelihood
       */
      method: string;
      /** @example 0.243 */
      r: number;
      regularity: {
        /**
         * @description 1: as irregular as chance; more: regular.
         * @example 1.4
         */
        shape: number;
        /**
         * @description Weight of this prior, in gaps.
         * @example 3
         */
        weightGaps: number;
      };
    };
    /** @description The usual gap since a customer last bought a product is over, as that gap was known at the purchase; once a gap. What is bought of other products moves no day. An order that becomes known late may: a product that it makes due within the last 30 days fires with the first pass of a UTC day, one that it makes due earlier than that does not fire. */
    ReplenishmentWhen: {
      categories?: string[];
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'replenishment-due';
      /**
       * @description Of the product by the customer. Default 2.
       * @example 3
       */
      minPurchases?: number;
      /**
       * @example [
       *       "85123A"
       *     ]
       */
      products?: string[];
    };
    RotatedSecrets: {
      webhookSecrets: components['schemas']['WebhookSecret'][];
    };
    Rule: {
      /**
       * Format: date-time
       * @description Since when it is enabled with this condition.
       * @example 2011-12-09T12:50:00.000Z
       */
      activeFrom: string;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      createdAt: string;
      deliver: components['schemas']['RuleTarget'][];
      enabled: boolean;
      /** @example 5f2b8c1d9e0a7b6c4d */
      id: string;
      /** @example Champions slipping away */
      name: string;
      quietHours: components['schemas']['QuietHours'];
      /**
       * @description Alerts of one clock hour (UTC) at most; those beyond are recorded as suppressed and sent nowhere.
       * @example 60
       */
      ratePerHour: number | null;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      updatedAt: string;
      /**
       * @description Grows by one with each change.
       * @example 1
       */
      version: number;
      when: components['schemas']['RuleWhen'];
    };
    RuleAlertPage: {
      items: components['schemas']['RuleAlertWithDeliveries'][];
      /**
       * @description Pass as `cursor` for the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
    };
    RuleAlertWithDeliveries: {
      /**
       * Format: date-time
       * @description When it happened, event time.
       * @example 2011-12-09T12:50:00.000Z
       */
      at: string;
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      /**
       * @description The customer, as the events name it.
       * @example 12346
       */
      customerId: string;
      deliveries: components['schemas']['AlertDelivery'][];
      /** @description By `kind`. */
      detail:
        | {
            cause: components['schemas']['MigrationCause'];
            from: components['schemas']['SegmentName'];
            migrationId: string;
            /** @example segments-2011-12-09 */
            modelVersion: string;
            to: components['schemas']['SegmentName'] & unknown;
          }
        | {
            /** @example 0.3 */
            below: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2011-12-09T12:50:00.000Z
             */
            lastPurchaseAt: string;
            /** @example segments-2011-12-09 */
            modelVersion: string;
            /** @example 0.2999 */
            purchaseProbability: number;
            /** @example 90 */
            withinDays: number;
          }
        | {
            /** @example 0.3 */
            below: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2011-12-09T12:50:00.000Z
             */
            lastPurchaseAt: string;
            /** @example segments-2011-12-09 */
            modelVersion: string;
            /** @example 0.2999 */
            probabilityAlive: number;
          }
        | {
            category: string | null;
            /** @example 6 */
            expectedQuantity: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2011-12-09T12:50:00.000Z
             */
            lastAt: string;
            /** @example segments-2011-12-09 */
            modelVersion: string;
            /** @example 85123A */
            productId: string;
            /** @example 60 */
            purchases: number;
            /** @example 28.4 */
            usualGapDays: number;
          };
      /**
       * @description Place in the order of firing.
       * @example 1763900000000-00000-a1b2c3d4e5f6
       */
      feedKey: string;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      firedAt: string;
      /**
       * @description The same for the same rule and occasion.
       * @example 9a0b1c2d3e4f5a6b
       */
      id: string;
      /** @enum {string} */
      kind: 'migration' | 'purchase-probability' | 'probability-alive' | 'replenishment-due';
      ruleId: string;
      /**
       * @description As it was called then.
       * @example Champions slipping away
       */
      ruleName: string;
      /** @description The rule had fired as often as it may in an hour: recorded, and delivered nowhere. */
      suppressed: boolean;
      /**
       * @description Net spend of the 365 days before `at`, in the reporting currency.
       * @example 1204.35
       */
      value: number;
    };
    RuleInput: {
      deliver: (
        | {
            /**
             * @description Stays the same for as long as the rule has the target.
             * @example 9c0e4a1f
             */
            id?: string;
            /** @enum {string} */
            kind: 'stream';
          }
        | {
            /**
             * @description Stays the same for as long as the rule has the target.
             * @example 9c0e4a1f
             */
            id?: string;
            /** @enum {string} */
            kind: 'webhook';
            /**
             * @description Where it is read without the scope `admin`, the origin alone.
             * @example https://shop.example.com/hooks/tidemark
             */
            url: string;
          }
        | {
            /**
             * @description Stays the same for as long as the rule has the target.
             * @example 9c0e4a1f
             */
            id?: string;
            /** @enum {string} */
            kind: 'sns';
            /** @example arn:aws:sns:eu-west-1:111111111111:alerts */
            topicArn: string;
          }
        | {
            /** @example arn:aws:events:eu-west-1:111111111111:event-bus/alerts */
            bus: string;
            /**
             * @description Stays the same for as long as the rule has the target.
             * @example 9c0e4a1f
             */
            id?: string;
            /** @enum {string} */
            kind: 'eventbridge';
          }
      )[];
      /** @default true */
      enabled: boolean;
      /** @example Champions slipping away */
      name: string;
      quietHours?: components['schemas']['QuietHours'];
      /**
       * @description Alerts of one clock hour (UTC) at most; those beyond are recorded as suppressed and sent nowhere.
       * @example 60
       */
      ratePerHour?: number | null;
      when: components['schemas']['RuleWhen'];
    };
    RuleList: {
      items: components['schemas']['Rule'][];
    };
    RuleTarget:
      | {
          /**
           * @description Stays the same for as long as the rule has the target.
           * @example 9c0e4a1f
           */
          id: string;
          /** @enum {string} */
          kind: 'stream';
        }
      | {
          /**
           * @description Stays the same for as long as the rule has the target.
           * @example 9c0e4a1f
           */
          id: string;
          /** @enum {string} */
          kind: 'webhook';
          /**
           * @description Where it is read without the scope `admin`, the origin alone.
           * @example https://shop.example.com/hooks/tidemark
           */
          url: string;
        }
      | {
          /**
           * @description Stays the same for as long as the rule has the target.
           * @example 9c0e4a1f
           */
          id: string;
          /** @enum {string} */
          kind: 'sns';
          /** @example arn:aws:sns:eu-west-1:111111111111:alerts */
          topicArn: string;
        }
      | {
          /** @example arn:aws:events:eu-west-1:111111111111:event-bus/alerts */
          bus: string;
          /**
           * @description Stays the same for as long as the rule has the target.
           * @example 9c0e4a1f
           */
          id: string;
          /** @enum {string} */
          kind: 'eventbridge';
        };
    RuleTestAnswer: {
      /** @description False when there are more than one request examines. */
      complete: boolean;
      /**
       * @description Moves of the stretch, or customers, that were looked at.
       * @example 812
       */
      examined: number;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      from: string;
      /**
       * @description Of those examined.
       * @example 42
       */
      matched: number;
      /**
       * @description Matches a day of the stretch, on average.
       * @example 1.5
       */
      perDay: number;
      /** @description At most twenty. */
      sample: {
        /**
         * Format: date-time
         * @description ISO 8601, UTC.
         * @example 2011-12-09T12:50:00.000Z
         */
        at: string;
        /** @example 12346 */
        customerId: string;
        /** @example Loyal to At Risk (time) */
        description: string;
        /**
         * @description In the reporting currency.
         * @example 1204.35
         */
        value: number;
      }[];
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      to: string;
    };
    RuleTestRequest: {
      deliver?: (
        | {
            /**
             * @description Stays the same for as long as the rule has the target.
             * @example 9c0e4a1f
             */
            id?: string;
            /** @enum {string} */
            kind: 'stream';
          }
        | {
            /**
             * @description Stays the same for as long as the rule has the target.
             * @example 9c0e4a1f
             */
            id?: string;
            /** @enum {string} */
            kind: 'webhook';
            /**
             * @description Where it is read without the scope `admin`, the origin alone.
             * @example https://shop.example.com/hooks/tidemark
             */
            url: string;
          }
        | {
            /**
             * @description Stays the same for as long as the rule has the target.
             * @example 9c0e4a1f
             */
            id?: string;
            /** @enum {string} */
            kind: 'sns';
            /** @example arn:aws:sns:eu-west-1:111111111111:alerts */
            topicArn: string;
          }
        | {
            /** @example arn:aws:events:eu-west-1:111111111111:event-bus/alerts */
            bus: string;
            /**
             * @description Stays the same for as long as the rule has the target.
             * @example 9c0e4a1f
             */
            id?: string;
            /** @enum {string} */
            kind: 'eventbridge';
          }
      )[];
      /** @default true */
      enabled: boolean;
      /**
       * Format: date-time
       * @example 2011-09-09T00:00:00Z
       */
      from?: string;
      /** @example Champions slipping away */
      name?: string;
      quietHours?: components['schemas']['QuietHours'];
      /**
       * @description Alerts of one clock hour (UTC) at most; those beyond are recorded as suppressed and sent nowhere.
       * @example 60
       */
      ratePerHour?: number | null;
      /**
       * Format: date-time
       * @example 2011-12-09T12:50:00Z
       */
      to?: string;
      when: components['schemas']['RuleWhen'];
    };
    RuleUpdate: components['schemas']['RuleInput'] & {
      /**
       * @description The version this is a change of; when it is not the present one, nothing is written.
       * @example 1
       */
      version?: number;
    };
    RuleWhen:
      | components['schemas']['MigrationWhen']
      | components['schemas']['PurchaseProbabilityWhen']
      | components['schemas']['ProbabilityAliveWhen']
      | components['schemas']['ReplenishmentWhen'];
    RuleWithSecrets: {
      /**
       * Format: date-time
       * @description Since when it is enabled with this condition.
       * @example 2011-12-09T12:50:00.000Z
       */
      activeFrom: string;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      createdAt: string;
      deliver: components['schemas']['RuleTarget'][];
      enabled: boolean;
      /** @example 5f2b8c1d9e0a7b6c4d */
      id: string;
      /** @example Champions slipping away */
      name: string;
      quietHours: components['schemas']['QuietHours'];
      /**
       * @description Alerts of one clock hour (UTC) at most; those beyond are recorded as suppressed and sent nowhere.
       * @example 60
       */
      ratePerHour: number | null;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      updatedAt: string;
      /**
       * @description Grows by one with each change.
       * @example 1
       */
      version: number;
      /** @description Of webhooks that are new with this request; no other answer shows them. */
      webhookSecrets: components['schemas']['WebhookSecret'][];
      when: components['schemas']['RuleWhen'];
    };
    /**
     * @description read: see; write: put events in, send again; admin: change what Tidemark does. Each includes those before it.
     * @example read
     * @enum {string}
     */
    Scope: 'read' | 'write' | 'admin';
    SegmentDetail: {
      /**
       * Format: date-time
       * @description The instant the figures are as of.
       * @example 2011-12-09T12:50:00.000Z
       */
      asOf: string;
      /** @description The middle of the segment, in days, orders and the reporting currency. */
      centroid: {
        /** @example 14.8 */
        orders365: number;
        /** @example 12.4 */
        recencyDays: number;
        /**
         * @description In the reporting currency.
         * @example 1204.35
         */
        spend365: number;
        /** @example 301.2 */
        tenureDays: number;
      } | null;
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      /**
       * @description All customers: the sizes and `unassigned` sum to it.
       * @example 60
       */
      customers: number;
      flows28: {
        in: {
          /**
           * @description Moves.
           * @example 31
           */
          count: number;
          from: components['schemas']['SegmentName'];
          /**
           * @description Net spend of the last 365 days at the move, over these moves.
           * @example 1204.35
           */
          value: number;
        }[];
        out: {
          /**
           * @description Moves.
           * @example 31
           */
          count: number;
          to: components['schemas']['SegmentName'];
          /**
           * @description Net spend of the last 365 days at the move, over these moves.
           * @example 1204.35
           */
          value: number;
        }[];
      };
      /** @example Buy often and have for a long time, up to the present. */
      meaning: string;
      /** @description Of those who stand there and have purchased; null when nobody does. */
      medians: {
        /** @example 6 */
        purchaseDays: number;
        /** @example 12.4 */
        recencyDays: number;
        /**
         * @description Lifetime.
         * @example 1204.35
         */
        spend: number;
        /**
         * @description In the reporting currency.
         * @example 1204.35
         */
        spend365: number;
        /** @example 301.2 */
        tenureDays: number;
      } | null;
      name: components['schemas']['SegmentName'];
      /**
       * @description First assignments and moves in, less moves out, over the last 28 days (UTC).
       * @example -14
       */
      netChange28: number;
      /** @description As checked when the model was fitted; null when it was not. */
      promise: {
        /**
         * @description What the name promises of the median member.
         * @example [
         *       "days since the last order among the 3 highest of the eight"
         *     ]
         */
        conditions: string[];
        /** @example true */
        holds: boolean;
        /**
         * @description What the fit found not kept.
         * @example []
         */
        unmet: string[];
      } | null;
      /** @description Net spend of those who stand there now, whenever and wherever they stood then. */
      revenue: {
        /**
         * @description In the reporting currency.
         * @example 1204.35
         */
        last28Days: number;
        /**
         * @description In the reporting currency.
         * @example 1204.35
         */
        lifetime: number;
      };
      /**
       * @description Of all customers, 0..1.
       * @example 0.118
       */
      share: number;
      /**
       * @description Customers who stand there.
       * @example 60
       */
      size: number;
      slug: components['schemas']['SegmentSlug'];
      /**
       * @description Customers in no segment, for want of a model.
       * @example 0
       */
      unassigned: number;
      version: string | null;
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
    };
    SegmentMember: {
      /**
       * @description What of a year is at stake: `spend365` times the chance that nothing is bought within 90 days, (1 - `purchaseProbability90`); null with that.
       * @example 1204.35
       */
      atRiskValue: number | null;
      /**
       * @description The customer, as the events name it.
       * @example 12346
       */
      customerId: string;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      lastPurchaseAt: string | null;
      /**
       * @description In the reporting currency.
       * @example 1204.35
       */
      lifetimeSpend: number;
      /**
       * Format: date-time
       * @description When the segment changes if nothing is bought; null when it stays.
       * @example 2011-12-09T12:50:00.000Z
       */
      nextChangeAt: string | null;
      /**
       * @description That the customer has not left for good, as of `asOf`; null without a model of consumption. Nobody is ever seen to leave, so where most bought once the data do not tell leaving from buying seldom, and it stays near 1: go by `purchaseProbability90`.
       * @example 0.97
       */
      probabilityAlive: number | null;
      /** @example 7 */
      purchaseDays: number;
      /**
       * @description That at least one purchase comes within 90 days of `asOf`, as the predictions of the customer have it; backtests check such figures against what came. Null without a model of consumption, and for who never purchased.
       * @example 0.42
       */
      purchaseProbability90: number | null;
      /**
       * Format: date-time
       * @description In the segment since.
       * @example 2011-12-09T12:50:00.000Z
       */
      since: string;
      /**
       * @description Net, of the last 365 days.
       * @example 1204.35
       */
      spend365: number;
    };
    SegmentMembers: {
      /**
       * Format: date-time
       * @description The list is as of this instant: held for seconds, or for longer where it is long.
       * @example 2011-12-09T12:50:00.000Z
       */
      asOf: string;
      /**
       * @description False where only the first 500 are kept: in deployments that count once a day.
       * @example true
       */
      complete: boolean;
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      items: components['schemas']['SegmentMember'][];
      /**
       * @description Pass as `cursor` for the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
      segment: components['schemas']['SegmentName'];
      /**
       * @description Customers listed without filters.
       * @example 60
       */
      size: number;
      slug: components['schemas']['SegmentSlug'];
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
    };
    /** @description Null for a consumption model. */
    SegmentModelQuality: {
      /**
       * @description Agreement of the labels with those of that best fit; 1 is the same.
       * @example 0.99
       */
      adjustedRandIndex: number | null;
      /** @description How far the customers have moved since; null until measured. */
      drift: {
        /**
         * @description Why a refit is asked for; null while none is.
         * @example null
         */
        alarm: string | null;
        /**
         * Format: date-time
         * @description ISO 8601, UTC.
         * @example 2011-12-09T12:50:00.000Z
         */
        asOf: string | null;
        /**
         * @description Customers it rests on, older ones counting for less.
         * @example 4210
         */
        customers: number | null;
        /**
         * @description Share farther from every centroid than all but 1 % of the sample were.
         * @example 0.012
         */
        farShare: number | null;
        /**
         * @description Mean squared distance now over that of the fit.
         * @example 1.04
         */
        inertiaRatio: number | null;
        stabilityIndex: {
          /**
           * @description Population stability index.
           * @example 0.02
           */
          orders365: number | null;
          /**
           * @description Population stability index.
           * @example 0.03
           */
          recencyDays: number | null;
          /**
           * @description Population stability index.
           * @example 0.02
           */
          spend365: number | null;
          /**
           * @description Population stability index.
           * @example 0.11
           */
          tenureDays: number | null;
        };
      } | null;
      /**
       * @description Days after a move before time alone may make the next one.
       * @example 0
       */
      dwellDays: number | null;
      /**
       * @description Mean squared distance to the nearest centroid, transformed units.
       * @example 0.9
       */
      inertia: number | null;
      /**
       * @description Inertia over that of the best of ten batch fits; 1 is as good.
       * @example 1.001
       */
      inertiaRatio: number | null;
      /**
       * @description Past a boundary by this much before a customer moves, transformed units.
       * @example 0.2
       */
      margin: number | null;
      segments: {
        /**
         * @description Whether the members are what the name says.
         * @example true
         */
        meaningHolds: boolean | null;
        /** @description Of the members, in plain units. */
        medians: {
          /** @example 14.8 */
          orders365: number;
          /** @example 12.4 */
          recencyDays: number;
          /**
           * @description In the reporting currency.
           * @example 1204.35
           */
          spend365: number;
          /** @example 301.2 */
          tenureDays: number;
        } | null;
        name: components['schemas']['SegmentName'];
        /** @example 0.12 */
        share: number;
        /**
         * @description Customers of the sample.
         * @example 60
         */
        size: number;
        /** @description What the name promises and the members miss. */
        unmet: string[];
      }[];
      /**
       * @description Mean simplified silhouette, -1..1.
       * @example 0.42
       */
      silhouette: number | null;
    } | null;
    /**
     * @example Loyal
     * @enum {string}
     */
    SegmentName:
      | 'Champions'
      | 'Loyal'
      | 'Potential Loyalists'
      | 'New'
      | 'Promising'
      | 'Needs Attention'
      | 'At Risk'
      | 'Hibernating';
    SegmentPerformance: {
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      asOf: string;
      /** @enum {string} */
      by: 'week' | 'month';
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      /** @description Made every 28 days; newest last. */
      forecasts: {
        /**
         * Format: date-time
         * @description ISO 8601, UTC.
         * @example 2011-12-09T12:50:00.000Z
         */
        at: string;
        /**
         * Format: date-time
         * @description ISO 8601, UTC.
         * @example 2011-12-09T12:50:00.000Z
         */
        closedAt: string | null;
        /** @example 28 */
        horizonDays: number;
        /** @description Expected of the members of that instant, and what they did. By segment name, and 'unassigned' for customers in none. */
        segments: {
          [key: string]: components['schemas']['ForecastFigures'];
        };
      }[];
      periods: {
        /**
         * @description False while the period lasts.
         * @example true
         */
        complete: boolean;
        /**
         * Format: date-time
         * @description Exclusive.
         * @example 2011-12-09T12:50:00.000Z
         */
        end: string;
        /** @description Orders count where the customer stood when they were taken in. By segment name, and 'unassigned' for customers in none. */
        segments: {
          [key: string]: components['schemas']['PeriodFigures'];
        };
        /**
         * Format: date-time
         * @description ISO 8601, UTC.
         * @example 2011-12-09T12:50:00.000Z
         */
        start: string;
      }[];
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
    };
    SegmentReason: {
      /**
       * @description Value at the assignment before; null for the first.
       * @example 12.1
       */
      before: number | null;
      /** @enum {string} */
      feature: 'recencyDays' | 'tenureDays' | 'orders365' | 'spend365';
      /** @example Days since the last purchase went from 12.1 to 41.5. */
      text: string;
      /** @example 41.5 */
      value: number;
      /**
       * @description What its change since the assignment before added to the difference of squared distances; where it did not change, what it adds.
       * @example 0.83
       */
      weight: number | null;
    };
    Segments: {
      /**
       * @description Why there is no model; null when there is one.
       * @example null
       */
      abstained: string | null;
      /**
       * Format: date-time
       * @description The instant the figures are as of.
       * @example 2011-12-09T12:50:00.000Z
       */
      asOf: string;
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      /**
       * @description All customers: the sizes and `unassigned` sum to it.
       * @example 60
       */
      customers: number;
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-12-09T12:50:00.000Z
       */
      fittedAt: string | null;
      quality: {
        /**
         * @description Squared distance to the nearest centroid, per customer of the sample.
         * @example 0.9
         */
        inertia: number | null;
        /**
         * @description Mean simplified silhouette of the fit, -1..1.
         * @example 0.42
         */
        silhouette: number | null;
      } | null;
      /**
       * @description Customers that the fit saw.
       * @example 60
       */
      sampleSize: number | null;
      segments: {
        /** @description The middle of the segment, in days, orders and the reporting currency. */
        centroid: {
          /** @example 14.8 */
          orders365: number;
          /** @example 12.4 */
          recencyDays: number;
          /**
           * @description In the reporting currency.
           * @example 1204.35
           */
          spend365: number;
          /** @example 301.2 */
          tenureDays: number;
        } | null;
        /** @example Buy often and have for a long time, up to the present. */
        meaning: string;
        /** @description Of those who stand there and have purchased; null when nobody does. */
        medians: {
          /** @example 6 */
          purchaseDays: number;
          /** @example 12.4 */
          recencyDays: number;
          /**
           * @description Lifetime.
           * @example 1204.35
           */
          spend: number;
          /**
           * @description In the reporting currency.
           * @example 1204.35
           */
          spend365: number;
          /** @example 301.2 */
          tenureDays: number;
        } | null;
        name: components['schemas']['SegmentName'];
        /**
         * @description First assignments and moves in, less moves out, over the last 28 days (UTC).
         * @example -14
         */
        netChange28: number;
        /** @description Net spend of those who stand there now, whenever and wherever they stood then. */
        revenue: {
          /**
           * @description In the reporting currency.
           * @example 1204.35
           */
          last28Days: number;
          /**
           * @description In the reporting currency.
           * @example 1204.35
           */
          lifetime: number;
        };
        /**
         * @description Of all customers, 0..1.
         * @example 0.118
         */
        share: number;
        /**
         * @description Customers who stand there.
         * @example 60
         */
        size: number;
        slug: components['schemas']['SegmentSlug'];
      }[];
      /**
       * @description Customers in no segment, for want of a model.
       * @example 0
       */
      unassigned: number;
      /**
       * @description Of the active model.
       * @example segments-2011-12-09
       */
      version: string | null;
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
    };
    /**
     * @example at-risk
     * @enum {string}
     */
    SegmentSlug:
      | 'champions'
      | 'loyal'
      | 'potential-loyalists'
      | 'new'
      | 'promising'
      | 'needs-attention'
      | 'at-risk'
      | 'hibernating';
    SegmentState: {
      /**
       * @description Why there is no segment; null when there is one.
       * @example null
       */
      abstained: string | null;
      cause: components['schemas']['MigrationCause'] | null;
      /** @example segments-2011-12-09 */
      modelVersion: string | null;
      /**
       * @description Moves so far.
       * @example 3
       */
      moves: number | null;
      name: components['schemas']['SegmentName'] | null;
      /**
       * Format: date-time
       * @description When the segment changes if nothing is bought or returned; null when it stays.
       * @example 2012-01-19T18:20:31.000Z
       */
      nextChangeAt: string | null;
      /** @example Needs Attention */
      nextSegment: components['schemas']['SegmentName'] | null;
      /** @description What changed before what stayed, the strongest first in each; at most three. */
      reasons: components['schemas']['StandingReason'][];
      /**
       * Format: date-time
       * @description ISO 8601, UTC.
       * @example 2011-10-02T04:11:09.000Z
       */
      since: string | null;
    };
    /** @description Of spend within the horizon, in the currency of the backtest. */
    SpendScores: {
      /**
       * @description Pearson; null where one side does not vary.
       * @example 0.64
       */
      correlation: number | null;
      /**
       * @description Per customer.
       * @example 0.76
       */
      meanAbsoluteError: number | null;
      /**
       * @description Over all customers.
       * @example 1890.2
       */
      predictedTotal: number | null;
      predictor: components['schemas']['Predictor'];
      /**
       * @description Per customer.
       * @example 1.52
       */
      rootMeanSquaredError: number | null;
      /**
       * @description Predicted over actual total, less one.
       * @example 0.021
       */
      totalBias: number | null;
    };
    StandingReason: components['schemas']['SegmentReason'] & {
      /**
       * @description Nearest value of this feature alone that makes another segment, once a move is due; null when none does.
       * @example 67.2
       */
      changeAt: number | null;
      /** @example Needs Attention */
      changeTo: components['schemas']['SegmentName'] | null;
      /**
       * @description Value as of the answer; the others are as of the assignment.
       * @example 44.1
       */
      now: number | null;
    };
    Status: {
      /**
       * @description event: time is what the events say (replay); wall: time is now.
       * @enum {string}
       */
      clock: 'event' | 'wall';
      /**
       * Format: date-time
       * @description When customers, segments, moves and quarantine were counted; see LiveFigures.
       * @example 2011-12-09T12:50:00.000Z
       */
      countedAt: string | null;
      /**
       * @description ISO 4217 code of the reporting currency: all money is in it.
       * @example GBP
       */
      currency: string;
      /** @example 4372 */
      customers: number;
      /**
       * @description Events seen again and left out.
       * @example 12
       */
      duplicates: number;
      /** @example 22190 */
      eventsApplied: number;
      /**
       * @description Age of the oldest record not yet processed, over all shards; null without shards.
       * @example 0
       */
      lagMs: number | null;
      /**
       * @description Moves between segments by cause.
       * @example {
       *       "event": 3210,
       *       "time": 5110,
       *       "model": 0
       *     }
       */
      migrationsByCause: {
        [key: string]: number;
      };
      models: {
        consumption: {
          /**
           * Format: date-time
           * @description ISO 8601, UTC.
           * @example 2011-12-09T12:50:00.000Z
           */
          fittedAt: string;
          version: string;
        } | null;
        segments: {
          /**
           * Format: date-time
           * @description ISO 8601, UTC.
           * @example 2011-12-09T12:50:00.000Z
           */
          fittedAt: string;
          version: string;
        } | null;
      };
      /**
       * Format: date-time
       * @description The instant a read answers for when it names none.
       * @example 2011-12-09T12:50:00.000Z
       */
      now: string;
      /**
       * @description Records quarantined in all, sent again or not, by reason.
       * @example {
       *       "unknown-currency": 3
       *     }
       */
      quarantinedByReason: {
        [key: string]: number;
      };
      /**
       * @description Customers by segment, as stored.
       * @example {
       *       "Champions": 412,
       *       "Loyal": 530
       *     }
       */
      segmentCounts: {
        'At Risk': number;
        Champions: number;
        Hibernating: number;
        Loyal: number;
        'Needs Attention': number;
        New: number;
        'Potential Loyalists': number;
        Promising: number;
      };
      shards: {
        /** @example 60 */
        events: number;
        /** @example 0 */
        lagMs: number;
        /**
         * @description In all, sent again or not.
         * @example 60
         */
        quarantined: number;
        /**
         * @description Processed up to here.
         * @example 4957
         */
        sequenceNumber: string | null;
        /** @example shardId-000000000000 */
        shardId: string;
        /**
         * Format: date-time
         * @description Event time up to which every event has been processed; null before the first event.
         * @example 2011-12-09T12:50:00.000Z
         */
        watermark: string | null;
      }[];
      /**
       * Format: date-time
       * @description Event time up to which every event has been processed; null before the first event.
       * @example 2011-12-09T12:50:00.000Z
       */
      watermark: string | null;
    };
    Verdict: {
      /** @example RMSE */
      measure: string;
      /**
       * @description The score of the model.
       * @example 1.52
       */
      model: number | null;
      /**
       * @description The best of the baselines.
       * @example {
       *       "predictor": "past-count",
       *       "value": 1.84
       *     }
       */
      rival: {
        predictor: components['schemas']['Predictor'];
        value: number;
      } | null;
      /**
       * @description best: better than every baseline; shared: none is better, one as good; behind: one is better; none: no score.
       * @example best
       * @enum {string}
       */
      standing: 'best' | 'shared' | 'behind' | 'none';
    };
    Versions: {
      /** @example consumption-2011-12-09 */
      consumption: string | null;
      /**
       * @description Version of the record of the customer.
       * @example 41
       */
      customer: number;
      /** @example segments-2011-12-09 */
      segments: string | null;
    };
    WebhookSecret: {
      /**
       * @description Standard Webhooks secret. Shown this once: null where the answer is a repetition.
       * @example whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD
       */
      secret: string | null;
      /**
       * @description Stays the same for as long as the rule has the target.
       * @example 9c0e4a1f
       */
      targetId: string;
    };
    /** @description Orders with event time in (asOf - window, asOf]. */
    WindowFeatures: {
      /** @example 60 */
      orders: number;
      /**
       * @description In the reporting currency.
       * @example 1204.35
       */
      spend: number;
      /**
       * @description Units; up to three decimals.
       * @example 19334
       */
      units: number;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type operations = Record<string, never>;
