import type { Migration } from '../segments/segment-model.ts';
import type { AlertOccasion } from './fired-alert.ts';
import type { MigrationCondition } from './rule.ts';

/** The occasion that a move is for a condition; undefined when it does not meet it. */
export function evaluateMigration(when: MigrationCondition, migration: Migration): AlertOccasion | undefined {
  const { id, customerId, from, to, cause, atMs, spend365Micros, modelVersion } = migration;
  const met =
    (when.from === undefined || when.from.includes(from)) &&
    (when.to === undefined || when.to.includes(to)) &&
    (when.causes === undefined || when.causes.includes(cause)) &&
    (when.minValueMicros === undefined || spend365Micros >= when.minValueMicros);
  if (!met) return undefined;
  return {
    cause: `migration\n${id}`,
    customerId,
    atMs,
    valueMicros: spend365Micros,
    detail: { kind: 'migration', migrationId: id, from, to, cause, modelVersion },
  };
}
