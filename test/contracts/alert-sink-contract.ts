import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AlertMessage, SendOutcome } from '../../sinks/alert-sink.ts';
import { type Answering, type ReceivedRequest, type Receiver, startReceiver } from '../fixtures/receiver.ts';

export const message: AlertMessage = {
  id: 'dlv_00ff00ff00ff00ff_t1',
  customerId: 'c-1',
  body: JSON.stringify({ type: 'rule-alert.fired', data: { customerId: 'c-1', ruleName: 'Käse & Brot' } }),
  sentAtMs: Date.UTC(2026, 10, 22, 12),
};

/** Longest attempt in these tests, ms. */
export const timeoutMs = 400;

export interface SinkUnderTest {
  send(message: AlertMessage, signal: AbortSignal): Promise<SendOutcome>;
  close(): void;
}

export interface SinkTraits {
  /** The wire's answer to what was taken. */
  readonly taken: Answering;
  /** The wire's answer when the service turns it away; its text must go nowhere. */
  readonly turnedAway: Answering;
  /** The alert in what came over the wire. */
  readonly bodyOf: (request: ReceivedRequest) => string;
}

const never = new AbortController().signal;

/** What every sink of alerts has to do, whatever wire it speaks. @param open gives a sink whose target is the receiver */
export function describeAlertSink(
  name: string,
  open: (receiverUrl: string) => SinkUnderTest,
  { taken, turnedAway, bodyOf }: SinkTraits,
): void {
  describe(`the sink ${name}`, () => {
    let receiver: Receiver;
    let sink: SinkUnderTest;

    beforeEach(async () => {
      receiver = await startReceiver(taken);
      sink = open(receiver.url);
    });

    afterEach(async () => {
      sink.close();
      await receiver.close();
    });

    test('sends the alert once, byte by byte', async () => {
      expect(await sink.send(message, never)).toEqual({ ok: true });
      expect(receiver.received.map(bodyOf)).toEqual([message.body]);
    });

    test('sends again under the same id when it is asked again', async () => {
      await sink.send(message, never);
      await sink.send({ ...message, sentAtMs: message.sentAtMs + 60_000 }, never);
      expect(receiver.received.map(bodyOf)).toEqual([message.body, message.body]);
    });

    test('being turned away is a value that can be tried again, and repeats nothing of the answer', async () => {
      receiver.answer = turnedAway;
      const outcome = await sink.send(message, never);
      expect(outcome).toMatchObject({ ok: false, retryable: true });
      expect(JSON.stringify(outcome)).not.toContain('a word of the receiver');
      // Trying again is the schedule's.
      expect(receiver.received).toHaveLength(1);
    });

    test('no answer in time is a failure', async () => {
      receiver.answer = () => {};
      expect(await sink.send(message, never)).toEqual({
        ok: false,
        error: 'gave no answer in time',
        retryable: true,
      });
    });

    test('a connection that breaks is a failure', async () => {
      receiver.answer = (response) => response.destroy();
      expect(await sink.send(message, never)).toMatchObject({ ok: false, retryable: true });
    });

    test('nobody there is a failure', async () => {
      await receiver.close();
      expect(await sink.send(message, never)).toMatchObject({ ok: false, retryable: true });
    });

    test('gives up when it is told to stop, before and in the middle of an attempt', async () => {
      const stop = new AbortController();
      receiver.answer = () => stop.abort();
      const given = { ok: false, error: 'given up: the process stopped', retryable: true };
      expect(await sink.send(message, stop.signal)).toEqual(given);
      expect(await sink.send(message, stop.signal)).toEqual(given);
      expect(receiver.received).toHaveLength(1);
    });
  });
}
