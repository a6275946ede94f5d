import { useState } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { boardPath, isUnreachable } from '../router/routes.ts';
import { goTo } from '../router/use-route.ts';

/** Goes to a customer by id. */
export function CustomerFinder({ label = 'Find a customer by id' }: { readonly label?: string }) {
  const [id, setId] = useState('');
  return (
    // biome-ignore lint/a11y/useSemanticElements: the element `search` is not known to every browser in use.
    <form
      role="search"
      class="finder"
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = id.trim();
        if (isUnreachable(wanted)) return;
        goTo(boardPath('customers', wanted));
        setId('');
      }}
    >
      <Icon name="search" />
      <input
        type="search"
        value={id}
        maxLength={256}
        placeholder={label}
        aria-label={label}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => setId(event.currentTarget.value)}
      />
    </form>
  );
}
