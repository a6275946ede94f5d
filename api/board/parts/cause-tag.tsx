import type { Cause } from '../data/answers.ts';
import { Icon } from './icon.tsx';

export const causeNames: Readonly<Record<Cause, string>> = {
  event: 'purchase or return',
  time: 'passing time',
  model: 'new model',
};

/** Why a move came about. */
export function CauseTag({ cause }: { readonly cause: Cause }) {
  return (
    <span class="cause" style={{ '--cause-colour': `var(--cause-${cause})` }}>
      <Icon name={cause} />
      {causeNames[cause] ?? cause}
    </span>
  );
}
