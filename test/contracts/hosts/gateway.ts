import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** One call that a host makes to the stream or to a table. */
export interface GatewayCall {
  /** Over all calls through this gateway, from 1. */
  readonly number: number;
  /** For instance `PutItem`. */
  readonly operation: string;
  /** The table's name without its prefix, for instance `customers`; undefined for calls to the stream. */
  readonly table: string | undefined;
}

/**
 * What becomes of a call. `throttled` and `failed`: an answer that says so. `lost`: it never arrives. `unanswered`: it
 * takes effect, but its answer is lost. `cut` and `cut-after`: the same two, and nothing gets through from then on.
 */
export type GatewayFault = 'throttled' | 'failed' | 'lost' | 'unanswered' | 'cut' | 'cut-after';

export type GatewayRule = (call: GatewayCall) => GatewayFault | undefined | Promise<GatewayFault | undefined>;

/**
 * One endpoint for both services, in front of two: what a host's process says to the outside passes here, can fail
 * here, and ends here when the process is killed.
 */
export class Gateway {
  readonly #upstream: { readonly kinesis: string; readonly dynamo: string };
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((incoming, outgoing) => {
    this.#take(incoming, outgoing).catch(() => outgoing.destroy());
  });
  #reportCut: () => void = () => {};
  #isCut = false;
  /** Resolves when nothing gets through any more. */
  readonly whenCut = new Promise<void>((resolve) => {
    this.#reportCut = resolve;
  });
  /** Asked about each call; set anew at any time. */
  rule: GatewayRule;
  readonly calls: GatewayCall[] = [];
  endpoint = '';

  constructor(
    upstream: { readonly kinesis: string; readonly dynamo: string },
    rule: GatewayRule = () => undefined,
  ) {
    this.#upstream = upstream;
    this.rule = rule;
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on('connection', (socket) => {
      if (this.#isCut) socket.destroy();
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = this.#server.address() as { port: number };
    this.endpoint = `http://127.0.0.1:${port}`;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  /** Ends all connections and takes no more: to the services the process behind is gone. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
    this.#reportCut();
  }

  async close(): Promise<void> {
    this.cut();
    this.#agent.destroy();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  async #take(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const [service = '', operation = ''] = String(incoming.headers['x-amz-target']).split('.');
    const isDynamo = service.startsWith('DynamoDB');
    const call = {
      number: this.calls.length + 1,
      operation,
      table: isDynamo ? tableIn(body) : undefined,
    };
    this.calls.push(call);
    const fault = await this.rule(call);
    if (this.#isCut || fault === 'lost') return void outgoing.destroy();
    if (fault === 'cut') return this.cut();
    if (fault === 'throttled' || fault === 'failed') return answerFault(fault, outgoing);
    const answer = await forward(
      isDynamo ? this.#upstream.dynamo : this.#upstream.kinesis,
      incoming,
      body,
      this.#agent,
    );
    if (fault === 'cut-after') return this.cut();
    if (fault === 'unanswered') return void outgoing.destroy();
    outgoing.writeHead(answer.status, answer.headers);
    outgoing.end(answer.body);
  }
}

/** Every table's name is a prefix of a test's own and the table's part in the product. */
function tableIn(body: Buffer): string | undefined {
  return /host-\d+-([a-z]+)/.exec(body.toString('latin1'))?.[1];
}

function answerFault(fault: 'throttled' | 'failed', outgoing: ServerResponse): void {
  const [status, type] =
    fault === 'throttled' ? [400, 'ProvisionedThroughputExceededException'] : [500, 'InternalServerError'];
  outgoing.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.0' });
  outgoing.end(JSON.stringify({ __type: `com.amazonaws#${type}`, message: `made to be ${fault}` }));
}

function forward(
  endpoint: string,
  { headers, url, method }: IncomingMessage,
  body: Buffer,
  agent: Agent,
): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const onward = request(
      new URL(url ?? '/', endpoint),
      { method: method ?? 'POST', headers: { ...headers, host: new URL(endpoint).host }, agent },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    onward.on('error', reject);
    onward.end(body);
  });
}
