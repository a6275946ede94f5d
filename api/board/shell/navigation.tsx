import { useEffect } from 'preact/hooks';
import { Icon, type IconName } from '../parts/icon.tsx';
import { useEdges } from '../parts/use-edges.ts';
import { boardPath, type Route } from '../router/routes.ts';

const entries: readonly {
  readonly name: string;
  readonly icon: IconName;
  readonly path: string;
  readonly views: readonly Route['view'][];
}[] = [
  { name: 'Live', icon: 'live', path: boardPath(), views: ['live'] },
  { name: 'Segments', icon: 'segments', path: boardPath('segments'), views: ['segments', 'segment'] },
  { name: 'Flows', icon: 'flows', path: boardPath('flows'), views: ['flows'] },
  { name: 'Customers', icon: 'customers', path: boardPath('customers'), views: ['customers', 'customer'] },
  {
    name: 'Alerts',
    icon: 'alerts',
    path: boardPath('alerts'),
    views: ['alerts', 'fired', 'rules', 'rule', 'new-rule'],
  },
  { name: 'Quarantine', icon: 'quarantine', path: boardPath('quarantine'), views: ['quarantine', 'record'] },
  { name: 'Models', icon: 'models', path: boardPath('models'), views: ['models', 'model'] },
  { name: 'About', icon: 'about', path: boardPath('about'), views: ['about'] },
];

/** The views; where the page is narrow a row that scrolls, the current one in sight and an end that goes on fading. */
export function Navigation({ view }: { readonly view: Route['view'] }) {
  const [nav, edges] = useEdges<HTMLElement>();
  useEffect(() => {
    const row = nav.current;
    const current = row?.querySelector<HTMLElement>('[aria-current]');
    if (!row || !current || row.scrollWidth <= row.clientWidth) return;
    row.scrollLeft = current.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
  }, [nav, view]);
  return (
    <nav class="nav" aria-label="Views" ref={nav} data-more={edges}>
      {entries.map(({ name, icon, path, views }) => (
        <a key={name} href={path} aria-current={views.includes(view) ? 'page' : undefined}>
          <Icon name={icon} />
          {name}
        </a>
      ))}
    </nav>
  );
}
