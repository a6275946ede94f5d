import { type HttpBindings, type ServerType, serve } from '@hono/node-server';
import { createApp } from '../../api/create-app.ts';
import type { ApiDependencies } from '../../api/dependencies.ts';
import { ConfigurationError } from '../../operators/errors.ts';
import type { Settings } from '../settings.ts';
import { apiLimits } from './api-limits.ts';
import { callerAddress } from './caller-address.ts';

/**
 * Serves the API on the host and port of the settings.
 * @throws ConfigurationError when the port is taken or the address can't be listened on.
 */
export async function serveApi(
  settings: Settings,
  dependencies: ApiDependencies,
): Promise<{ url: string; close(): Promise<void> }> {
  const addressOf = callerAddress(settings.trustedProxies);
  const app = createApp(
    {
      ...dependencies,
      callerAddress: (env, forwardedFor) =>
        addressOf((env as Partial<HttpBindings>).incoming?.socket?.remoteAddress, forwardedFor),
    },
    apiLimits(settings),
  );
  const server = await new Promise<ServerType>((resolve, reject) => {
    const started = serve({ fetch: app.fetch, port: settings.port, hostname: settings.host }, () =>
      resolve(started),
    );
    started.once('error', (error: NodeJS.ErrnoException) => {
      const busy = error.code === 'EADDRINUSE';
      reject(
        new ConfigurationError(
          [
            busy
              ? `port ${settings.port} on ${settings.host} is taken; choose another with --port`
              : `the API can't listen on ${settings.host}:${settings.port}: ${error.message}`,
          ],
          { cause: error },
        ),
      );
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : settings.port;
  return {
    url: `http://${settings.host}:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) setTimeout(() => server.closeAllConnections(), 1_000).unref();
      }),
  };
}
