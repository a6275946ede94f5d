import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface CardProps {
  readonly title: string;
  /** What the figures are and their units. */
  readonly note?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly foot?: ComponentChildren;
  /** The body goes to the edges: for tables and lists. */
  readonly flush?: boolean;
  readonly class?: string;
  readonly children?: ComponentChildren;
}

export function Card({ title, note, actions, foot, flush, class: place, children }: CardProps) {
  const id = useId();
  return (
    <section class={`card ${place ?? ''}`} aria-labelledby={id}>
      <div class="card-head">
        <h2 id={id}>{title}</h2>
        {actions !== undefined && <div class="row">{actions}</div>}
        {note !== undefined && <p class="soft">{note}</p>}
      </div>
      <div class={flush ? 'card-body flush' : 'card-body'}>{children}</div>
      {foot !== undefined && <div class="card-foot">{foot}</div>}
    </section>
  );
}
