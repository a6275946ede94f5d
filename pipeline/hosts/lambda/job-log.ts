import type { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../../log.ts';

/** The environment's logger in the shape that the jobs write to: fields first, then the message. */
export function jobLog(logger: Logger): Log {
  const write = (level: keyof Log) => (fields: unknown, message?: unknown) => {
    if (typeof fields === 'object') logger[level](String(message), { ...fields });
    else logger[level](String(fields));
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
