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

/** Iterators remembered; beyond it the oldest is forgotten, and a read with it fails. They are good for five minutes. */
const iteratorsMax = 100_000;

/**
 * Stands in front of kinesalite for Amazon's Java clients. They speak HTTP/2 without TLS, which the emulator does not;
 * CBOR is switched off on their side (`-Daws.cborEnabled=false`). And KCL takes an answer at a shard's end for broken
 * unless it names the child shards, which the emulator leaves out: they are looked up in its list of shards. Nothing
 * else is missing for KCL 3.1.3 with POLLING: it lists shards (its filter is ignored), opens iterators and reads.
 */
export async function startKinesisGateway(kinesis: string): Promise<KinesisGateway> {
  const translator = new Translator(kinesis);
  const server = createServer(async (incoming, outgoing) => {
    const text = await bodyOf(incoming);
    try {
      respond(outgoing, await translator.answer(plainHeaders(incoming), text));
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
    calls: translator.calls,
    get childShardsAdded() {
      return translator.childShardsAdded;
    },
    async stop() {
      for (const session of sessions) session.destroy();
      translator.close();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** Passes calls on, and adds to the answers what is missing. */
class Translator {
  readonly calls = new Map<string, number>();
  childShardsAdded = 0;
  readonly #kinesis: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  /** Stream and shard of each iterator given out. */
  readonly #iterators = new Map<string, IteratorTarget>();

  constructor(kinesis: string) {
    this.#kinesis = kinesis;
  }

  async answer(headers: Record<string, string>, text: string): Promise<Answer> {
    const action = headers['x-amz-target']?.split('.').at(-1) ?? '';
    this.calls.set(action, (this.calls.get(action) ?? 0) + 1);
    const given = await forward(this.#kinesis, this.#agent, headers, text);
    if (given.status !== 200) return given;
    const input = JSON.parse(text) as Input;
    if (action === 'GetShardIterator') {
      const { StreamName: stream = '', ShardId: shardId = '' } = input;
      this.#remember((JSON.parse(given.body) as Output).ShardIterator, { stream, shardId });
    }
    if (action !== 'GetRecords') return given;
    const output = JSON.parse(given.body) as Output;
    const target = this.#iterators.get(input.ShardIterator ?? '');
    if (target === undefined) throw new Error('the iterator was not given out here');
    if (output.NextShardIterator) {
      this.#remember(output.NextShardIterator, target);
      return given;
    }
    this.childShardsAdded += 1;
    const ChildShards = await this.#childrenOf(target, headers);
    return { ...given, body: JSON.stringify({ ...output, ChildShards }) };
  }

  close(): void {
    this.#agent.destroy();
  }

  #remember(iterator: string | undefined, target: IteratorTarget): void {
    if (iterator === undefined) return;
    this.#iterators.set(iterator, target);
    if (this.#iterators.size <= iteratorsMax) return;
    const [oldest] = this.#iterators.keys();
    if (oldest !== undefined) this.#iterators.delete(oldest);
  }

  async #childrenOf({ stream, shardId }: IteratorTarget, headers: Record<string, string>): Promise<object[]> {
    const listing = { ...headers, 'x-amz-target': 'Kinesis_20131202.ListShards' };
    const text = JSON.stringify({ StreamName: stream });
    const listed = await forward(this.#kinesis, this.#agent, listing, text);
    return ((JSON.parse(listed.body) as Output).Shards ?? [])
      .filter((shard) => shard.ParentShardId === shardId || shard.AdjacentParentShardId === shardId)
      .map((shard) => ({
        ShardId: shard.ShardId,
        ParentShards: [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined),
        HashKeyRange: shard.HashKeyRange,
      }));
  }
}

interface IteratorTarget {
  readonly stream: string;
  readonly shardId: string;
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
