import { z } from 'zod';
import { ConfigurationError } from '../../../operators/errors.ts';
import type { Settings } from '../../settings.ts';
import type { DaemonOptions, InitialPosition } from './daemon-properties.ts';

const environmentSchema = z.object({
  /** Workers of one name share the stream; the lease table has this name, KCL's other tables begin with it. */
  TIDEMARK_KCL_APPLICATION: z
    .string()
    .regex(/^[a-zA-Z0-9_.-]{3,230}$/)
    .optional(),
  /** `TRIM_HORIZON`, `LATEST` or an ISO 8601 instant; only for an application that has no leases yet. */
  TIDEMARK_KCL_START: z
    .union([z.enum(['TRIM_HORIZON', 'LATEST']), z.iso.datetime({ offset: true })])
    .default('TRIM_HORIZON'),
  TIDEMARK_KCL_RETRIEVAL: z.enum(['polling', 'fanout']).default('polling'),
  /** A worker that does not renew its leases for that long has lost them, ms. */
  TIDEMARK_KCL_FAILOVER_MS: z.coerce.number().int().min(2_000).max(600_000).default(10_000),
  /** What KCL itself reports to CloudWatch, for a price a metric; the stream reports its iterator age anyhow. */
  TIDEMARK_KCL_METRICS: z.enum(['NONE', 'SUMMARY', 'DETAILED']).default('NONE'),
  /** Folder of the daemon's jars. */
  TIDEMARK_KCL_JARS: z.string().min(1).default('/opt/kcl/jars'),
  AWS_REGION: z.string({ error: 'is not set' }).regex(/^[a-z0-9-]{4,32}$/),
});

export interface DaemonSettings {
  readonly properties: DaemonOptions;
  readonly jars: string;
}

/**
 * What the daemon is started with, from the environment and the settings all hosts share.
 * @param command starts one processor.
 * @throws ConfigurationError that lists every variable that is out of range at once.
 */
export function readDaemonSettings(
  settings: Settings,
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
): DaemonSettings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigurationError(
      parsed.error.issues.map(({ path, message }) => {
        const name = String(path[0]);
        return `${name}: ${message}, got ${JSON.stringify(given[name])}`;
      }),
    );
  }
  const kcl = parsed.data;
  return {
    jars: kcl.TIDEMARK_KCL_JARS,
    properties: {
      application: kcl.TIDEMARK_KCL_APPLICATION ?? `${settings.tablePrefix}-kcl`,
      stream: settings.stream,
      region: kcl.AWS_REGION,
      command,
      start: initialPosition(kcl.TIDEMARK_KCL_START),
      retrieval: kcl.TIDEMARK_KCL_RETRIEVAL,
      recordsMax: settings.batchRecords,
      failoverMs: kcl.TIDEMARK_KCL_FAILOVER_MS,
      others: { metricsLevel: kcl.TIDEMARK_KCL_METRICS },
    },
  };
}

function initialPosition(start: string): InitialPosition {
  return start === 'TRIM_HORIZON' || start === 'LATEST' ? start : { atMs: Date.parse(start) };
}
