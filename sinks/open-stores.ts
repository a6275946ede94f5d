import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { alertTable } from './alert-table.ts';
import { answerTable } from './answer-table.ts';
import { checkpointTable } from './checkpoint-table.ts';
import { customerTable } from './customer-table.ts';
import { DayDirectory } from './day-directory.ts';
import { expiryAfter } from './expiry.ts';
import { FeedOrder } from './feed-order.ts';
import { migrationTable } from './migration-table.ts';
import { modelTable } from './model-table.ts';
import { purchaseTable } from './purchase-table.ts';
import { quarantineTable } from './quarantine-table.ts';
import type { Stores } from './stores.ts';
import { TableAccess, writesInFlightDefault } from './table-access.ts';
import { type BatchRetry, defaultBatchRetry } from './table-batches.ts';
import type { TableNames, TableRole } from './table-definitions.ts';
import { TimerIndex } from './timer-index.ts';
import { WriteMeter } from './write-meter.ts';

export interface StoresOptions {
  /** Wall clock, UTC milliseconds: orders the feed and dates expiry. Default `Date.now`. */
  readonly nowMs?: () => number;
  /** Counts requests, items and units by table. Default: one of the stores' own. */
  readonly meter?: WriteMeter;
  /**
   * How far behind the clock the feed of migrations is read, milliseconds. Default 0, right for one writing process
   * on an emulator. With several writers take their clocks' difference plus the index's delay: 2,000.
   */
  readonly feedSettleMs?: number;
  /** Days after which written items expire. Default: never. */
  readonly purchaseRetentionDays?: number | undefined;
  readonly migrationRetentionDays?: number | undefined;
  readonly quarantineRetentionDays?: number | undefined;
  /** Of fired alerts and their deliveries. Default 90. */
  readonly alertRetentionDays?: number;
  /** True where nobody else deletes expired answers to writes, as on an emulator. Default false. */
  readonly deletesExpiredAnswers?: boolean;
  readonly batchRetry?: BatchRetry;
  /** Items of one table being written at once, 1..; less while the service throttles. Default 128. */
  readonly writesInFlightMax?: number;
}

/** Longer than any delivery is tried. */
const alertRetentionDaysDefault = 90;

/** Opens all stores on provisioned tables. Cheap: nothing is read or written until a store is used. */
export function openStores(
  dynamo: DynamoDBDocumentClient,
  names: TableNames,
  options: StoresOptions = {},
): Stores {
  const nowMs = options.nowMs ?? Date.now;
  const meter = options.meter ?? new WriteMeter();
  const retry = options.batchRetry ?? defaultBatchRetry;
  const max = options.writesInFlightMax ?? writesInFlightDefault;
  const access = (role: TableRole) =>
    new TableAccess(dynamo, names[role], role, meter, new AdaptiveLimit({ max }));
  const checkpoints = access('checkpoints');
  const customers = access('customers');
  return {
    customers: customerTable(
      customers,
      new TimerIndex(customers, new DayDirectory(checkpoints, 'timer-day')),
      retry,
    ),
    purchases: purchaseTable(access('purchases'), expiryAfter(options.purchaseRetentionDays, nowMs), retry),
    migrations: migrationTable(
      access('migrations'),
      new DayDirectory(checkpoints, 'feed-day'),
      new FeedOrder(nowMs, options.feedSettleMs ?? 0),
      expiryAfter(options.migrationRetentionDays, nowMs),
      retry,
    ),
    models: modelTable(access('models')),
    quarantine: quarantineTable(
      access('quarantine'),
      new DayDirectory(checkpoints, 'quarantine-day'),
      expiryAfter(options.quarantineRetentionDays, nowMs),
    ),
    checkpoints: checkpointTable(checkpoints),
    answers: answerTable(access('answers'), {
      nowMs,
      deletesExpired: options.deletesExpiredAnswers ?? false,
    }),
    alerts: alertTable(
      access('alerting'),
      new DayDirectory(checkpoints, 'alert-day'),
      new FeedOrder(nowMs, options.feedSettleMs ?? 0),
      expiryAfter(options.alertRetentionDays ?? alertRetentionDaysDefault, nowMs),
      retry,
    ),
  };
}
