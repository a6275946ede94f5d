import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type AlertSink, attemptSignal, sendTimeoutMs } from './alert-sink.ts';
import { failedCall, type SinkClientOptions, sinkClientSettings } from './sink-client.ts';

/** What rules of EventBridge match alerts by. */
export const eventSource = 'tidemark';
export const eventDetailType = 'Tidemark Rule Alert';

/** Puts alerts on buses of EventBridge, as the detail of an event. */
export function eventBridgeSink(options: SinkClientOptions = {}): AlertSink<'eventbridge'> {
  let client: EventBridgeClient | undefined;
  return {
    kind: 'eventbridge',
    async send({ body, sentAtMs }, { bus }, signal) {
      client ??= new EventBridgeClient(sinkClientSettings(options));
      const command = new PutEventsCommand({
        Entries: [
          {
            EventBusName: bus,
            Source: eventSource,
            DetailType: eventDetailType,
            Detail: body,
            Time: new Date(sentAtMs),
          },
        ],
      });
      const ending = attemptSignal(signal, options.timeoutMs ?? sendTimeoutMs);
      try {
        const answer = await client.send(command, { abortSignal: ending.signal });
        const code = answer.Entries?.[0]?.ErrorCode;
        if ((answer.FailedEntryCount ?? 0) === 0) return { ok: true };
        return { ok: false, error: `the service refused the event: ${code ?? 'unknown'}`, retryable: true };
      } catch (error) {
        return failedCall(error, ending.signal, signal);
      } finally {
        ending.release();
      }
    },
    close() {
      client?.destroy();
    },
  };
}
