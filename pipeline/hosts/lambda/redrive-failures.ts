import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ConfigurationError } from '../../../operators/errors.ts';
import { callAws } from '../../../sinks/aws-errors.ts';
import { createEventProducer, type EventProducer } from '../../../sinks/event-producer.ts';
import { errorFields } from './error-fields.ts';
import { readFailureMessage } from './failure-message.ts';
import { redriveRange } from './redrive-range.ts';
import { guardTime, type InvocationContext, type TimeGuard } from './time-guard.ts';
import { onFirstCall, type WarmStart } from './warm-start.ts';

/** Messages handed over by the queue's trigger; without them the function takes them from the queue itself. */
export interface RedriveEvent {
  readonly Records?: readonly { readonly messageId: string; readonly body: string }[];
}

export interface RedriveAnswer {
  /** For the trigger: it deletes all messages but these. */
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
  readonly redriven: number;
  readonly lost: number;
  /** Messages that stay on the queue. */
  readonly failed: number;
}

export type FailureRedriver = (event: RedriveEvent, context: InvocationContext) => Promise<RedriveAnswer>;

/** The queue as far as the function needs it; deletes a message once it has been dealt with. */
export interface FailureQueue {
  receive(): Promise<
    readonly { readonly body: string; readonly receipt: string; readonly messageId: string }[]
  >;
  delete(receipt: string): Promise<void>;
}

/** Time kept for what is under way, ms. */
const reserveMs = 20_000;

/**
 * Takes the messages in which the event source names what it gave up, and puts those records on the stream again. A
 * message goes once all its records are there; what the stream has dropped meanwhile is logged as an error and counted
 * as `RecordsLost`. A message that can't be dealt with stays, for the queue's own limit of tries.
 * @throws ConfigurationError without messages and without TIDEMARK_FAILURE_QUEUE_URL
 */
export function failureRedriver(
  warm: WarmStart,
  openQueue: () => FailureQueue = () => sqsQueue(process.env.TIDEMARK_FAILURE_QUEUE_URL),
): FailureRedriver {
  const { clients, metrics, settings } = warm;
  return async (event, context) => {
    const guard = guardTime(context, reserveMs);
    const producer = createEventProducer({ kinesis: clients.kinesis, streamName: settings.stream });
    const total = { redriven: 0, lost: 0 };
    const failed: string[] = [];
    const redrive = async (body: string, messageId: string): Promise<boolean> => {
      const done = await redriveMessage(body, messageId, { warm, producer, guard });
      if (!done) {
        failed.push(messageId);
        return false;
      }
      total.redriven += done.redriven;
      total.lost += done.lost;
      return true;
    };
    try {
      if (event?.Records) for (const { body, messageId } of event.Records) await redrive(body, messageId);
      else await emptyQueue(openQueue(), redrive, guard);
    } finally {
      guard.release();
      metrics.count('RecordsRedriven', total.redriven);
      metrics.count('RecordsLost', total.lost);
      metrics.flush();
      await producer.close();
    }
    const batchItemFailures = failed.map((itemIdentifier) => ({ itemIdentifier }));
    return { ...total, batchItemFailures, failed: failed.length };
  };
}

/** What Lambda calls. */
export const handler: FailureRedriver = onFirstCall((warm: WarmStart) => failureRedriver(warm));

/** Undefined when the message has to stay. */
async function redriveMessage(
  body: string,
  messageId: string,
  { warm, producer, guard }: { warm: WarmStart; producer: EventProducer; guard: TimeGuard },
): Promise<{ redriven: number; lost: number } | undefined> {
  const { logger, settings, clients } = warm;
  const message = readFailureMessage(body);
  if (!message.ok) {
    logger.error('a message names no failed records', { messageId, problem: message.problem });
    return undefined;
  }
  const { range } = message;
  if (range.streamName !== settings.stream) {
    logger.error('a message is about another stream', { messageId, stream: range.streamName });
    return undefined;
  }
  try {
    const done = await redriveRange(range, { kinesis: clients.kinesis, producer, stop: guard.signal });
    const { shardId, first, last } = range;
    if (done.lost > 0)
      logger.error('records were lost: the stream no longer has them', { ...range, ...done });
    else logger.info('records put on the stream again', { shardId, first, last, ...done });
    return done;
  } catch (error) {
    logger.warn('a message stays on the queue', { messageId, ...range, ...errorFields(error) });
    return undefined;
  }
}

/** Messages that failed come back when their time out of sight is over, so an empty answer ends this. */
async function emptyQueue(
  queue: FailureQueue,
  redrive: (body: string, messageId: string) => Promise<boolean>,
  guard: TimeGuard,
): Promise<void> {
  while (!guard.signal.aborted) {
    const messages = await queue.receive();
    if (messages.length === 0) return;
    for (const { body, messageId, receipt } of messages) {
      if (guard.signal.aborted) return;
      if (await redrive(body, messageId)) await queue.delete(receipt);
    }
  }
}

function sqsQueue(queueUrl: string | undefined): FailureQueue {
  if (!queueUrl) throw new ConfigurationError(['TIDEMARK_FAILURE_QUEUE_URL is not set']);
  const sqs = new SQSClient({});
  return {
    async receive() {
      const { Messages = [] } = await callAws('ReceiveMessage', { queueUrl }, () =>
        sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 })),
      );
      return Messages.map(({ Body = '', ReceiptHandle = '', MessageId = '' }) => ({
        body: Body,
        receipt: ReceiptHandle,
        messageId: MessageId,
      }));
    },
    async delete(receipt) {
      await callAws('DeleteMessage', { queueUrl }, () =>
        sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt })),
      );
    },
  };
}
