import { Fragment } from 'preact';
import { useBoard } from '../data/board-context.ts';
import type { Me } from '../data/rights.tsx';
import { useResource } from '../data/use-resource.ts';
import { useStore } from '../data/use-store.ts';
import { Card } from '../parts/card.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Shown } from '../parts/states.tsx';

/** `asks`: for credentials, which a browser that follows a link does not send. */
const places = [
  {
    path: '/docs',
    name: 'API documentation',
    what: 'every route, with its parameters and answers',
    asks: false,
  },
  { path: '/openapi.json', name: 'OpenAPI document', what: 'the same for machines', asks: false },
  { path: '/v1/status', name: 'Status', what: 'clock, watermark, lag by shard, counts', asks: true },
  { path: '/ready', name: 'Readiness', what: 'can it do its work?', asks: true },
  { path: '/metrics', name: 'Metrics', what: 'for Prometheus', asks: true },
] as const;

/** Who is signed in, and where else to look. */
export function AboutView() {
  const { credentials, session, signInAsked } = useBoard();
  useStore(session);
  const me = useResource<Me>('/v1/me');
  const isOpen = me.data?.authentication === 'off';
  const signOut = () => {
    credentials.set(undefined);
    session.set(session.value + 1);
  };
  return (
    <>
      <PageHead
        title="About"
        note="Tidemark turns a stream of purchases into live answers about each customer: what they will buy next and when, which segment they stand in, why, and when that is about to change."
      />
      <div class="grid">
        <div class="half">
          <Card title="Signed in as">
            <Shown of={me} what="who is signed in">
              {({ authentication, subject, scopes }) => (
                <dl class="pairs">
                  <dt>Authentication</dt>
                  <dd>
                    {authentication === 'off'
                      ? 'off: the API listens on this machine alone'
                      : authentication === 'jwt'
                        ? 'token'
                        : 'API key'}
                  </dd>
                  <dt>Subject</dt>
                  <dd>{subject ?? '–'}</dd>
                  <dt>May</dt>
                  <dd>{scopes.join(', ')}</dd>
                </dl>
              )}
            </Shown>
            <div class="row chart-note">
              <button type="button" class="button small" onClick={() => signInAsked.set(true)}>
                Sign in with a key or token
              </button>
              {credentials.current !== undefined && (
                <button type="button" class="button small" onClick={signOut}>
                  Sign out
                </button>
              )}
            </div>
          </Card>
        </div>
        <div class="half">
          <Card title="For developers and operators">
            <dl class="pairs">
              {places.map(({ path, name, what, asks }) => (
                <Fragment key={path}>
                  <dt>{asks && !isOpen ? name : <a href={path}>{name}</a>}</dt>
                  <dd>{asks && !isOpen ? `${what}; GET ${path} with your key or token` : what}</dd>
                </Fragment>
              ))}
            </dl>
          </Card>
        </div>
      </div>
    </>
  );
}
