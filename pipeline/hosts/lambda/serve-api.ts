import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyEventV2WithJWTAuthorizer,
  APIGatewayProxyStructuredResultV2,
} from 'aws-lambda';
import { Hono } from 'hono';
import { handle, type LambdaContext } from 'hono/aws-lambda';
import { createApp } from '../../../api/create-app.ts';
import type { ApiDependencies } from '../../../api/dependencies.ts';
import { errorFields } from '../../../operators/error-fields.ts';
import { createEventProducer } from '../../../sinks/event-producer.ts';
import { joinedReads } from '../../../sinks/joined-reads.ts';
import { RecentCustomers } from '../../../sinks/recent-customers.ts';
import { alertTargets } from '../../alert-targets.ts';
import { decodeOptions } from '../../decode-options.ts';
import { acceptEvents } from '../accept-events.ts';
import { apiLimits } from '../api-limits.ts';
import { findBoard } from '../find-board.ts';
import { replayRecord } from '../replay-record.ts';
import { StoredPopulation } from './stored-population.ts';
import { StoredStatus } from './stored-status.ts';
import { onFirstCall, type WarmStart } from './warm-start.ts';

export type ApiServer = (
  event: APIGatewayProxyEventV2,
  context: LambdaContext,
) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * Serves the API behind an HTTP API of API Gateway (payload version 2.0). What a process beside the pipeline would keep
 * in memory comes from the stores; nothing is counted at start. Such an API hands answers over whole, so streams are given
 * in turns: what there is, and when to come back.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function apiServer(warm: WarmStart): ApiServer {
  const { clients, logger, nowMs, settings, stores } = warm;
  const status = new StoredStatus(stores.checkpoints, nowMs);
  const producer = createEventProducer({ kinesis: clients.kinesis, streamName: settings.stream });
  const recent = new RecentCustomers({ ageMsMax: settings.lookupCacheMs, nowMs: () => performance.now() });
  const dependencies: ApiDependencies = {
    stores: { ...stores, customers: recent.reading(joinedReads(stores.customers)) },
    callerAddress: (env) => eventOf(env).requestContext?.http.sourceIp,
    authentication: {
      kind: 'gateway',
      claims: verifiedClaims,
      scopeClaim: settings.jwtScopeClaim,
      scopePrefix: settings.jwtScopePrefix,
    },
    nowMs,
    watermarkMs: () => status.watermarkMs(),
    status: () => status.current(),
    population: new StoredPopulation(stores.checkpoints, nowMs),
    ready: async () => {
      await status.current();
      return { ready: true, reasons: [] };
    },
    ...acceptEvents(producer, decodeOptions(settings), nowMs),
    replayQuarantined: replayRecord({
      quarantine: stores.quarantine,
      producer,
      decode: decodeOptions(settings),
      nowMs,
    }),
    alertTargets: alertTargets(settings),
    metrics: async () => ({ contentType: 'text/plain', body: '# metrics are in CloudWatch\n' }),
    reportingCurrency: settings.currencies.reportingCurrency,
    // The service ends an environment between two requests, never within one.
    closing: new AbortController().signal,
    log: (level, message, fields) => logger[level](message, fields),
    // An environment is frozen between two requests and answers one at a time: lateness says nothing of its load.
    eventLoopLagMs: () => 0,
    streamsInTurns: true,
    boardDirectory: findBoard(),
  };
  const api = createApp(dependencies, apiLimits(settings));
  const app = new Hono();
  app.use('/v1/*', async (_context, next) => {
    // Answers name the watermark, which is read without waiting. Routes that need the status fail for themselves.
    await status.current().catch((error: unknown) => {
      logger.warn('the status could not be read', errorFields(error));
    });
    await next();
  });
  // Handed on whole, so that unknown paths and failures are answered by the API too.
  app.all('*', ({ req, env }) => api.fetch(req.raw, env as never));
  return handle(app) as ApiServer;
}

/**
 * The claims of the token that API Gateway verified before it called: signature, issuer, audience and times. They are
 * not checked again here, since nobody else may call the function, and fetching the issuer's keys would slow each start.
 */
function verifiedClaims(env: unknown): Readonly<Record<string, unknown>> | undefined {
  return eventOf(env).requestContext?.authorizer?.jwt?.claims;
}

function eventOf(env: unknown): Partial<APIGatewayProxyEventV2WithJWTAuthorizer> {
  return (env as { readonly event?: APIGatewayProxyEventV2WithJWTAuthorizer }).event ?? {};
}

/** What Lambda calls. */
export const handler: ApiServer = onFirstCall(apiServer);
