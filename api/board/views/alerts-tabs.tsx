import { boardPath } from '../router/routes.ts';

type Tab = 'alerts' | 'fired' | 'rules';

const tabs: readonly { readonly tab: Tab; readonly name: string; readonly path: string }[] = [
  { tab: 'alerts', name: 'All moves', path: boardPath('alerts') },
  { tab: 'fired', name: 'Fired by rules', path: boardPath('alerts', 'fired') },
  { tab: 'rules', name: 'Rules', path: boardPath('alerts', 'rules') },
];

export function AlertsTabs({ current }: { readonly current: Tab }) {
  return (
    <nav class="tabs" aria-label="Alerts">
      {tabs.map(({ tab, name, path }) => (
        <a key={tab} href={path} aria-current={tab === current ? 'page' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}
