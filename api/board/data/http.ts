import { type Credential, credentialHeaders } from './credential.ts';
import { ProblemError, problemOf, unreachable } from './problem.ts';

export interface HttpDependencies {
  readonly fetch: typeof globalThis.fetch;
  readonly credential: () => Credential | undefined;
  /** Told when a call was refused for want of a credential, or of a good one. */
  readonly onUnauthorized: () => void;
  /** Told of each answer of success to a plain call: the server is there. */
  readonly onAnswer?: () => void;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** How long an answer may take before the call counts as failed, ms. */
const answerMsMax = 30_000;

/** Calls the API of the origin the page came from. */
export class Http {
  readonly #deps: HttpDependencies;

  constructor(deps: HttpDependencies) {
    this.#deps = deps;
  }

  /** @throws {ProblemError} for any answer but success; an AbortError when `signal` ends the call. */
  async json<T>(path: string, call: Call = {}): Promise<T> {
    const response = await this.open(path, { Accept: 'application/json' }, call, true);
    this.#deps.onAnswer?.();
    if (response.status === 204) return undefined as T;
    return (await readJson(response)) as T;
  }

  /**
   * The open answer of a call, for streams. Its body ends with `signal`.
   * @throws {ProblemError} as `json`.
   */
  async open(
    path: string,
    headers: Readonly<Record<string, string>>,
    { method = 'GET', body, signal }: Call,
    bounded = false,
  ): Promise<Response> {
    const written = method === 'GET' ? {} : { 'Idempotency-Key': randomKey() };
    const typed = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const limits = [signal, bounded ? AbortSignal.timeout(answerMsMax) : undefined];
    const ending = AbortSignal.any(limits.filter((limit) => limit !== undefined));
    let response: Response;
    try {
      response = await this.#deps.fetch(path, {
        method,
        headers: { ...headers, ...written, ...typed, ...credentialHeaders(this.#deps.credential()) },
        signal: ending,
        cache: 'no-cache',
        credentials: 'same-origin',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ProblemError(unreachable(error));
    }
    if (response.ok) return response;
    const problem = problemOf(
      response.status,
      response.headers,
      await readJson(response).catch(() => undefined),
    );
    if (problem.status === 401) this.#deps.onUnauthorized();
    throw new ProblemError(problem);
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ProblemError(unreachable(error));
  }
}

/** Unlike `crypto.randomUUID`, there also on plain HTTP. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A path with its query; what is undefined or empty is left out. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
