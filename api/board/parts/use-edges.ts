import { useEffect, useRef, useState } from 'preact/hooks';

/**
 * Tells where a scrolling element has more than it shows, for the fading edges of the style sheets.
 * @returns a reference to give to the element, and the edges with more behind them: `left`, `right`, `below`
 */
export function useEdges<E extends HTMLElement>() {
  const element = useRef<E>(null);
  const [edges, setEdges] = useState('');
  useEffect(() => {
    const frame = element.current;
    if (frame === null) return;
    const look = () => setEdges(edgesOf(frame));
    look();
    const resized = new ResizeObserver(look);
    resized.observe(frame);
    for (const child of frame.children) resized.observe(child);
    frame.addEventListener('scroll', look, { passive: true });
    return () => {
      resized.disconnect();
      frame.removeEventListener('scroll', look);
    };
  }, []);
  return [element, edges] as const;
}

/** Less than this is rounding, not more to see; px. */
const leastPx = 2;

function edgesOf({
  scrollLeft,
  scrollTop,
  scrollWidth,
  scrollHeight,
  clientWidth,
  clientHeight,
}: HTMLElement): string {
  return [
    ...(scrollLeft > leastPx ? ['left'] : []),
    ...(scrollWidth - clientWidth - scrollLeft > leastPx ? ['right'] : []),
    ...(scrollHeight - clientHeight - scrollTop > leastPx ? ['below'] : []),
  ].join(' ');
}
