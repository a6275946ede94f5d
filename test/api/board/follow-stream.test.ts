import { describe, expect, it } from 'vitest';
import { followStream, type StreamMessage, type StreamState } from '../../../api/board/data/follow-stream.ts';
import { ProblemError, problemOf } from '../../../api/board/data/problem.ts';

type Connection = readonly string[] | ProblemError;

/** Plays connections one after another, then ends; chunks are handed over exactly as they are cut. */
async function play(
  connections: readonly Connection[],
  lastEventId?: string,
  type: (connection: number) => string = () => 'text/event-stream',
) {
  const ending = new AbortController();
  const asked: (string | undefined)[] = [];
  const messages: StreamMessage[] = [];
  const states: StreamState[] = [];
  const pauses: number[] = [];
  let next = 0;
  await followStream({
    lastEventId,
    open: async (id) => {
      asked.push(id);
      const connection = connections[next];
      next += 1;
      if (connection instanceof ProblemError) throw connection;
      return new Response(streamOf(connection ?? []), { headers: { 'Content-Type': type(next) } });
    },
    onMessage: (message) => messages.push(message),
    onState: (state) => states.push(state),
    signal: ending.signal,
    random: () => 0.5,
    pause: async (ms) => {
      pauses.push(ms);
      if (next >= connections.length) ending.abort();
    },
  });
  return { asked, messages, states, pauses };
}

function streamOf(chunks: readonly string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
}

const message = (id: string, data: string) => `event: migration\nid: ${id}\ndata: ${data}\n\n`;

function problem(status: number, headers: Record<string, string> = {}): ProblemError {
  return new ProblemError(problemOf(status, new Headers(headers), {}));
}

describe('a stream that is followed', () => {
  it('goes on strictly after the last message of the connection before', async () => {
    const { asked, messages } = await play([
      [message('1', 'a'), message('2', 'b')],
      [': heartbeat\n\n'],
      [message('3', 'c')],
    ]);
    expect(messages.map(({ data }) => data)).toEqual(['a', 'b', 'c']);
    expect(asked).toEqual([undefined, '2', '2']);
  });

  it('begins where it is told to', async () => {
    expect((await play([[message('9', 'x')]], '8')).asked).toEqual(['8']);
  });

  it('reads messages that are cut anywhere, and hands half a message on to nobody', async () => {
    const whole = message('1', '{"name":"Zoë"}') + message('2', 'b');
    const cuts = [...whole].map((character) => character);
    const { messages, asked } = await play([[...cuts, 'id: 3\ndata: hal'], []]);
    expect(messages.map(({ data }) => data)).toEqual(['{"name":"Zoë"}', 'b']);
    expect(asked[1]).toBe('2');
  });

  it('waits longer with every failure, and begins anew after a connection that opened', async () => {
    const down = problem(503);
    const { pauses } = await play([down, down, down, [message('1', 'a')], down]);
    expect(pauses).toEqual([500, 1_000, 2_000, 500, 1_000]);
  });

  it('waits at most a few seconds, but as long as the server asks', async () => {
    const down = problem(503);
    const { pauses } = await play(Array.from({ length: 9 }, () => down));
    expect(Math.max(...pauses)).toBe(4_000);
    expect((await play([problem(429, { 'Retry-After': '40' })])).pauses).toEqual([40_000]);
  });

  it('gives up where asking again can not help, and says why', async () => {
    for (const status of [400, 401, 403, 404]) {
      const { asked, states } = await play([problem(status), [message('1', 'a')]]);
      expect(asked).toHaveLength(1);
      expect(states.at(-1)).toMatchObject({ kind: 'refused', problem: { status } });
    }
  });

  it('tells each state it comes to', async () => {
    const { states } = await play([[message('1', 'a')], problem(503)]);
    expect(states.map(({ kind }) => kind)).toEqual(['connecting', 'open', 'waiting', 'waiting']);
  });

  it('takes a connection that falls silent for a dead one', async () => {
    const ending = new AbortController();
    const states: string[] = [];
    let opened = 0;
    await followStream({
      open: async () => {
        opened += 1;
        return new Response(new ReadableStream({}), { headers: { 'Content-Type': 'text/event-stream' } });
      },
      onMessage: () => {},
      onState: ({ kind }) => states.push(kind),
      signal: ending.signal,
      silenceMsMax: 5,
      pause: async () => {
        if (opened === 2) ending.abort();
      },
    });
    expect(states).toEqual(['connecting', 'open', 'waiting', 'open', 'waiting']);
  });

  it('that ends in order is asked for again when it said, and has not broken', async () => {
    const { asked, messages, states, pauses } = await play([
      [`retry: 5000\n\n${message('1', 'a')}`],
      [`retry: 5000\n\n${message('2', 'b')}`],
      problem(503),
    ]);
    expect(messages.map(({ data }) => data)).toEqual(['a', 'b']);
    expect(asked).toEqual([undefined, '1', '2']);
    expect(pauses).toEqual([5_000, 5_000, 500]);
    const turns = { kind: 'open', everyMs: 5_000 };
    expect(states.slice(0, 5)).toEqual([{ kind: 'connecting' }, { kind: 'open' }, turns, turns, turns]);
    expect(states.at(-1)?.kind).toBe('waiting');
  });

  it('that fails once is asked for again, also where the gateway says that something broke', async () => {
    for (const status of [408, 500, 502]) {
      const { asked, states } = await play([['retry: 5000\n\n'], problem(status), ['retry: 5000\n\n']]);
      expect(asked, String(status)).toHaveLength(3);
      expect(states.at(-1)?.kind).toBe('open');
    }
  });

  it('is none where a page came in place of it', async () => {
    const page = (connection: number) =>
      connection === 2 ? 'text/html' : 'text/event-stream; charset=utf-8';
    const { states } = await play([['retry: 5000\n\n'], ['<html>']], undefined, page);
    expect(states.at(-1)?.kind).toBe('waiting');
  });

  it('is not asked for without pause, whatever it says of coming back', async () => {
    const { pauses } = await play([['retry: 0\n\n'], ['retry: 0\n\n']]);
    expect(pauses).toEqual([500, 500]);
  });

  it('ends a connection whose message never ends', async () => {
    const { states, messages } = await play([[`data: ${'x'.repeat(600_000)}`, 'x'.repeat(600_000)]]);
    expect(messages).toEqual([]);
    expect(states.at(-1)?.kind).toBe('waiting');
  });
});
