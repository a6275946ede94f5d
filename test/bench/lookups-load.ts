import { Agent, get } from 'node:http';
import { parentPort } from 'node:worker_threads';

export interface LoadOrder {
  readonly url: string;
  readonly paths: readonly string[];
  readonly concurrency: number;
  readonly durationMs: number;
}

export interface LoadReport {
  readonly requests: number;
  readonly seconds: number;
  readonly latenciesMs: Float64Array;
  /** Statuses other than 200, and connections that failed. */
  readonly failures: number;
}

/** Asks in a thread of its own, so that the asking takes no turns of the one that answers. */
parentPort?.on('message', async (order: LoadOrder) => {
  parentPort?.postMessage(await load(order));
});

async function load({ url, paths, concurrency, durationMs }: LoadOrder): Promise<LoadReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const latencies: number[] = [];
  let failures = 0;
  let turn = 0;
  const startMs = performance.now();
  const ask = (path: string) =>
    new Promise<void>((resolve) => {
      const sentMs = performance.now();
      const failed = () => {
        failures += 1;
        resolve();
      };
      get(`${url}${path}`, { agent }, (response) => {
        if (response.statusCode !== 200) failures += 1;
        response.on('error', failed).on('end', () => {
          latencies.push(performance.now() - sentMs);
          resolve();
        });
        response.resume();
      }).on('error', failed);
    });
  const caller = async () => {
    while (performance.now() - startMs < durationMs) await ask(paths[turn++ % paths.length] as string);
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  agent.destroy();
  return {
    requests: latencies.length,
    seconds: (performance.now() - startMs) / 1_000,
    latenciesMs: Float64Array.from(latencies),
    failures,
  };
}
