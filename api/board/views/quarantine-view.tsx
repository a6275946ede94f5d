import { useBoard } from '../data/board-context.ts';
import type { QuarantinedRecord } from '../data/quarantine-answers.ts';
import { usePages } from '../data/use-pages.ts';
import { useStore } from '../data/use-store.ts';
import { count } from '../format/numbers.ts';
import { reasonSentence, rejectReasons } from '../format/reject-reasons.ts';
import { Card } from '../parts/card.tsx';
import { ChoiceSwitch } from '../parts/choice-switch.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Field } from '../parts/field.tsx';
import { LoadMore } from '../parts/load-more.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Empty } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { boardPath } from '../router/routes.ts';
import { useParameter } from '../router/use-route.ts';

const statuses = [
  { value: 'open', name: 'Open' },
  { value: 'replayed', name: 'Sent again' },
  { value: 'all', name: 'All' },
] as const;

type Status = (typeof statuses)[number]['value'];

/** Records that could not be used: why, and the way to mend them. */
export function QuarantineView() {
  const [status, setStatus] = useParameter('status', 'open');
  const [reason, setReason] = useParameter('reason');
  const { latest } = useStore(useBoard().live);
  const pages = usePages<QuarantinedRecord>('/v1/quarantine', {
    reason,
    status: status === 'all' ? undefined : status,
    limit: 25,
  });
  const isEmpty = pages.items.length === 0 && !pages.loading && !pages.hasMore && pages.problem === undefined;
  return (
    <>
      <PageHead
        title="Quarantine"
        note="What can’t be used is set aside with its bytes and a reason, and never stops the stream. Mend a record and send it again: it ends where it would have ended."
      />
      <Card
        title="Records set aside"
        flush
        note={latest === undefined ? undefined : `${count(latest.quarantined)} in all, sent again or not.`}
      >
        <div class="filters inset">
          <ChoiceSwitch label="Status" choices={statuses} value={status as Status} onChange={setStatus} />
          <Field label="Reason" class="wide">
            {(ids) => (
              <select {...ids} value={reason} onChange={(event) => setReason(event.currentTarget.value)}>
                <option value="">any reason</option>
                {rejectReasons.map((each) => (
                  <option key={each} value={each}>
                    {each}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        {isEmpty && <Empty title={status === 'open' ? 'Nothing waits to be mended' : 'No such records'} />}
        {pages.items.length > 0 && (
          <DataTable<QuarantinedRecord>
            caption="Records set aside"
            rows={pages.items}
            keyOf={({ id }) => id}
            columns={[
              {
                head: 'Reason',
                names: true,
                wraps: true,
                cell: ({ id, reason: why, detail }) => (
                  <>
                    <a href={boardPath('quarantine', id)}>{reasonSentence(why)}</a>
                    {detail != null && <div class="small soft detail">{detail}</div>}
                  </>
                ),
              },
              {
                head: 'Status',
                cell: ({ status: state }) => (
                  <span class="tag" data-kind={state === 'open' ? 'warn' : 'good'}>
                    {state === 'open' ? 'open' : 'sent again'}
                  </span>
                ),
              },
              { head: 'Arrived', cell: ({ arrivedAt }) => <Time at={arrivedAt} exact /> },
              {
                head: 'Shard',
                spare: true,
                cell: ({ shardId }) => (
                  <span class="small nowrap">{shardId.replace(/^shardId-0*(?=\d)/, '')}</span>
                ),
              },
            ]}
          />
        )}
        <LoadMore pages={pages} what="the records" />
      </Card>
    </>
  );
}
