import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface PageHeadProps {
  readonly title: string;
  readonly note?: ComponentChildren;
  /** The way here: name and path of what stands above. */
  readonly above?: readonly { readonly name: string; readonly path: string }[];
  readonly actions?: ComponentChildren;
}

let firstView = true;

/** The head of a view. Takes the focus when the view changes, so that those who hear the page learn where they are. */
export function PageHead({ title, note, above = [], actions }: PageHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Tidemark`;
  }, [title]);
  useEffect(() => {
    if (!firstView) heading.current?.focus({ preventScroll: true });
    firstView = false;
  }, []);
  return (
    <header class="page-head">
      <div class="stack-tight">
        {above.length > 0 && (
          <nav class="crumbs" aria-label="Above this page">
            {above.map(({ name, path }, index) => (
              <span key={path}>
                {index > 0 && ' / '}
                <a href={path}>{name}</a>
              </span>
            ))}
          </nav>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {note !== undefined && <p>{note}</p>}
      </div>
      {actions !== undefined && <div class="row">{actions}</div>}
    </header>
  );
}
