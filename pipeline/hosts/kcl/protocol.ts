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

/** What is told of a message's problems; one that is broken throughout has some for each record. */
const problemsMax = 5;

/** What the daemon writes to the processor's stdin, one JSON object a line. */
export type DaemonMessage = z.output<typeof messageSchema>;
export type DaemonRecord = z.output<typeof recordSchema>;
/** The daemon's answer to a checkpoint: `error` is the simple name of a Java exception, absent when it is stored. */
export type CheckpointAnswer = Extract<DaemonMessage, { action: 'checkpoint' }>;

/** The actions that end with a status; a checkpoint is asked for in between. */
export type StatusAction = Exclude<DaemonMessage['action'], 'checkpoint'>;

/**
 * Reads one line of the daemon.
 * @throws DependencyError `kcl-protocol`, not retryable: the line's action and length, and what is wrong. The line
 *   itself is never told: it may hold records.
 */
export function parseDaemonMessage(line: string): DaemonMessage {
  let document: unknown;
  try {
    document = JSON.parse(line);
  } catch {
    // The parser's own error quotes the line.
    throw protocolError(`a line of the daemon, ${line.length} characters long, is not JSON`);
  }
  const parsed = messageSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const action = (document as { action?: unknown } | null)?.action;
  const known = messageSchema.options.map(({ shape }) => shape.action.value as string);
  if (typeof action !== 'string' || !known.includes(action)) {
    throw protocolError(
      `unknown action ${shown(action)} in a line of the daemon, ${line.length} characters long; known are ${known.join(', ')}`,
    );
  }
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw protocolError(`the daemon's ${action} can't be read: ${problems.slice(0, problemsMax).join('; ')}`);
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

export function protocolError(message: string): DependencyError {
  return new DependencyError('kcl-protocol', message);
}

/** A line of its own, whatever was written before it. */
function framed(message: object): string {
  return `\n${JSON.stringify(message)}\n`;
}

/** An action that is not a plain word is none, and may be anything. */
function shown(action: unknown): string {
  return typeof action === 'string' && /^[a-zA-Z]{1,40}$/.test(action) ? action : '(no word)';
}
