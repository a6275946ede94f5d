import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { errorFields } from '../../../operators/error-fields.ts';
import { ConfigurationError } from '../../../operators/errors.ts';
import { callAws } from '../../../sinks/aws-errors.ts';
import { createEventProducer, type EventProducer } from '../../../sinks/event-producer.ts';
import { readFailureMessage } from './failure-message.ts';
import { redriveRange } from './redrive-range.ts';
import { guardTime, type InvocationContext, type TimeGuard } from './time-guard.ts';
import { onFirstCall, type WarmStart } from './warm-start.ts';

export interface RedriveAnswer {
  readonly redriven: number;
  readonly lost: number;
  /** Messages that stay on the queue. */
  readonly failed: number;
}

export type FailureRedriver = (event: unknown, context: InvocationContext) => Promise<RedriveAnswer>;

/** The queue as far as the function needs it; deletes a message once it has been dealt with. */
export interface FailureQueue {
  /** Some of the messages that are in sight, or none although there are: a queue asks only some of its servers. */
  receive(): Promise<
    readonly { readonly body: string; readonly receipt: string; readonly messageId: string }[]
  >;
  delete(receipt: string): Promise<void>;
}

/** Time kept for what is under way, ms. */
const reserveMs = 20_000;

/**
 * How long the queue may take to find a message, seconds: it then asks all its servers, where it else asks some.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
const receiveWaitSeconds = 5;
/** Answers without a message, one after the other, that the queue counts as empty after. */
const emptyAnswersMax = 2;

/**
 * Takes from the queue, until it is empty or time is up, the messages in which the event source names what it gave up,
 * and puts those records on the stream again. Only on an operator's word: records that fail once more come back to the
 * queue, so that a trigger could go round with them for ever. A
 * message goes once all its records are there; what the stream has dropped meanwhile is logged as an error and counted
 * as `RecordsLost`. A message that can't be dealt with stays, for the queue's own limit of tries.
 * @throws ConfigurationError without TIDEMARK_FAILURE_QUEUE_URL, and when a trigger hands over messages, which stay then
 */
export function failureRedriver(
  warm: WarmStart,
  openQueue: () => FailureQueue = () => sqsQueue(process.env.TIDEMARK_FAILURE_QUEUE_URL),
): FailureRedriver {
  const { clients, metrics, settings } = warm;
  return async (event, context) => {
    refuseTrigger(event);
    const queue = openQueue();
    const guard = guardTime(context, reserveMs);
    const producer = createEventProducer({ kinesis: clients.kinesis, streamName: settings.stream });
    const total = { redriven: 0, lost: 0 };
    let failed = 0;
    const redrive = async (body: string, messageId: string): Promise<boolean> => {
      const done = await redriveMessage(body, messageId, { warm, producer, guard });
      if (!done) {
        failed += 1;
        return false;
      }
      total.redriven += done.redriven;
      total.lost += done.lost;
      return true;
    };
    try {
      await emptyQueue(queue, redrive, guard);
    } finally {
      guard.release();
      metrics.count('RecordsRedriven', total.redriven);
      metrics.count('RecordsLost', total.lost);
      metrics.flush();
      await producer.close();
    }
    return { ...total, failed };
  };
}

/** What Lambda calls. */
export const handler: FailureRedriver = onFirstCall((warm: WarmStart) => failureRedriver(warm));

/** A trigger deletes what its function does not refuse. */
function refuseTrigger(event: unknown): void {
  if (typeof event !== 'object' || event === null || !('Records' in event)) return;
  throw new ConfigurationError(['the function takes messages from the queue itself; remove its trigger']);
}

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

/** Messages that failed come back only when their time out of sight is over, so that this comes to an end. */
async function emptyQueue(
  queue: FailureQueue,
  redrive: (body: string, messageId: string) => Promise<boolean>,
  guard: TimeGuard,
): Promise<void> {
  let emptyAnswers = 0;
  while (guard.leftMs() > 0 && emptyAnswers < emptyAnswersMax) {
    const messages = await queue.receive();
    emptyAnswers = messages.length === 0 ? emptyAnswers + 1 : 0;
    for (const { body, messageId, receipt } of messages) {
      if (guard.leftMs() === 0) return;
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
        sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: queueUrl,
            MaxNumberOfMessages: 10,
            WaitTimeSeconds: receiveWaitSeconds,
          }),
        ),
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
