import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { type ApiServer, apiServer } from '../../../pipeline/hosts/lambda/serve-api.ts';
import { takeCensus } from '../../../pipeline/jobs/take-census.ts';
import { createAwsClients } from '../../../sinks/aws-clients.ts';
import { openStores } from '../../../sinks/open-stores.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';
import { testWarmStart } from '../../fixtures/event-source-warm-start.ts';

/** Endpoints of the services that a running process of the product uses. */
export interface Endpoints {
  readonly kinesis: string;
  readonly dynamo: string;
}

/** The API as it is deployed: behind a gateway that checks tokens, and hands requests and answers over whole. */
export interface Gateway {
  readonly origin: string;
  /** A token that the gateway takes. */
  readonly token: string;
  /** Counts what is stored, as the daily job does. */
  takeCensus(): Promise<void>;
  close(): Promise<void>;
}

/** Paths that ask for no token, as `infra/http-api.ts` has them. */
const openPaths = /^\/(health|docs|openapi\.json|problems\/[^/]+|board(\/.*)?)?$/;

export async function openGateway(endpoints: Endpoints): Promise<Gateway> {
  const clients = createAwsClients({ endpoints });
  const stores = openStores(clients.dynamo, tableNames('tidemark'), { feedSettleMs: 2_000 });
  const serve = apiServer(testWarmStart(stores, { clients }));
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${encoded({ alg: 'none' })}.${encoded({ sub: 'marketer' })}.x`;
  const server = createServer((request, response) => {
    answer(serve, token, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    takeCensus: async () => void (await takeCensus(stores, Date.now())),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      clients.close();
    },
  };
}

async function answer(
  serve: ApiServer,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://gateway');
  const isRead = ['GET', 'HEAD'].includes(request.method ?? '');
  const known = request.headers.authorization === `Bearer ${token}`;
  if (!known && !(isRead && openPaths.test(url.pathname))) {
    response.writeHead(401, { 'Content-Type': 'application/json' }).end('{"message":"Unauthorized"}');
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const method = request.method ?? 'GET';
  const event = {
    version: '2.0',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    isBase64Encoded: false,
    requestContext: {
      domainName: request.headers.host,
      http: { method, path: url.pathname, sourceIp: '127.0.0.1' },
      ...(known ? { authorizer: { jwt: { claims: { sub: 'marketer', scope: 'read' } } } } : {}),
    },
  } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
  const { statusCode = 200, headers = {}, body = '', isBase64Encoded } = await serve(event, {} as never);
  response
    .writeHead(statusCode, headers as Record<string, string>)
    .end(isBase64Encoded ? Buffer.from(body, 'base64') : body);
}
