import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as send } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiDocument } from '../api/documented-routes.ts';
import { faultOf, type HostileRequest, hostileRequests } from '../api/hostile-requests.ts';
import { rawRequests } from './raw-requests.ts';

/**
 * `npx tsx test/e2e/fuzz-api.ts [requests] [seed]`: hostile requests over all routes to the program itself, started for this
 * on an embedded stack with simulated purchases; shedding and rates are off. Fails when one is answered with a 5xx, or
 * tells what is inside. Default 20,000 requests.
 */
const requests = Number(process.argv[2] ?? 20_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const callers = 8;
const faultsShown = 10;

const folder = await mkdtemp(join(tmpdir(), 'tidemark-fuzz-'));
const program = start();
const statuses = new Map<number, number>();
const faults: string[] = [];
let broken = 0;
try {
  const url = new URL(await apiUrl(program));
  const document = (await (await fetch(new URL('/openapi.json', url))).json()) as ApiDocument;
  process.stdout.write(
    `${url.origin}, seed ${seed}, ${requests} requests over ${Object.keys(document.paths).length} paths\n`,
  );
  await untilReady(url);
  const next = hostileRequests(document, seed);
  const startMs = performance.now();
  let sent = 0;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (sent < requests) {
        sent += 1;
        await ask(url, next());
      }
    }),
  );
  for (const text of rawRequests) await askRaw(url, text);
  const health = await fetch(new URL('/ready', url));
  if (health.status !== 200) faults.push(`not ready afterwards: ${health.status}`);
  const seconds = (performance.now() - startMs) / 1_000;
  const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  process.stdout.write(
    `${sent} requests and ${rawRequests.length} raw ones in ${seconds.toFixed(0)} s; ${counts.join(', ')}; ` +
      `${broken} connections closed without an answer\n`,
  );
} finally {
  program.kill('SIGTERM');
  await new Promise((resolve) => program.once('exit', resolve));
  await rm(folder, { recursive: true, force: true });
}
for (const fault of faults.slice(0, faultsShown)) process.stdout.write(`FAULT ${fault}\n`);
process.stdout.write(faults.length === 0 ? 'no fault\n' : `${faults.length} faults\n`);
process.exitCode = faults.length === 0 ? 0 : 1;

function start(): ChildProcess {
  const main = new URL('../../pipeline/cli/tidemark.ts', import.meta.url).pathname;
  const flags = ['--port', '0', '--data', folder, '--customers', '200', '--log-format', 'json'];
  return spawn(process.execPath, ['--import', 'tsx', main, 'start', ...flags], {
    stdio: ['ignore', 'inherit', 'pipe'],
    env: {
      ...process.env,
      TIDEMARK_RATE_LIMIT: '0',
      TIDEMARK_EVENT_LOOP_LAG_MS: '60000',
      TIDEMARK_REQUESTS_IN_FLIGHT: '100000',
      TIDEMARK_FIT_CUSTOMERS_MIN: '50',
    },
  });
}

/** Reads the log until it names the API; from then on failures are shown. */
function apiUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let rest = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const url = /"api":"(http[^"]+)"/.exec(line)?.[1];
        if (url !== undefined) resolve(url);
        if (line.includes('"level":50')) process.stdout.write(`LOG ${line.slice(0, 600)}\n`);
      }
    });
    child.once('exit', (code) => reject(new Error(`the program ended with ${code}`)));
  });
}

/** Until there are customers and models, so that more than empty answers is asked for. */
async function untilReady(url: URL): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt += 1) {
    const models = (await (await fetch(new URL('/v1/models', url))).json()) as { items: unknown[] };
    if (models.items.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  process.stdout.write('no models within a minute; going on without\n');
}

function ask(url: URL, request: HostileRequest): Promise<void> {
  const { method, target, headers, body } = request;
  return new Promise((resolve) => {
    const closed = () => {
      broken += 1;
      resolve();
    };
    const outgoing = send(
      { host: url.hostname, port: url.port, method, path: target, headers: { ...headers, Host: url.host } },
      (response) => {
        const contentType = response.headers['content-type'] ?? null;
        const status = response.statusCode ?? 0;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const finish = (text: string) => {
          const fault = faultOf(request, { status, contentType, body: text });
          if (fault !== undefined)
            faults.push(`${fault}: ${method} ${target.slice(0, 300)} ${String(body).slice(0, 300)}`);
          resolve();
        };
        if (contentType?.startsWith('text/event-stream')) {
          response.on('error', () => {}).destroy();
          return finish('');
        }
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', closed).on('end', () => finish(Buffer.concat(chunks).toString('utf8')));
      },
    );
    outgoing.on('error', closed);
    outgoing.end(body);
  });
}

function askRaw(url: URL, text: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(url.port), url.hostname);
    let answer = '';
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const [head = '', ...rest] = answer.split('\r\n\r\n');
      const contentType = /^content-type: (.*)$/im.exec(head)?.[1]?.trim() ?? null;
      const request = { method: '', target: '/v1/', headers: {}, body: undefined };
      const fault = faultOf(request, { status, contentType, body: rest.join('\r\n\r\n') });
      // Node's own parser answers 400 and 431 by itself, without a body.
      const byParser = contentType === null && /^answered 4/.test(fault ?? '');
      if (fault !== undefined && !byParser) faults.push(`${fault}: ${text.slice(0, 120)}`);
      resolve();
    };
    const timer = setTimeout(finish, 1_500);
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('error', finish).on('close', finish);
    socket.write(text);
  });
}
