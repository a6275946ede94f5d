import * as z from 'zod';

/** Which records an event source gave up: where they are on the stream, not what they hold. */
export interface FailedRange {
  readonly streamName: string;
  readonly shardId: string;
  /** Sequence numbers of the first and the last record, both failed. */
  readonly first: string;
  readonly last: string;
  /** Records that failed between them; with a parallelisation factor others that did not lie there too. */
  readonly records: number;
}

const sequenceNumber = z.string().regex(/^\d{1,56}$/);

/** @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html */
const messageSchema = z.object({
  KinesisBatchInfo: z.object({
    shardId: z.string().min(1).max(128),
    startSequenceNumber: sequenceNumber,
    endSequenceNumber: sequenceNumber,
    batchSize: z.number().int().min(1),
    streamArn: z.string().regex(/^arn:[^:]+:kinesis:[^:]*:[^:]*:stream\/[a-zA-Z0-9_.-]{1,128}$/),
  }),
});

/** Reads a message of the on-failure destination; says what is wrong with one that is none. */
export function readFailureMessage(
  body: string | undefined,
): { ok: true; range: FailedRange } | { ok: false; problem: string } {
  let document: unknown;
  try {
    document = JSON.parse(body ?? '');
  } catch {
    return { ok: false, problem: 'not JSON' };
  }
  const parsed = messageSchema.safeParse(document);
  if (!parsed.success) {
    return { ok: false, problem: parsed.error.issues.map(({ path }) => path.join('.')).join(', ') };
  }
  const info = parsed.data.KinesisBatchInfo;
  return {
    ok: true,
    range: {
      streamName: info.streamArn.slice(info.streamArn.lastIndexOf('/') + 1),
      shardId: info.shardId,
      first: info.startSequenceNumber,
      last: info.endSequenceNumber,
      records: info.batchSize,
    },
  };
}
