import { lookup as systemLookup } from 'node:dns';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { WebhookSecret } from '../operators/alerts/rule.ts';
import {
  type AlertMessage,
  type AlertSink,
  attemptSignal,
  type SendOutcome,
  sendTimeoutMs,
} from './alert-sink.ts';
import { isAllowedAddress, type WebhookPolicy, webhookUrlProblem } from './webhook-address.ts';

export interface WebhookSinkOptions extends WebhookPolicy {
  /** Finds a name's addresses; the system's unless a test brings its own. */
  readonly lookup?: typeof systemLookup;
  /** Longest attempt, ms. Default 10,000. */
  readonly timeoutMs?: number;
}

/** Largest body sent, bytes: an alert has about one thousand. */
const bodyBytesMax = 65_536;
/** Answers are not read; so much may come before the connection is cut. */
const answerBytesMax = 16_384;
/** And for so long after the status, ms. */
const answerMsMax = 1_000;
/** The receiver wants no more of these. */
const gone = 410;

/**
 * Posts alerts to webhooks, signed as Standard Webhooks has it: `webhook-id`, `webhook-timestamp` and
 * `webhook-signature` over both and the body, one signature a secret. Any 2xx is success. Redirects are not followed,
 * and a connection is made only to an address that was looked at: a name that leads into the own network leads nowhere.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function webhookSink(options: WebhookSinkOptions): AlertSink<'webhook'> {
  const { lookup = systemLookup, timeoutMs = sendTimeoutMs } = options;
  return {
    kind: 'webhook',
    async send(message, { url, secrets }, signal) {
      const problem = webhookUrlProblem(url, options);
      if (problem !== undefined) return refused(`the URL is not allowed: expected ${problem}`);
      if (Buffer.byteLength(message.body) > bodyBytesMax) return refused('the alert is too large');
      const ending = attemptSignal(signal, timeoutMs);
      try {
        const answer = await post(new URL(url), message, {
          headers: signedHeaders(message, secrets),
          lookup: allowedOnly(lookup, options),
          signal: ending.signal,
        });
        return outcomeOf(answer);
      } catch (error) {
        if (error instanceof ForbiddenAddress) return refused('its name leads to no public address');
        return { ok: false, error: failureOf(error, ending.signal, signal), retryable: true };
      } finally {
        ending.release();
      }
    },
    close() {},
  };
}

function signedHeaders(message: AlertMessage, secrets: readonly WebhookSecret[]): Record<string, string> {
  const { id, body, sentAtMs } = message;
  const signing = secrets.filter(({ untilMs }) => untilMs === undefined || untilMs > sentAtMs);
  const signatures = signing.map(({ secret }) => new Webhook(secret).sign(id, new Date(sentAtMs), body));
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'Tidemark',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(sentAtMs / 1_000)),
    'webhook-signature': signatures.join(' '),
  };
}

interface PostOptions {
  readonly headers: Record<string, string>;
  readonly lookup: LookupFunction;
  readonly signal: AbortSignal;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** Posts once, on a connection of its own, and gives the status. */
function post(url: URL, { body }: AlertMessage, { headers, lookup, signal }: PostOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent: ClientRequest = request(
      url,
      { method: 'POST', headers, lookup, signal, agent: false, maxHeaderSize: answerBytesMax },
      (response: IncomingMessage) => {
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
        drain(response);
      },
    );
    // Also after the answer, when its body is cut off.
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Lets a short answer come to its end, so that the receiver sees it taken, and cuts off one that is long or drips. */
function drain(response: IncomingMessage): void {
  let bytes = 0;
  const cut = () => response.destroy();
  const timer = setTimeout(cut, answerMsMax);
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > answerBytesMax) cut();
  });
  response.on('close', () => clearTimeout(timer));
  // The status has come, and nothing more was wanted.
  response.on('error', () => {});
}

class ForbiddenAddress extends Error {}

/**
 * A look-up that gives the allowed addresses of a name alone. The connection is made to what it gives, so a name can't
 * stand for one address when it is looked at and for another when it is connected to.
 */
function allowedOnly(lookup: typeof systemLookup, policy: WebhookPolicy): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0);
      const allowed = found.filter(({ address }) => isAllowedAddress(address, policy));
      const [first] = allowed;
      if (first === undefined) return callback(new ForbiddenAddress(), '', 0);
      if (options.all) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}

function outcomeOf({ status, retryAfter }: Answer): SendOutcome {
  if (status >= 200 && status < 300) return { ok: true };
  if (status === gone) return refused('answered 410: it wants no more');
  if (status >= 300 && status < 400) {
    return { ok: false, error: `answered ${status}: redirects are not followed`, retryable: true };
  }
  return { ok: false, error: `answered ${status}`, retryable: true, retryAfterMs: secondsOf(retryAfter) };
}

/** Of Retry-After only the form in seconds is heeded. */
function secondsOf(retryAfter: string | undefined): number | undefined {
  return retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : undefined;
}

function refused(error: string): SendOutcome {
  return { ok: false, error, retryable: false };
}

/** What went wrong, without the address that a message would name. */
function failureOf(error: unknown, ending: AbortSignal, given: AbortSignal): string {
  if (given.aborted) return 'given up: the process stopped';
  if (ending.aborted) return 'gave no answer in time';
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code === undefined ? 'could not be reached' : `could not be reached: ${code}`;
}
