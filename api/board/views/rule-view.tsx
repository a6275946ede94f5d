import { useState } from 'preact/hooks';
import { useBoard } from '../data/board-context.ts';
import { useMay } from '../data/rights.tsx';
import type { Rule, WithSecrets } from '../data/rule-answers.ts';
import { useAction } from '../data/use-action.ts';
import { useResource } from '../data/use-resource.ts';
import { minute } from '../format/dates.ts';
import { Card } from '../parts/card.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { advice, headline, Shown } from '../parts/states.tsx';
import { apiPath, boardPath } from '../router/routes.ts';
import { goTo } from '../router/use-route.ts';
import { draftOf, newDraft } from '../rules/rule-draft.ts';
import { RuleForm } from './rule-form.tsx';
import { type NewSecrets, SecretDialog } from './secret-dialog.tsx';

const above = [
  { name: 'Alerts', path: boardPath('alerts') },
  { name: 'Rules', path: boardPath('alerts', 'rules') },
];

function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/** A rule to be made. */
export function NewRuleView() {
  const { http } = useBoard();
  const [secrets, setSecrets] = useState<NewSecrets>();
  const [first] = useState(() => newDraft(ownTimeZone()));
  const leave = () => goTo(boardPath('alerts', 'rules'));
  return (
    <>
      <PageHead title="New rule" above={above} />
      <RuleForm
        first={first}
        verb="Make the rule"
        save={async (input) => {
          const made = await http.json<Rule & WithSecrets>('/v1/rules', { method: 'POST', body: input });
          if (made.webhookSecrets?.length) setSecrets(made.webhookSecrets);
          else leave();
        }}
      />
      <SecretDialog secrets={secrets} onClose={leave} />
    </>
  );
}

/** A stored rule: to be changed, tested, deleted. */
export function RuleView({ id }: { readonly id: string }) {
  const rule = useResource<Rule>(apiPath('rules', id));
  return (
    <>
      <PageHead title={rule.data?.name ?? 'Rule'} above={above} />
      <Shown of={rule} what="the rule" listing={{ name: 'All rules', path: boardPath('alerts', 'rules') }}>
        {(data) => <StoredRule key={data.version} rule={data} reload={rule.reload} />}
      </Shown>
    </>
  );
}

function StoredRule({ rule, reload }: { readonly rule: Rule; readonly reload: () => void }) {
  const { http } = useBoard();
  const [secrets, setSecrets] = useState<NewSecrets>();
  const [first] = useState(() => draftOf(rule, ownTimeZone()));
  const path = apiPath('rules', rule.id);
  const mayChange = useMay('admin');
  const hasWebhook = rule.deliver.some(({ kind }) => kind === 'webhook');
  return (
    <>
      <RuleForm
        first={first}
        verb="Save"
        save={async (input) => {
          const body = { ...input, version: rule.version };
          const saved = await http.json<Rule & WithSecrets>(path, { method: 'PUT', body });
          if (saved.webhookSecrets?.length) setSecrets(saved.webhookSecrets);
          else reload();
        }}
      />
      <Card
        title="This rule"
        note={`Made ${minute(rule.createdAt)}, changed ${minute(rule.updatedAt)}, version ${rule.version}.`}
      >
        <div class="row">
          <a class="button" href={`${boardPath('alerts', 'fired')}?rule=${encodeURIComponent(rule.id)}`}>
            What it has fired
          </a>
          {mayChange && hasWebhook && <RotateSecret path={path} onSecrets={setSecrets} />}
          {mayChange && <DeleteRule path={path} />}
        </div>
      </Card>
      <SecretDialog
        secrets={secrets}
        onClose={() => {
          setSecrets(undefined);
          reload();
        }}
      />
    </>
  );
}

function RotateSecret({
  path,
  onSecrets,
}: {
  readonly path: string;
  readonly onSecrets: (secrets: NewSecrets) => void;
}) {
  const { http } = useBoard();
  const rotate = useAction(async () => {
    const { webhookSecrets = [] } = await http.json<WithSecrets>(`${path}/rotate-secret`, { method: 'POST' });
    onSecrets(webhookSecrets);
  });
  return (
    <>
      <button type="button" class="button" disabled={rotate.busy} onClick={() => rotate.run()}>
        New webhook secret
      </button>
      {rotate.problem !== undefined && <span class="bad">{headline(rotate.problem)}</span>}
    </>
  );
}

function DeleteRule({ path }: { readonly path: string }) {
  const { http } = useBoard();
  const [sure, setSure] = useState(false);
  const remove = useAction(async () => {
    await http.json(path, { method: 'DELETE' });
    goTo(boardPath('alerts', 'rules'));
  });
  if (!sure) {
    return (
      <button type="button" class="button danger" onClick={() => setSure(true)}>
        Delete
      </button>
    );
  }
  return (
    <>
      <button type="button" class="button danger" disabled={remove.busy} onClick={() => remove.run()}>
        Delete for good
      </button>
      <button type="button" class="button quiet" onClick={() => setSure(false)}>
        Keep it
      </button>
      {remove.problem !== undefined && (
        <span class="bad">
          {headline(remove.problem)}. {advice(remove.problem)}
        </span>
      )}
    </>
  );
}
