/** What the board reads of records that could not be used. */
export interface QuarantinedRecord {
  readonly id: string;
  readonly reason: string;
  readonly detail: string | null;
  readonly status: 'open' | 'replayed';
  readonly arrivedAt: string | null;
  readonly replayedAt: string | null;
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** Length of what is kept. */
  readonly bytes: number;
  readonly truncated: boolean;
}

/** The record itself: `base64` only where it is no text. */
export interface RecordWithBytes extends QuarantinedRecord {
  readonly text: string | null;
  readonly base64: string | null;
}
