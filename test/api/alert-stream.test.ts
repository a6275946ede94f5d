import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DependencyError } from '../../operators/errors.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import { bodyOf, type Fixture, fixture, migration } from './api-fixture.ts';

const path = '/v1/alerts/stream';
const fast = { streamPollMs: 2, heartbeatMs: 10_000 };

interface Message {
  readonly event: string;
  readonly id: string;
  readonly data: { readonly ordinal: number; readonly feedKey: string };
}

/** Reads a stream as a client does, no further than it is asked to. */
class Client {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  text = '';

  constructor(response: Response) {
    this.#reader = (response.body as ReadableStream<Uint8Array>).getReader();
  }

  async readUntil(done: () => boolean): Promise<void> {
    while (!done()) {
      const chunk = await this.#reader.read();
      if (chunk.done) throw new Error(`the stream ended early: ${this.text}`);
      this.text += this.#decoder.decode(chunk.value, { stream: true });
    }
  }

  async readToEnd(): Promise<void> {
    for (;;) {
      const chunk = await this.#reader.read();
      if (chunk.done) return;
      this.text += this.#decoder.decode(chunk.value, { stream: true });
    }
  }

  async messages(count: number): Promise<Message[]> {
    await this.readUntil(() => this.#parsed().length >= count);
    return this.#parsed();
  }

  leave(): Promise<void> {
    return this.#reader.cancel();
  }

  #parsed(): Message[] {
    const blocks = this.text.split('\n\n').slice(0, -1);
    return blocks.flatMap((block) => {
      const fields = Object.fromEntries(
        block
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
      );
      return fields.event === undefined || fields.event === 'following'
        ? []
        : [{ event: fields.event, id: fields.id as string, data: JSON.parse(fields.data as string) }];
    });
  }
}

let api: Fixture;

beforeEach(() => {
  api = fixture({}, fast);
});

afterEach(() => api.close());

async function open(headers: Record<string, string> = {}, query = ''): Promise<Client> {
  const response = await api.get(`${path}${query}`, headers);
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toBe('text/event-stream');
  return new Client(response);
}

const publish = (...ordinals: number[]) =>
  api.stores.migrations.publish(ordinals.map((ordinal) => migration(ordinal)));

const ordinalsOf = (messages: readonly Message[]) => messages.map(({ data }) => data.ordinal);

describe('the alert stream', () => {
  test('begins now, and gives what is published from then on in order', async () => {
    await publish(1, 2);
    const client = await open();
    await publish(3);
    await publish(4, 5);
    const messages = await client.messages(3);
    expect(ordinalsOf(messages)).toEqual([3, 4, 5]);
    for (const { event, id, data } of messages) {
      expect(event).toBe('migration');
      expect(id).toBe(data.feedKey);
    }
  });

  test('begins with the first alert ever when there was none before', async () => {
    const client = await open();
    await publish(1);
    expect(ordinalsOf(await client.messages(1))).toEqual([1]);
  });

  test('goes on strictly after Last-Event-ID, from the header or from the query', async () => {
    await publish(1, 2, 3, 4);
    const keys = (await api.stores.migrations.feedAfter(undefined, 10)).map(({ feedKey }) => feedKey);
    const fromHeader = await open({ 'Last-Event-ID': keys[1] as string });
    expect(ordinalsOf(await fromHeader.messages(2))).toEqual([3, 4]);
    const fromQuery = await open({}, `?lastEventId=${encodeURIComponent(keys[2] as string)}`);
    expect(ordinalsOf(await fromQuery.messages(1))).toEqual([4]);
  });

  test('gives a long backlog whole, over more pages than one', async () => {
    await publish(...Array.from({ length: 250 }, (_, index) => index + 1));
    const [first] = await api.stores.migrations.feedAfter(undefined, 1);
    const client = await open({ 'Last-Event-ID': first?.feedKey as string });
    const ordinals = ordinalsOf(await client.messages(249));
    expect(ordinals).toEqual(Array.from({ length: 249 }, (_, index) => index + 2));
  });

  test('loses and repeats nothing when a client comes back after every message', async () => {
    await publish(1);
    let lastEventId = (await api.stores.migrations.feedAfter(undefined, 1))[0]?.feedKey as string;
    const seen: number[] = [];
    await publish(2, 3, 4, 5);
    while (seen.length < 4) {
      const client = await open({ 'Last-Event-ID': lastEventId });
      const [message] = await client.messages(1);
      seen.push(message?.data.ordinal as number);
      lastEventId = message?.id as string;
      await client.leave();
    }
    expect(seen).toEqual([2, 3, 4, 5]);
  });

  test('refuses what is no id of an event', async () => {
    for (const id of ['nonsense', 'x'.repeat(2_000)]) {
      const response = await api.get(path, { 'Last-Event-ID': id });
      expect(response.status).toBe(400);
      expect((await bodyOf(response)).errors?.[0]).toMatchObject({
        location: 'header',
        field: 'last-event-id',
      });
    }
    const { errors } = await bodyOf(await api.get(`${path}?lastEventId=nonsense`));
    expect(errors).toMatchObject([{ location: 'query', field: 'lastEventId' }]);
  });

  test('keeps a silent stream open with comments', async () => {
    api = fixture({}, { streamPollMs: 1, heartbeatMs: 2 });
    const client = await open();
    await client.readUntil(() => client.text.split(': heartbeat\n\n').length > 3);
    expect(client.text).toContain('retry: ');
  });

  test('ends when the host closes, and takes no new client then', async () => {
    const clients = [await open(), await open()];
    api.close();
    await Promise.all(clients.map((client) => client.readToEnd()));
    const refused = await api.get(path);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('Retry-After')).not.toBeNull();
  });

  test('opens only so many streams, and a new one when a client has left', async () => {
    api = fixture({}, { ...fast, streamsMax: 2 });
    const clients = [await open(), await open()];
    const refused = await api.get(path);
    expect(refused.status).toBe(503);
    expect((await bodyOf(refused)).type).toBe('/problems/too-many-streams');
    await clients[0]?.leave();
    let again = await api.get(path);
    while (again.status === 503) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      again = await api.get(path);
    }
    expect(again.status).toBe(200);
  });

  test('gives up a client that leaves a message unread for too long', async () => {
    api = fixture({}, { ...fast, streamsMax: 1, stallMsMax: 5 });
    await publish(1);
    await open();
    await publish(...Array.from({ length: 50 }, (_, index) => index + 2));
    let next = await api.get(path);
    while (next.status === 503) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      next = await api.get(path);
    }
    expect(next.status).toBe(200);
  });
});

describe('the alert stream, when the feed can not be read', () => {
  /** The feed fails while `down` is true. */
  function failing() {
    const stores = memoryStores();
    const state = { down: false, reads: 0 };
    const migrations = {
      ...stores.migrations,
      feedAfter: async (after: string | undefined, limit: number) => {
        state.reads += 1;
        if (state.down) throw new DependencyError('unreachable', 'no route to table-7', { retryable: true });
        return stores.migrations.feedAfter(after, limit);
      },
    };
    return { stores: { ...stores, migrations }, state };
  }

  test('goes on where it was once it can be read again', async () => {
    const { stores, state } = failing();
    api = fixture({ stores }, fast);
    const client = await open();
    state.down = true;
    await publish(1);
    const reads = state.reads;
    await client.readUntil(() => client.text.includes('following'));
    while (state.reads < reads + 2) await new Promise((resolve) => setTimeout(resolve, 1));
    state.down = false;
    expect(ordinalsOf(await client.messages(1))).toEqual([1]);
    expect(
      api.logs.some(({ level, fields }) => level === 'warn' && fields.detail === 'no route to table-7'),
    ).toBe(true);
  });

  test('ends after ten failures in a row, so that the client comes back', async () => {
    const { stores, state } = failing();
    api = fixture({ stores }, fast);
    const client = await open();
    state.down = true;
    await client.readToEnd();
    expect(api.logs.filter(({ level }) => level === 'warn')).toHaveLength(10);
  });

  test('answers 503 instead of opening a stream', async () => {
    const { stores, state } = failing();
    state.down = true;
    api = fixture({ stores }, { ...fast, streamsMax: 1 });
    for (const attempt of [1, 2]) {
      const response = await api.get(path);
      expect(response.status, `attempt ${attempt}`).toBe(503);
      const { type, detail } = await bodyOf(response);
      expect(type).toBe('/problems/unavailable');
      expect(detail).not.toContain('table-7');
    }
  });
});
