import type { createApp } from '../../api/create-app.ts';
import type { Settings } from '../settings.ts';

/** The limits of the API as its settings have them. */
export function apiLimits(settings: Settings): NonNullable<Parameters<typeof createApp>[1]> {
  return {
    corsOrigins: settings.corsOrigins,
    requestsPerMinute: settings.rateLimit,
    requestsInFlightMax: settings.requestsInFlight,
    eventLoopLagMsMax: settings.eventLoopLagMs,
    accessLog: settings.accessLog,
  };
}
