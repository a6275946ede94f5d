import type { PurchaseEvent, Rejection } from '../operators/event/purchase-event.ts';
import type { Stores } from '../sinks/stores.ts';

/** What a live pipeline can tell about itself; where the API runs alone, what the stores tell. */
export interface PipelineStatus {
  /** Event-time clock: every customer is scored at least up to here, UTC milliseconds. */
  readonly watermarkMs: number | undefined;
  readonly clock: 'event' | 'wall';
  readonly shards: readonly {
    readonly shardId: string;
    readonly sequenceNumber: string | undefined;
    readonly watermarkMs: number | undefined;
    /** Age of the oldest record not yet processed, milliseconds; 0 at the tip. */
    readonly lagMs: number;
    readonly events: number;
    readonly quarantined: number;
  }[];
  readonly customers: number;
  readonly segmentCounts: Readonly<Record<string, number>>;
  readonly migrationsByCause: Readonly<Record<string, number>>;
  readonly quarantinedByReason: Readonly<Record<string, number>>;
  readonly duplicates: number;
  readonly eventsApplied: number;
}

export interface ApiDependencies {
  readonly stores: Stores;
  /** The instant a read answers for when it names none, UTC milliseconds. */
  readonly nowMs: () => number;
  /** Event-time watermark; undefined before the first event. */
  readonly watermarkMs: () => number | undefined;
  /** Asked by each request for the status, the segments and the first page: should be cheap, or cached by the host. */
  readonly status: () => Promise<PipelineStatus>;
  /** True once stream, tables and pipeline answer. */
  readonly ready: () => Promise<{ ready: boolean; reasons: readonly string[] }>;
  /** Validates one wire document exactly as the stream's decoder does. */
  readonly validate: (document: unknown) => PurchaseEvent | Rejection;
  /**
   * Puts wire documents on the stream; the answer has one result per document, in order. `error` and what it throws
   * go to the log, not to the caller. At most 500 documents.
   */
  readonly publish: (documents: readonly unknown[]) => Promise<readonly { ok: boolean; error?: string }[]>;
  /** Prometheus text exposition. */
  readonly metrics: () => Promise<{ contentType: string; body: string }>;
  /** ISO 4217 code all money is reported in. */
  readonly reportingCurrency: string;
  /** Aborts when the host shuts down: open streams then end, and readiness is withdrawn. */
  readonly closing: AbortSignal;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, fields: Record<string, unknown>) => void;
}
