import type { DeliveryTarget, TargetKind } from '../operators/alerts/rule.ts';
import type { AlertMessage, AlertSink, SendOutcome } from './alert-sink.ts';
import { eventBridgeSink } from './event-bridge-sink.ts';
import { snsSink } from './sns-sink.ts';
import type { WebhookPolicy } from './webhook-address.ts';
import { webhookSink } from './webhook-sink.ts';

/** What is sent to; the stream is read. */
export type SentTarget = Exclude<DeliveryTarget, { kind: 'stream' }>;
export type SentKind = Exclude<TargetKind, 'stream'>;

/** One sink for each kind of target. */
export type AlertSinks = { readonly [Kind in SentKind]: AlertSink<Kind> };

/** Sinks that speak to the world; nothing is connected to until something is sent. */
export function openAlertSinks(policy: WebhookPolicy): AlertSinks {
  return { webhook: webhookSink(policy), sns: snsSink(), eventbridge: eventBridgeSink() };
}

export function closeAlertSinks(sinks: AlertSinks): void {
  for (const sink of Object.values(sinks)) sink.close();
}

/** Sends by the sink of the target's kind. */
export function sendAlert(
  sinks: AlertSinks,
  message: AlertMessage,
  target: SentTarget,
  signal: AbortSignal,
): Promise<SendOutcome> {
  switch (target.kind) {
    case 'webhook':
      return sinks.webhook.send(message, target, signal);
    case 'sns':
      return sinks.sns.send(message, target, signal);
    case 'eventbridge':
      return sinks.eventbridge.send(message, target, signal);
  }
}
