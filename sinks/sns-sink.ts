import { createHash } from 'node:crypto';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type AlertSink, attemptSignal, sendTimeoutMs } from './alert-sink.ts';
import { failedCall, type SinkClientOptions, sinkClientSettings } from './sink-client.ts';

/** Publishes alerts to SNS topics; to FIFO topics in order of each customer, and without repeats within five minutes. */
export function snsSink(options: SinkClientOptions = {}): AlertSink<'sns'> {
  const clients = new Map<string, SNSClient>();
  const clientFor = (topicArn: string) => {
    // A topic may lie in another region than the deployment; its ARN says in which.
    const region = topicArn.split(':')[3] ?? '';
    const client = clients.get(region) ?? new SNSClient({ ...sinkClientSettings(options), region });
    clients.set(region, client);
    return client;
  };
  return {
    kind: 'sns',
    async send({ id, customerId, body }, { topicArn }, signal) {
      const command = new PublishCommand({
        TopicArn: topicArn,
        Message: body,
        MessageAttributes: { alertId: { DataType: 'String', StringValue: id } },
        ...(topicArn.endsWith('.fifo')
          ? {
              MessageDeduplicationId: id,
              MessageGroupId: createHash('sha256').update(customerId).digest('hex'),
            }
          : {}),
      });
      const ending = attemptSignal(signal, options.timeoutMs ?? sendTimeoutMs);
      try {
        await clientFor(topicArn).send(command, { abortSignal: ending.signal });
        return { ok: true };
      } catch (error) {
        return failedCall(error, ending.signal, signal);
      } finally {
        ending.release();
      }
    },
    close() {
      for (const client of clients.values()) client.destroy();
    },
  };
}
