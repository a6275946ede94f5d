import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { LogLevel } from './log-levels.ts';

/** What the pipeline logs with: fields first, then the sentence. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/**
 * Logs go to stderr, so that stdout stays free for results: readable lines on a terminal, one JSON object a line
 * elsewhere. Fields that could hold a secret or a person's data are never printed.
 */
export function createLog(options: { level: LogLevel; format: 'pretty' | 'json' }): Log {
  const settings = {
    level: options.level,
    base: null,
    redact: ['*.secretAccessKey', '*.sessionToken', '*.authorization', 'authorization', '*.data'],
  };
  if (options.format === 'json') return pino(settings, pino.destination({ dest: 2, sync: true }));
  return pino(
    settings,
    pretty({
      destination: 2,
      sync: true,
      translateTime: 'HH:MM:ss',
      ignore: 'pid,hostname',
      singleLine: true,
    }),
  );
}
