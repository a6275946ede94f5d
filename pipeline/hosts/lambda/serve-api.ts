import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Hono } from 'hono';
import { handle, type LambdaContext } from 'hono/aws-lambda';
import { createApp } from '../../../api/create-app.ts';
import { createEventProducer } from '../../../sinks/event-producer.ts';
import { decodeOptions } from '../../decode-options.ts';
import { acceptEvents } from '../accept-events.ts';
import { StoredStatus } from './stored-status.ts';
import { onFirstCall, type WarmStart } from './warm-start.ts';

export type ApiServer = (
  event: APIGatewayProxyEventV2,
  context: LambdaContext,
) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * Serves the API behind an HTTP API of API Gateway (payload version 2.0). What a process beside the pipeline would keep
 * in memory comes from the stores; nothing is counted at start. Alerts can't be streamed, since such an API hands over
 * answers whole: that route says so and names the one to ask instead.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function apiServer(warm: WarmStart): ApiServer {
  const { clients, logger, nowMs, settings, stores } = warm;
  const status = new StoredStatus(stores.checkpoints, nowMs);
  const producer = createEventProducer({ kinesis: clients.kinesis, streamName: settings.stream });
  const api = createApp({
    stores,
    nowMs,
    watermarkMs: () => status.watermarkMs(),
    status: () => status.current(),
    ready: async () => {
      await status.current();
      return { ready: true, reasons: [] };
    },
    ...acceptEvents(producer, decodeOptions(settings), nowMs),
    metrics: async () => ({ contentType: 'text/plain', body: '# metrics are in CloudWatch\n' }),
    reportingCurrency: settings.currencies.reportingCurrency,
    // The service ends an environment between two requests, never within one.
    closing: new AbortController().signal,
    log: (level, message, fields) => logger[level](message, fields),
  });
  const app = new Hono();
  app.use(async (_context, next) => {
    // Answers name the watermark, which is read without waiting.
    await status.current();
    await next();
  });
  app.get('/v1/alerts/stream', () => notStreamed());
  // Handed on whole, so that unknown paths and failures are answered by the API too.
  app.all('*', ({ req }) => api.fetch(req.raw));
  return handle(app) as ApiServer;
}

/** What Lambda calls. */
export const handler: ApiServer = onFirstCall(apiServer);

/** @see RFC 9457, section 4.2.1 for the type */
function notStreamed(): Response {
  const body = {
    type: 'about:blank',
    title: 'Not Implemented',
    status: 501,
    detail: 'Server-Sent Events can not be streamed through this deployment. Ask GET /v1/alerts instead.',
    instance: '/v1/alerts/stream',
  };
  return new Response(JSON.stringify(body), {
    status: 501,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      Link: '</v1/alerts>; rel="alternate"',
    },
  });
}
