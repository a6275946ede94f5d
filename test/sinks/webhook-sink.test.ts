import type { LookupAddress } from 'node:dns';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { webhookSink } from '../../sinks/webhook-sink.ts';
import { message } from '../contracts/alert-sink-contract.ts';
import { type Receiver, startReceiver, withStatus } from '../fixtures/receiver.ts';
import { webhookSecret } from '../operators/alerts/rules.ts';

const never = new AbortController().signal;
const old = `whsec_${Buffer.from('an older secret of enough bytes!').toString('base64')}`;

let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver(withStatus(200, 'fine'));
});

afterEach(() => receiver.close());

function send(
  url: string,
  {
    secrets = [{ secret: webhookSecret }],
    ...options
  }: Partial<Parameters<typeof webhookSink>[0]> & {
    secrets?: readonly { secret: string; untilMs?: number }[];
  } = {},
) {
  const sink = webhookSink({ loopback: true, timeoutMs: 500, ...options });
  return sink.send(message, { id: 't1', kind: 'webhook', url, secrets }, never);
}

/** A look-up that gives these addresses, however often it is asked. */
function resolving(...addresses: string[]) {
  const asked: string[] = [];
  const lookup = (hostname: string, _options: unknown, done: (e: null, found: LookupAddress[]) => void) => {
    asked.push(hostname);
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { asked, lookup: lookup as never };
}

describe('a webhook', () => {
  test('is signed so that the receiver’s library accepts it, and only with the right secret', async () => {
    await send(`${receiver.url}/hooks?a=b`);
    const [request] = receiver.received;
    const headers = request?.headers as Record<string, string>;
    expect(request?.path).toBe('/hooks?a=b');
    expect(headers).toMatchObject({ 'webhook-id': message.id, 'content-type': 'application/json' });
    const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
    expect(at.getTime()).toBe(message.sentAtMs);
    const sign = (secret: string, body = request?.body ?? '') =>
      new Webhook(secret).sign(message.id, at, body);
    expect(headers['webhook-signature']).toBe(sign(webhookSecret));
    expect(headers['webhook-signature']).not.toBe(sign(old));
    expect(headers['webhook-signature']).not.toBe(sign(webhookSecret, `${request?.body} `));
  });

  test('is signed with the old secret too until its time is up', async () => {
    const signatures = async (untilMs: number) => {
      await send(receiver.url, { secrets: [{ secret: webhookSecret }, { secret: old, untilMs }] });
      return String(receiver.received.at(-1)?.headers['webhook-signature']).split(' ');
    };
    expect(await signatures(message.sentAtMs + 1)).toHaveLength(2);
    expect(await signatures(message.sentAtMs)).toHaveLength(1);
  });

  test('any 2xx is success, anything else is not', async () => {
    for (const status of [200, 201, 204, 299]) {
      receiver.answer = withStatus(status);
      expect(await send(receiver.url)).toEqual({ ok: true });
    }
    for (const status of [400, 404, 500, 503]) {
      receiver.answer = withStatus(status);
      expect(await send(receiver.url)).toMatchObject({
        ok: false,
        error: `answered ${status}`,
        retryable: true,
      });
    }
  });

  test('a redirect is not followed', async () => {
    const elsewhere = await startReceiver(withStatus(200));
    for (const status of [301, 302, 307, 308]) {
      receiver.answer = withStatus(status, '', { location: elsewhere.url });
      expect(await send(receiver.url)).toMatchObject({ ok: false, retryable: true });
    }
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  test('410 is not tried again; the seconds of Retry-After are told, its dates not', async () => {
    receiver.answer = withStatus(410);
    expect(await send(receiver.url)).toMatchObject({ ok: false, retryable: false });
    receiver.answer = withStatus(429, '', { 'retry-after': '120' });
    expect(await send(receiver.url)).toMatchObject({ ok: false, retryAfterMs: 120_000 });
    receiver.answer = withStatus(503, '', { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' });
    expect(await send(receiver.url)).toMatchObject({ ok: false, retryAfterMs: undefined });
  });

  test('an endless answer is success by its status, and is cut off', async () => {
    const cut = new Promise<void>((resolve) => {
      receiver.answer = (response) => {
        response.on('close', resolve);
        response.writeHead(200);
        const chunk = Buffer.alloc(8_192);
        const write = () => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', write);
        write();
      };
    });
    expect(await send(receiver.url)).toEqual({ ok: true });
    await cut;
  });

  test('headers without end are a failure', async () => {
    receiver.answer = withStatus(200, '', { 'x-large': 'x'.repeat(20_000) });
    expect(await send(receiver.url)).toMatchObject({ ok: false });
  });
});

describe('where a webhook may lead', () => {
  const port = () => new URL(receiver.url).port;

  test('to this machine only where that is allowed', async () => {
    const url = `http://localhost:${port()}/`;
    const { lookup } = resolving('127.0.0.1');
    expect(await send(url, { lookup })).toEqual({ ok: true });
    expect(await send(url, { lookup, loopback: false })).toMatchObject({ ok: false, retryable: false });
    expect(receiver.received).toHaveLength(1);
  });

  test('a name that leads into the own network leads nowhere, whatever else it leads to', async () => {
    for (const address of [
      '10.0.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '::1',
      'fd00::1',
      '0.0.0.0',
    ]) {
      const { lookup, asked } = resolving(address);
      const outcome = await send('https://rebound.example.com/', { lookup, loopback: false });
      expect(outcome, address).toMatchObject({ ok: false, retryable: false });
      expect(asked).toEqual(['rebound.example.com']);
    }
    expect(receiver.received).toEqual([]);
  });

  test('the address that was looked at is the one connected to: a name is looked up once', async () => {
    // What a second look-up would give is the receiver; the first gives an address where nobody answers.
    const answers = ['203.0.113.1', '127.0.0.1'];
    const asked: string[] = [];
    const lookup = ((
      hostname: string,
      _options: unknown,
      done: (e: null, found: LookupAddress[]) => void,
    ) => {
      asked.push(hostname);
      done(null, [{ address: answers[asked.length - 1] ?? '127.0.0.1', family: 4 }]);
    }) as never;
    const outcome = await send(`https://rebound.example.com:${port()}/`, { lookup, loopback: false });
    expect(outcome).toMatchObject({ ok: false, retryable: false });
    expect(asked).toHaveLength(1);
    expect(receiver.received).toEqual([]);
  });

  test('of several addresses a forbidden one is never tried', async () => {
    const { lookup } = resolving('10.0.0.1', '127.0.0.1');
    expect(await send(`http://localhost:${port()}/`, { lookup })).toEqual({ ok: true });
  });

  test('an address in the place of a name is judged as well', async () => {
    for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', '10.1.2.3']) {
      const outcome = await send(`https://${host}:${port()}/`, { loopback: false });
      expect(outcome, host).toMatchObject({ ok: false, retryable: false });
    }
    expect(receiver.received).toEqual([]);
  });
});
