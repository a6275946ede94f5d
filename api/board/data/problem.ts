/** Why a call gave no answer, in the terms of problem+json; `status` 0: nothing was reached. */
export interface Problem {
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | undefined;
  /** Seconds the server asks to wait. */
  readonly retryAfterSeconds: number | undefined;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
}

export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

const textLengthMax = 1_000;

/** Reads a problem out of an answer that is none of success, whatever its body holds. */
export function problemOf(status: number, headers: Pick<Headers, 'get'>, body: unknown): Problem {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const retryAfter = Number(headers.get('Retry-After') ?? Number.NaN);
  return {
    status,
    type: text(fields.type) ?? 'about:blank',
    title: text(fields.title) ?? `The server answered ${status}`,
    detail: text(fields.detail) ?? '',
    requestId: text(fields.requestId) ?? headers.get('X-Request-Id') ?? undefined,
    retryAfterSeconds: Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter : undefined,
    errors: Array.isArray(fields.errors) ? fields.errors.slice(0, 20).map(fieldError) : [],
  };
}

/** The problem of a call that reached nothing. */
export function unreachable(error: unknown): Problem {
  return {
    status: 0,
    type: 'unreachable',
    title: 'The server can’t be reached',
    detail: 'It may be starting again, or the network is down.',
    requestId: undefined,
    retryAfterSeconds: undefined,
    errors: [{ field: '', message: error instanceof Error ? error.message : String(error) }],
  };
}

/** True when asking again later may help: nothing has to change first. */
export function passes({ status }: Problem): boolean {
  return status === 0 || status === 408 || status === 429 || (status >= 500 && status !== 501);
}

function fieldError(entry: unknown): { field: string; message: string } {
  const fields = typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : {};
  return { field: text(fields.field) ?? '', message: text(fields.message) ?? '' };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, textLengthMax) : undefined;
}
