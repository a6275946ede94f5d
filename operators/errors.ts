/** Base of every error Tidemark throws on purpose: says whether trying again can help, and with what it happened. */
export class TidemarkError extends Error {
  /** Stable, kebab-case; what logs and callers filter by. */
  readonly code: string;
  /** True when the same call may succeed later. */
  readonly retryable: boolean;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { retryable?: boolean; cause?: unknown; context?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.context = options.context ?? {};
  }
}

/** The service asked us to slow down, and the bounded retries are used up. */
export class ThrottledError extends TidemarkError {}

/** A service we depend on failed or could not be reached. */
export class DependencyError extends TidemarkError {}

/** Settings that can't work; lists every problem at once, so that one start shows them all. */
export class ConfigurationError extends TidemarkError {
  readonly problems: readonly string[];

  constructor(
    problems: readonly string[],
    options: { cause?: unknown; context?: Record<string, unknown> } = {},
  ) {
    super('configuration', problems.join('\n'), options);
    this.problems = problems;
  }
}

/** Something that can't happen did. The process should stop rather than go on from it. */
export class InvariantError extends TidemarkError {
  constructor(message: string, context: Record<string, unknown> = {}) {
    super('invariant', message, { context });
  }
}
