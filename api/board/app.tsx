import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { type Board, BoardContext } from './data/board-context.ts';
import { RightsProvider } from './data/rights.tsx';
import { PageHead } from './parts/page-head.tsx';
import { Empty } from './parts/states.tsx';
import { boardPath, parseRoute, type Route } from './router/routes.ts';
import { usePlace } from './router/use-route.ts';
import { Shell } from './shell/shell.tsx';
import { AboutView } from './views/about-view.tsx';
import { AlertsView } from './views/alerts-view.tsx';
import { CustomerView } from './views/customer-view.tsx';
import { CustomersView } from './views/customers-view.tsx';
import { FiredView } from './views/fired-view.tsx';
import { FlowsView } from './views/flows-view.tsx';
import { LiveView } from './views/live-view.tsx';
import { ModelView } from './views/model-view.tsx';
import { ModelsView } from './views/models-view.tsx';
import { QuarantineView } from './views/quarantine-view.tsx';
import { RecordView } from './views/record-view.tsx';
import { NewRuleView, RuleView } from './views/rule-view.tsx';
import { RulesView } from './views/rules-view.tsx';
import { SegmentView } from './views/segment-view.tsx';
import { SegmentsView } from './views/segments-view.tsx';

export function App({ board }: { readonly board: Board }) {
  const { pathname } = usePlace();
  const route = parseRoute(pathname);
  useEffect(() => scrollTo(0, 0), [pathname]);
  return (
    <BoardContext.Provider value={board}>
      <RightsProvider>
        <Shell view={route.view}>{viewOf(route)}</Shell>
      </RightsProvider>
    </BoardContext.Provider>
  );
}

function viewOf(route: Route): ComponentChildren {
  switch (route.view) {
    case 'live':
      return <LiveView />;
    case 'alerts':
      return <AlertsView />;
    case 'segments':
      return <SegmentsView />;
    case 'segment':
      return <SegmentView key={route.slug} slug={route.slug} />;
    case 'flows':
      return <FlowsView />;
    case 'customers':
      return <CustomersView />;
    case 'customer':
      return <CustomerView key={route.id} id={route.id} />;
    case 'fired':
      return <FiredView />;
    case 'rules':
      return <RulesView />;
    case 'new-rule':
      return <NewRuleView />;
    case 'rule':
      return <RuleView key={route.id} id={route.id} />;
    case 'quarantine':
      return <QuarantineView />;
    case 'record':
      return <RecordView key={route.id} id={route.id} />;
    case 'models':
      return <ModelsView />;
    case 'model':
      return <ModelView key={route.id} id={route.id} />;
    case 'about':
      return <AboutView />;
    default:
      return (
        <>
          <PageHead title="No such page" />
          <Empty title="Nothing stands under this address">
            Go to <a href={boardPath()}>Live</a>, or choose a view from the menu.
          </Empty>
        </>
      );
  }
}
