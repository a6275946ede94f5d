import { Agent, request } from 'node:http';
import { createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** What a call of the Java SDK needs and the emulator lacks, added on the way. */
export interface KinesisGateway {
  readonly endpoint: string;
  /** Calls by name. */
  readonly calls: ReadonlyMap<string, number>;
  /** Answers at a shard's end that were given their child shards. */
  readonly childShardsAdded: number;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Iterators of which the shard is remembered; beyond it the oldest is forgotten, and its end comes without children. */
const iteratorsMax = 100_000;

/**
 * Stands in front of kinesalite for Amazon's Java clients. They speak HTTP/2 without TLS, which the emulator does not;
 * CBOR is switched off on their side (`-Daws.cborEnabled=false`). And KCL takes an answer at a shard's end for broken
 * unless it names the child shards, which the emulator leaves out: they are looked up in its list of shards.
 */
export async function startKinesisGateway(kinesis: string): Promise<KinesisGateway> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const calls = new Map<string, number>();
  const shards = new ShardsOfIterators();
  let childShardsAdded = 0;

  const answer = async (
    headers: Record<string, string>,
    action: string,
    input: Input,
    text: string,
  ): Promise<Answer> => {
    const given = await forward(kinesis, agent, headers, text);
    if (given.status !== 200) return given;
    if (action === 'GetShardIterator') {
      shards.remember((JSON.parse(given.body) as Output).ShardIterator, input.ShardId);
    }
    if (action !== 'GetRecords') return given;
    const shardId = shards.of(input.ShardIterator);
    const output = JSON.parse(given.body) as Output;
    if (output.NextShardIterator) {
      shards.remember(output.NextShardIterator, shardId);
      return given;
    }
    const listing = { ...headers, 'x-amz-target': 'Kinesis_20131202.ListShards' };
    const listed = await forward(kinesis, agent, listing, JSON.stringify({ StreamName: shards.stream }));
    childShardsAdded += 1;
    const ChildShards = childrenOf(shardId ?? '', (JSON.parse(listed.body) as Output).Shards ?? []);
    return { ...given, body: JSON.stringify({ ...output, ChildShards }) };
  };

  const server = createServer(async (incoming, outgoing) => {
    const text = await bodyOf(incoming);
    const target = String(incoming.headers['x-amz-target'] ?? '');
    const action = target.slice(target.indexOf('.') + 1);
    calls.set(action, (calls.get(action) ?? 0) + 1);
    const input = JSON.parse(text || '{}') as Input;
    if (input.StreamName) shards.stream = input.StreamName;
    try {
      respond(outgoing, await answer(plainHeaders(incoming), action, input, text));
    } catch (error) {
      respond(outgoing, { status: 500, headers: {}, body: JSON.stringify({ message: String(error) }) });
    }
  });
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => {
    sessions.add(session);
    // A killed daemon resets its connections.
    session.on('error', () => {});
    session.once('close', () => sessions.delete(session));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    get childShardsAdded() {
      return childShardsAdded;
    },
    async stop() {
      for (const session of sessions) session.destroy();
      agent.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

interface Input {
  readonly StreamName?: string;
  readonly ShardId?: string;
  readonly ShardIterator?: string;
}

interface Shard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly HashKeyRange: object;
}

interface Output {
  readonly ShardIterator?: string;
  readonly NextShardIterator?: string | null;
  readonly Shards?: readonly Shard[];
}

class ShardsOfIterators {
  stream = '';
  readonly #shards = new Map<string, string>();

  remember(iterator: string | undefined, shardId: string | undefined): void {
    if (iterator === undefined || shardId === undefined) return;
    this.#shards.set(iterator, shardId);
    if (this.#shards.size <= iteratorsMax) return;
    const [oldest] = this.#shards.keys();
    if (oldest !== undefined) this.#shards.delete(oldest);
  }

  of(iterator: string | undefined): string | undefined {
    return iterator === undefined ? undefined : this.#shards.get(iterator);
  }
}

function childrenOf(shardId: string, shards: readonly Shard[]): object[] {
  return shards
    .filter((shard) => shard.ParentShardId === shardId || shard.AdjacentParentShardId === shardId)
    .map((shard) => ({
      ShardId: shard.ShardId,
      ParentShards: [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined),
      HashKeyRange: shard.HashKeyRange,
    }));
}

function plainHeaders(incoming: Http2ServerRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (!name.startsWith(':') && name !== 'content-length' && value !== undefined)
      headers[name] = String(value);
  }
  return headers;
}

async function bodyOf(incoming: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function forward(
  endpoint: string,
  agent: Agent,
  headers: Record<string, string>,
  text: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(text));
    const call = request(
      endpoint,
      { method: 'POST', agent, headers: { ...headers, 'content-length': length } },
      (given) => {
        bodyOf(given).then(
          (body) =>
            resolve({
              status: given.statusCode ?? 500,
              headers: { 'content-type': String(given.headers['content-type']) },
              body,
            }),
          reject,
        );
      },
    );
    call.once('error', reject);
    call.end(text);
  });
}

function respond(outgoing: Http2ServerResponse, { status, headers, body }: Answer): void {
  // A killed daemon does not wait for its answers.
  if (outgoing.stream === undefined || outgoing.stream.destroyed) return;
  outgoing.writeHead(status, headers);
  outgoing.end(body);
}
