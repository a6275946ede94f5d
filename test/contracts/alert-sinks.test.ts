import { eventBridgeSink } from '../../sinks/event-bridge-sink.ts';
import { snsSink } from '../../sinks/sns-sink.ts';
import { webhookSink } from '../../sinks/webhook-sink.ts';
import { withStatus } from '../fixtures/receiver.ts';
import { webhookSecret } from '../operators/alerts/rules.ts';
import { describeAlertSink, timeoutMs } from './alert-sink-contract.ts';

describeAlertSink(
  'webhook',
  (receiverUrl) => {
    const sink = webhookSink({ loopback: true, timeoutMs });
    const target = {
      id: 't1',
      kind: 'webhook',
      url: `${receiverUrl}/hooks`,
      secrets: [{ secret: webhookSecret }],
    } as const;
    return { send: (message, signal) => sink.send(message, target, signal), close: () => sink.close() };
  },
  {
    taken: withStatus(204),
    turnedAway: withStatus(500, 'a word of the receiver'),
    bodyOf: ({ body }) => body,
  },
);

const topicArn = 'arn:aws:sns:eu-west-1:111111111111:alerts';
const published =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m-1</MessageId>' +
  '</PublishResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></PublishResponse>';
const notFound =
  '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>NotFound</Code>' +
  '<Message>a word of the receiver</Message></Error><RequestId>r-1</RequestId></ErrorResponse>';

describeAlertSink(
  'sns',
  (endpoint) => {
    const sink = snsSink({ endpoint, timeoutMs });
    const target = { id: 't1', kind: 'sns', topicArn } as const;
    return { send: (message, signal) => sink.send(message, target, signal), close: () => sink.close() };
  },
  {
    taken: withStatus(200, published, { 'content-type': 'text/xml' }),
    turnedAway: withStatus(404, notFound, { 'content-type': 'text/xml' }),
    bodyOf: ({ body }) => new URLSearchParams(body).get('Message') ?? '',
  },
);

const json = { 'content-type': 'application/x-amz-json-1.1' };

describeAlertSink(
  'eventbridge',
  (endpoint) => {
    const sink = eventBridgeSink({ endpoint, region: 'eu-west-1', timeoutMs });
    const target = { id: 't1', kind: 'eventbridge', bus: 'alerts' } as const;
    return { send: (message, signal) => sink.send(message, target, signal), close: () => sink.close() };
  },
  {
    taken: withStatus(200, JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: 'e-1' }] }), json),
    // The call succeeds, and its one event does not.
    turnedAway: withStatus(
      200,
      JSON.stringify({
        FailedEntryCount: 1,
        Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'a word of the receiver' }],
      }),
      json,
    ),
    bodyOf: ({ body }) => JSON.parse(body).Entries[0].Detail,
  },
);
