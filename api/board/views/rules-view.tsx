import { useBoard } from '../data/board-context.ts';
import { useMay } from '../data/rights.tsx';
import type { Rule, RuleInput } from '../data/rule-answers.ts';
import { useAction } from '../data/use-action.ts';
import { useCurrency } from '../data/use-currency.ts';
import { useResource } from '../data/use-resource.ts';
import { PageHead } from '../parts/page-head.tsx';
import { advice, Empty, headline, Shown } from '../parts/states.tsx';
import { apiPath, boardPath } from '../router/routes.ts';
import { targetWords, whenSentence } from '../rules/rule-sentence.ts';
import { AlertsTabs } from './alerts-tabs.tsx';

interface RuleList {
  readonly items: readonly Rule[];
}

/** All rules, each to be switched on and off. */
export function RulesView() {
  const rules = useResource<RuleList>('/v1/rules');
  const currency = useCurrency();
  const mayChange = useMay('admin');
  return (
    <>
      <PageHead
        title="Alerts"
        note="A rule picks the moves worth telling someone about, and sends them on: once for each rule and move, signed, and again until they arrive."
        actions={
          mayChange ? (
            <a class="button primary" href={boardPath('alerts', 'rules', 'new')}>
              New rule
            </a>
          ) : (
            <span class="soft">Your key may look at rules, not change them.</span>
          )
        }
      />
      <AlertsTabs current="rules" />
      <Shown of={rules} what="the rules">
        {({ items }) =>
          items.length === 0 ? (
            <div class="card">
              <Empty title="No rules yet">
                Begin with the customers you would hate to lose:{' '}
                <a href={boardPath('alerts', 'rules', 'new')}>{mayChange ? 'make' : 'try out'} a rule</a>.
              </Empty>
            </div>
          ) : (
            <ul class="stack" aria-label="Rules">
              {items.map((rule) => (
                <RuleCard key={rule.id} rule={rule} currency={currency} reload={rules.reload} />
              ))}
            </ul>
          )
        }
      </Shown>
    </>
  );
}

interface RuleCardProps {
  readonly rule: Rule;
  readonly currency: string;
  readonly reload: () => void;
}

function RuleCard({ rule, currency, reload }: RuleCardProps) {
  const { http } = useBoard();
  const mayChange = useMay('admin');
  const toggle = useAction(async () => {
    const input: RuleInput & { version: number } = {
      name: rule.name,
      enabled: !rule.enabled,
      when: rule.when,
      deliver: rule.deliver,
      quietHours: rule.quietHours ?? null,
      ratePerHour: rule.ratePerHour ?? null,
      version: rule.version,
    };
    await http.json(apiPath('rules', rule.id), { method: 'PUT', body: input });
    reload();
  });
  return (
    <li class="card">
      <div class="card-body stack-tight">
        <div class="row spread">
          <h2 class="wrap">
            <a href={boardPath('alerts', 'rules', rule.id)}>{rule.name}</a>
          </h2>
          <div class="row">
            <span class="tag" data-kind={rule.enabled ? 'good' : undefined}>
              {rule.enabled ? 'on' : 'off'}
            </span>
            {mayChange && (
              <button type="button" class="button small" disabled={toggle.busy} onClick={() => toggle.run()}>
                {rule.enabled ? 'Switch off' : 'Switch on'}
                <span class="visually-hidden">: {rule.name}</span>
              </button>
            )}
            <a
              class="button small"
              href={`${boardPath('alerts', 'fired')}?rule=${encodeURIComponent(rule.id)}`}
            >
              Fired<span class="visually-hidden"> by {rule.name}</span>
            </a>
          </div>
        </div>
        <p class="wrap">{whenSentence(rule.when, currency)}</p>
        <p class="small soft wrap">
          To: {rule.deliver.map(targetWords).join(', ')}.
          {rule.quietHours != null &&
            ` Quiet from ${rule.quietHours.from} to ${rule.quietHours.to}, ${rule.quietHours.timeZone}.`}
          {rule.ratePerHour != null && ` At most ${rule.ratePerHour} an hour.`}
        </p>
        {toggle.problem !== undefined && (
          <p class="notice" data-kind="bad" role="alert">
            {headline(toggle.problem)}. {advice(toggle.problem)}
          </p>
        )}
      </div>
    </li>
  );
}
