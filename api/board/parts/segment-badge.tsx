import { colourVariable, slugOf, titleOf, unassigned } from '../format/segments.ts';
import { boardPath } from '../router/routes.ts';

/** The name of a segment with its colour; a link to its page unless told otherwise. */
export function SegmentBadge({ name, plain }: { readonly name: string | null; readonly plain?: boolean }) {
  const shown = name ?? unassigned;
  const style = { '--segment-colour': `var(${colourVariable(shown)})` };
  if (plain || shown === unassigned) {
    return (
      <span class="segment" style={style}>
        {titleOf(shown)}
      </span>
    );
  }
  return (
    <a class="segment" style={style} href={boardPath('segments', slugOf(shown))}>
      {shown}
    </a>
  );
}
