import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { errorFields } from '../../../operators/error-fields.ts';
import { ConfigurationError, TidemarkError } from '../../../operators/errors.ts';
import { type AwsClients, createAwsClients } from '../../../sinks/aws-clients.ts';
import { openStores } from '../../../sinks/open-stores.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';
import { WriteMeter } from '../../../sinks/write-meter.ts';
import { readSettings, type Settings } from '../../settings.ts';
import { InvocationMetrics } from './invocation-metrics.ts';

/** What one execution environment keeps across its invocations. */
export interface WarmStart {
  readonly settings: Settings;
  readonly clients: AwsClients;
  readonly stores: Stores;
  readonly meter: WriteMeter;
  /** JSON lines on stdout. Neither customers' data nor what a record holds is ever logged. */
  readonly logger: Logger;
  readonly metrics: InvocationMetrics;
  /** The wall clock, UTC milliseconds. */
  readonly nowMs: () => number;
}

/**
 * A call must fail, and be tried again, well within an invocation: one that hangs would take its whole batch along.
 */
const requestTimeoutMs = 5_000;
const attemptsMax = 4;

/** Several writers' clocks differ, and an index follows its table by a moment. */
const feedSettleMs = 2_000;

let shared: WarmStart | undefined;

/**
 * Opens clients and stores from the environment, once a process. Nothing is read or written yet, so that a cold start
 * costs loading and little else.
 * @throws ConfigurationError that lists every setting out of range; the next call tries again.
 */
export function warmStart(environment: NodeJS.ProcessEnv = process.env): WarmStart {
  shared ??= openWarmStart(environment);
  return shared;
}

/** Opens an environment of its own, as a further execution environment of the same function has it. */
export function openWarmStart(environment: NodeJS.ProcessEnv): WarmStart {
  const settings = readSettings({}, environment);
  const serviceName = serviceNameIn(environment);
  const namespace = environment.POWERTOOLS_METRICS_NAMESPACE ?? 'Tidemark';
  const clients = createAwsClients({ requestTimeoutMs, attemptsMax });
  const meter = new WriteMeter();
  return {
    settings,
    clients,
    meter,
    stores: openStores(clients.dynamo, tableNames(settings.tablePrefix), { meter, feedSettleMs }),
    logger: new Logger({ serviceName, logLevel: powertoolsLevel(settings.logLevel) }),
    metrics: new InvocationMetrics(new Metrics({ namespace, serviceName })),
    nowMs: Date.now,
  };
}

/**
 * A handler over the environment's warm start, made at its first call and kept.
 *
 * The runtime prints whatever a handler throws with everything that hangs on it, so an error is logged here, as far as
 * it may be, and a bare one is thrown in its place.
 * @throws Error whose message is the code of what failed (of an error without one: its name), and for settings and
 *   requests out of range the problems
 */
export function onFirstCall<Event, Context, Result>(
  create: (warm: WarmStart) => (event: Event, context: Context) => Promise<Result>,
): (event: Event, context: Context) => Promise<Result> {
  let kept: ((event: Event, context: Context) => Promise<Result>) | undefined;
  return async (event, context) => {
    try {
      kept ??= create(warmStart());
      return await kept(event, context);
    } catch (error) {
      // Without settings there is no warm start whose logger could be used.
      const logger = shared?.logger ?? new Logger({ serviceName: serviceNameIn(process.env) });
      logger.error('the invocation failed', errorFields(error));
      throw new Error(toldOf(error));
    }
  };
}

function toldOf(error: unknown): string {
  if (error instanceof ConfigurationError) return `${error.code}: ${error.message}`;
  if (error instanceof TidemarkError) return error.code;
  return error instanceof Error ? error.name : typeof error;
}

function serviceNameIn(environment: NodeJS.ProcessEnv): string {
  return environment.POWERTOOLS_SERVICE_NAME ?? 'tidemark';
}

function powertoolsLevel(level: Settings['logLevel']) {
  const levels = {
    trace: 'TRACE',
    debug: 'DEBUG',
    info: 'INFO',
    warn: 'WARN',
    error: 'ERROR',
    silent: 'SILENT',
  } as const;
  return levels[level];
}
