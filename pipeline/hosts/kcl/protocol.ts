import { z } from 'zod';
import { DependencyError } from '../../../operators/errors.ts';
import type { RecordPosition } from '../../../operators/event/record.ts';

/** One record as the daemon hands it over; user records of aggregated ones come apart already, numbered from 0. */
const recordSchema = z.object({
  data: z.string().nullable(),
  partitionKey: z.string(),
  sequenceNumber: z.string().regex(/^\d{1,128}$/),
  approximateArrivalTimestamp: z.number().nullish(),
  subSequenceNumber: z.number().int().min(0).nullish(),
});

const position = {
  sequenceNumber: z.string().nullish(),
  subSequenceNumber: z.number().int().nullish(),
};

const messageSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('initialize'), shardId: z.string().min(1), ...position }),
  z.object({
    action: z.literal('processRecords'),
    records: z.array(recordSchema),
    millisBehindLatest: z.number().nullish(),
  }),
  z.object({ action: z.literal('leaseLost') }),
  z.object({ action: z.literal('shardEnded') }),
  z.object({ action: z.literal('shutdownRequested') }),
  z.object({ action: z.literal('checkpoint'), ...position, error: z.string().nullish() }),
]);

/** What the daemon writes to the processor's stdin, one JSON object a line. */
export type DaemonMessage = z.output<typeof messageSchema>;
export type DaemonRecord = z.output<typeof recordSchema>;
/** The daemon's answer to a checkpoint: `error` is the simple name of a Java exception, absent when it is stored. */
export type CheckpointAnswer = Extract<DaemonMessage, { action: 'checkpoint' }>;

/** The actions that end with a status; a checkpoint is asked for in between. */
export type StatusAction = Exclude<DaemonMessage['action'], 'checkpoint'>;

/**
 * Reads one line of the daemon.
 * @throws DependencyError `kcl-protocol`, not retryable: what the line is, cut to 200 characters, and what is wrong.
 */
export function parseDaemonMessage(line: string): DaemonMessage {
  let document: unknown;
  try {
    document = JSON.parse(line);
  } catch (cause) {
    throw protocolError(`a line of the daemon is not JSON: ${shown(line)}`, { cause });
  }
  const parsed = messageSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const action = (document as { action?: unknown } | null)?.action;
  const known = messageSchema.options.map(({ shape }) => shape.action.value as string);
  if (typeof action !== 'string' || !known.includes(action)) {
    throw protocolError(
      `unknown action in a line of the daemon: ${shown(line)}; known are ${known.join(', ')}`,
    );
  }
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw protocolError(`the daemon's ${action} can't be read: ${shown(problems.join('; '))}`);
}

/** Says that an action is done. Nothing else lets the daemon go on. */
export function statusLine(responseFor: StatusAction): string {
  return framed({ action: 'status', responseFor });
}

/** Asks for a checkpoint; without a position at the end of what was handed over, which at a shard's end is `SHARD_END`. */
export function checkpointLine(at: RecordPosition | undefined): string {
  const { sequenceNumber = null, subSequence = null } = at ?? {};
  return framed({ action: 'checkpoint', sequenceNumber, subSequenceNumber: subSequence });
}

export function protocolError(message: string, options: { cause?: unknown } = {}): DependencyError {
  return new DependencyError('kcl-protocol', message, options);
}

/** A line of its own, whatever was written before it. */
function framed(message: object): string {
  return `\n${JSON.stringify(message)}\n`;
}

function shown(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}
