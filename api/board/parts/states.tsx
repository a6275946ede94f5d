import type { ComponentChildren } from 'preact';
import { useBoard } from '../data/board-context.ts';
import type { Problem } from '../data/problem.ts';
import { passes } from '../data/problem.ts';
import type { Resource } from '../data/use-resource.ts';

export function Loading({ what }: { readonly what: string }) {
  return (
    <div class="skeleton" role="status">
      <span />
      <span />
      <span />
      <p class="visually-hidden">Reading {what}…</p>
    </div>
  );
}

export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="state" data-kind="empty">
      <strong>{title}</strong>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}

/** Why something is not shown, what will happen by itself, and what a person can do. */
export function Failed({ problem, retry }: { readonly problem: Problem; readonly retry?: () => void }) {
  const { signInAsked } = useBoard();
  return (
    <div class="state" data-kind="error" role="alert">
      <strong>{headline(problem)}</strong>
      <p>{advice(problem)}</p>
      <div class="row">
        {problem.status === 401 && (
          <button type="button" class="button" onClick={() => signInAsked.set(true)}>
            Sign in
          </button>
        )}
        {retry !== undefined && problem.status !== 401 && (
          <button type="button" class="button" onClick={retry}>
            Try again
          </button>
        )}
      </div>
      {problem.requestId !== undefined && <p class="small">Request {problem.requestId}</p>}
    </div>
  );
}

export function headline(problem: Problem): string {
  if (problem.status === 401) return 'Sign in to see this';
  if (problem.status === 403) return 'Your key may not do this';
  if (problem.status === 429) return 'Too many requests for the moment';
  return problem.title;
}

export function advice(problem: Problem): string {
  const wait = problem.retryAfterSeconds ?? 5;
  const again = passes(problem) ? ` Asked again in ${wait < 1 ? 'a moment' : `${wait} s`}.` : '';
  const detail = problem.detail === '' ? '' : problem.detail;
  const fields = problem.errors
    .filter(({ field }) => field !== '')
    .map(({ field, message }) => `${field}: ${message}`)
    .join('; ');
  return `${fields === '' ? detail : fields}${again}`.trim();
}

interface ShownProps<T> {
  readonly of: Resource<T>;
  /** What is read, as in "reading the segments". */
  readonly what: string;
  readonly children: (data: T) => ComponentChildren;
}

/** An answer, or the state in place of it. An answer that could not be read again stays, with a word about it. */
export function Shown<T>({ of: { data, problem, reload }, what, children }: ShownProps<T>) {
  if (data === undefined) {
    return problem === undefined ? <Loading what={what} /> : <Failed problem={problem} retry={reload} />;
  }
  return (
    <>
      {problem !== undefined && (
        <p class="notice" data-kind="warn" role="status">
          {headline(problem)}: what you see was read before. {advice(problem)}
        </p>
      )}
      {children(data)}
    </>
  );
}
