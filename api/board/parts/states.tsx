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

/** Where to look for what is not found. */
export interface Listing {
  readonly name: string;
  readonly path: string;
}

interface FailedProps {
  readonly problem: Problem;
  readonly retry?: () => void;
  readonly listing?: Listing | undefined;
}

/** Why something is not shown, what will happen by itself, and what a person can do. */
export function Failed({ problem, retry, listing }: FailedProps) {
  const { signInAsked } = useBoard();
  const isOurs = problem.status >= 500;
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
        {problem.status === 404 && listing !== undefined && (
          <a class="button" href={listing.path}>
            {listing.name}
          </a>
        )}
        {retry !== undefined && (isOurs || passes(problem)) && (
          <button type="button" class="button" onClick={retry}>
            Try again
          </button>
        )}
      </div>
      {isOurs && problem.requestId !== undefined && <p class="small">Request {problem.requestId}</p>}
    </div>
  );
}

export function headline(problem: Problem): string {
  if (problem.status === 401) return 'Sign in to see this';
  if (problem.status === 403) return 'Your key may not do this';
  if (problem.status === 429) return 'Too many requests for the moment';
  return problem.title;
}

/** What stands in the way in a person's words, where the API speaks to programs. */
const plainWords: Readonly<Record<number, string>> = {
  401: 'Paste an API key or a token.',
  403: 'Ask whoever gave it to you for one that may.',
  404: 'It may be gone by now, or the address is mistyped.',
};

export function advice(problem: Problem): string {
  const plain = plainWords[problem.status];
  if (plain !== undefined) return plain;
  const wait = problem.retryAfterSeconds ?? 5;
  const again = passes(problem) ? ` Asked again in ${wait < 1 ? 'a moment' : `${wait} s`}.` : '';
  const fields = problem.errors
    .filter(({ field }) => field !== '')
    .map(({ field, message }) => `${field}: ${message}`)
    .join('; ');
  return `${fields === '' ? problem.detail : fields}${again}`.replaceAll('`', '').trim();
}

interface ShownProps<T> {
  readonly of: Resource<T>;
  /** What is read, as in "reading the segments". */
  readonly what: string;
  /** Where others of its kind are listed. */
  readonly listing?: Listing | undefined;
  readonly children: (data: T) => ComponentChildren;
}

/** An answer, or the state in place of it. An answer that could not be read again stays, with a word about it. */
export function Shown<T>({ of: { data, problem, reload }, what, listing, children }: ShownProps<T>) {
  if (data === undefined) {
    return problem === undefined ? (
      <Loading what={what} />
    ) : (
      <Failed problem={problem} retry={reload} listing={listing} />
    );
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
