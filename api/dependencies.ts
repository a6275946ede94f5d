import type { PurchaseEvent, Rejection } from '../operators/event/purchase-event.ts';
import type { PeriodUnit } from '../operators/population/calendar.ts';
import type { MigrationFlows } from '../operators/population/migration-flows.ts';
import type { PeriodCells } from '../operators/population/period-cells.ts';
import type { SegmentForecast } from '../operators/population/segment-forecast.ts';
import type { MemberList, MemberOrder } from '../operators/population/segment-members.ts';
import type { SizeHistory } from '../operators/population/size-history.ts';
import type { PopulationSummary } from '../operators/population/summarise-population.ts';
import type { SegmentName } from '../operators/segments/segment-model.ts';
import type { Stores } from '../sinks/stores.ts';
import type { WebhookPolicy } from '../sinks/webhook-address.ts';

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
  /** Events processed a second, over the last seconds; undefined where nobody measures it. */
  readonly eventsPerSecond: number | undefined;
  /** When customers, segments, moves and quarantine were counted, UTC milliseconds; undefined: never yet. */
  readonly countedAtMs: number | undefined;
}

/** The population over time: flows and sizes by UTC day, orders by week and by month. To be read, not to be changed. */
export interface PopulationHistory {
  /** Up to when everything is in, UTC milliseconds. */
  readonly asOfMs: number;
  readonly flows: MigrationFlows;
  readonly sizes: SizeHistory;
  readonly cells: Readonly<Record<PeriodUnit, PeriodCells>>;
}

/**
 * The population as the pipeline keeps it while it runs, or as it was last counted. Answers without reading customers, and
 * may be asked by every request.
 */
export interface PopulationReader {
  summary(): Promise<PopulationSummary>;
  history(): Promise<PopulationHistory>;
  /** Forecasts by segment and what came of them, oldest first. */
  forecasts(): Promise<readonly SegmentForecast[]>;
  /** Who stands in a segment, as of the instant the list names; held for a moment, which grows with its length. */
  members(segment: SegmentName, order: MemberOrder): Promise<MemberList>;
}

/** What a caller may do; each includes those before it: see, put events in and send again, change what Tidemark does. */
export type Scope = 'read' | 'write' | 'admin';

/** A key as it is configured: what it is called, what it may do, and the hash of the key itself. */
export interface ApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the key's text, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Whose tokens are taken. */
export interface JwtSettings {
  /** The claim `iss`, exactly. */
  readonly issuer: string;
  /** The claim `aud` must name one of these. */
  readonly audiences: readonly string[];
  /** Where the issuer publishes its keys; undefined asks its discovery document. */
  readonly jwksUrl: string | undefined;
  /** Signature algorithms taken, asymmetric ones only. */
  readonly algorithms: readonly string[];
  /** How far clocks may differ, seconds. */
  readonly clockToleranceSeconds: number;
  /** Claim that grants scopes: `scope`, `scp` or `permissions`. */
  readonly scopeClaim: string;
  /** What stands before each scope's name in the claim; empty for nothing. */
  readonly scopePrefix: string;
}

/**
 * How callers prove who they are. `off` asks nobody, and answers only requests that name this machine: for one process on
 * loopback. `own` checks keys and tokens here. `gateway` takes the claims of a token that a gateway in front has verified:
 * only where nothing but the gateway can send requests.
 */
export type Authentication =
  | { readonly kind: 'off' }
  | {
      readonly kind: 'own';
      /** Those that count now: another list whenever they have changed. */
      readonly apiKeys: readonly ApiKey[];
      readonly jwt: JwtSettings | undefined;
    }
  | {
      readonly kind: 'gateway';
      /** The verified claims of this request; undefined when it came without a token. */
      readonly claims: (env: unknown) => Readonly<Record<string, unknown>> | undefined;
      readonly scopeClaim: string;
      readonly scopePrefix: string;
    };

/** Where alert rules may deliver to. */
export interface AlertTargets {
  readonly webhooks: WebhookPolicy;
  /** ARNs of SNS topics. */
  readonly topics: readonly string[];
  /** Names or ARNs of EventBridge buses. */
  readonly buses: readonly string[];
}

/** What became of a quarantined record that was to go on the stream again. `rejected`: it would be quarantined again. */
export type QuarantineReplay =
  | { readonly kind: 'replayed'; readonly eventId: string }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'truncated' | 'unknown' | 'failed' };

export interface ApiDependencies {
  readonly stores: Stores;
  readonly authentication: Authentication;
  /**
   * Address of whoever sent a request, for counting by caller; undefined when it can't be told. Left out, all callers
   * without credentials count as one.
   * @param forwardedFor the header X-Forwarded-For, to be believed only of proxies that are known
   */
  readonly callerAddress?: (env: unknown, forwardedFor: string | undefined) => string | undefined;
  /** How late the process is with what is due, milliseconds. Default: measured. */
  readonly eventLoopLagMs?: () => number;
  /** The instant a read answers for when it names none, UTC milliseconds. */
  readonly nowMs: () => number;
  /** Event-time watermark; undefined before the first event. */
  readonly watermarkMs: () => number | undefined;
  /** Asked by each request for the status, the segments and the first page: should be cheap, or cached by the host. */
  readonly status: () => Promise<PipelineStatus>;
  readonly population: PopulationReader;
  /** True once stream, tables and pipeline answer. */
  readonly ready: () => Promise<{ ready: boolean; reasons: readonly string[] }>;
  /** Validates one wire document exactly as the stream's decoder does. */
  readonly validate: (document: unknown) => PurchaseEvent | Rejection;
  /**
   * Puts wire documents on the stream; the answer has one result per document, in order. `error` and what it throws
   * go to the log, not to the caller. At most 500 documents.
   */
  readonly publish: (documents: readonly unknown[]) => Promise<readonly { ok: boolean; error?: string }[]>;
  /** Puts a quarantined record on the stream again, or in its place a mended document of at most 1 MiB. */
  readonly replayQuarantined: (id: string, mended?: Uint8Array) => Promise<QuarantineReplay>;
  readonly alertTargets: AlertTargets;
  /** Prometheus text exposition. */
  readonly metrics: () => Promise<{ contentType: string; body: string }>;
  /** ISO 4217 code all money is reported in. */
  readonly reportingCurrency: string;
  /**
   * True where what stands in front hands answers over only when they are whole, as API Gateway's HTTP APIs do. Streams then
   * give what there is and end, and clients come back for the rest. Default: they stay open.
   */
  readonly streamsInTurns?: boolean;
  /** Folder of the built board; undefined where a deployment has none. */
  readonly boardDirectory?: string | undefined;
  /** Aborts when the host shuts down: open streams then end, and readiness is withdrawn. */
  readonly closing: AbortSignal;
  readonly log: (
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    fields: Record<string, unknown>,
  ) => void;
}
