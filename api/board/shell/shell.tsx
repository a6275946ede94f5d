import type { ComponentChildren } from 'preact';
import { useBoard } from '../data/board-context.ts';
import { useStore } from '../data/use-store.ts';
import { ConnectionPill } from '../parts/connection-pill.tsx';
import { boardPath, type Route } from '../router/routes.ts';
import { Brand } from './brand.tsx';
import { CustomerFinder } from './customer-finder.tsx';
import { Navigation } from './navigation.tsx';
import { SignIn } from './sign-in.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

/** What stands around every view. */
export function Shell({
  view,
  children,
}: {
  readonly view: Route['view'];
  readonly children: ComponentChildren;
}) {
  const { live } = useBoard();
  const { connection, lastDataAtMs } = useStore(live);
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <div class="sidebar">
        <div class="sidebar-inner">
          <Brand />
          <Navigation view={view} />
        </div>
      </div>
      <div class="shell-column">
        <header class="topbar">
          <Brand />
          <CustomerFinder />
          <div class="end">
            <ConnectionPill state={connection} lastDataAtMs={lastDataAtMs} />
            <ThemeSwitch />
          </div>
        </header>
        <main class="main" id="main" tabIndex={-1}>
          {children}
        </main>
        <footer class="footer">
          <span>Dates are in UTC.</span>
          <a href="/docs">API documentation</a>
          <a href="/openapi.json">OpenAPI</a>
          <a href={boardPath('about')}>About this board</a>
        </footer>
      </div>
      <SignIn />
    </div>
  );
}
