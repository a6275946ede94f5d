import type { ComponentChildren } from 'preact';
import { useEdges } from './use-edges.ts';

interface ScrollFrameProps {
  /** What is in it, for those who hear the page. */
  readonly label: string;
  /** Scrolls beyond a screen's half. */
  readonly tall?: boolean | undefined;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** Scrolls what is wider or longer than its place; an edge that fades says that there is more behind it. */
export function ScrollFrame({ label, tall, class: place = '', children }: ScrollFrameProps) {
  const [frame, edges] = useEdges<HTMLElement>();
  return (
    <div class={`scroll-edges ${place}`} data-more={edges}>
      <section
        ref={frame}
        class={tall ? 'scroll-frame tall' : 'scroll-frame'}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard.
        tabIndex={0}
        aria-label={label}
      >
        {children}
      </section>
    </div>
  );
}
