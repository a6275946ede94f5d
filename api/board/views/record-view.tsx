import { useState } from 'preact/hooks';
import { useBoard } from '../data/board-context.ts';
import type { RecordWithBytes } from '../data/quarantine-answers.ts';
import { useMay } from '../data/rights.tsx';
import { useAction } from '../data/use-action.ts';
import { useResource } from '../data/use-resource.ts';
import { type ReadableRecord, readBase64, readText } from '../format/bytes.ts';
import { counted } from '../format/numbers.ts';
import { reasonSentence } from '../format/reject-reasons.ts';
import { Card } from '../parts/card.tsx';
import { Field } from '../parts/field.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { advice, headline, Shown } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { apiPath, boardPath } from '../router/routes.ts';

const above = [{ name: 'Quarantine', path: boardPath('quarantine') }];

/** One record that could not be used. */
export function RecordView({ id }: { readonly id: string }) {
  const record = useResource<RecordWithBytes>(apiPath('quarantine', id));
  return (
    <>
      <PageHead
        title={record.data === undefined ? 'Record' : reasonSentence(record.data.reason)}
        note={record.data?.detail ?? undefined}
        above={above}
      />
      <Shown of={record} what="the record" listing={{ name: 'All records', path: boardPath('quarantine') }}>
        {(data) => <Parts record={data} reload={record.reload} />}
      </Shown>
    </>
  );
}

function Parts({ record, reload }: { readonly record: RecordWithBytes; readonly reload: () => void }) {
  const readable = record.base64 === null ? readText(record.text ?? '') : readBase64(record.base64);
  return (
    <div class="grid">
      <div class="half stack">
        <Card title="What came" note={noteOf(readable, record)}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard. */}
          <pre class="bytes" tabIndex={0}>
            {readable.text === '' ? '(nothing)' : readable.text}
          </pre>
        </Card>
        <Card title="Where it stands">
          <dl class="pairs">
            <dt>Reason</dt>
            <dd>
              <code>{record.reason}</code>
            </dd>
            <dt>Status</dt>
            <dd>
              {record.status === 'open' ? 'open' : 'sent again '}
              {record.replayedAt !== null && <Time at={record.replayedAt} exact />}
            </dd>
            <dt>Arrived</dt>
            <dd>
              <Time at={record.arrivedAt} exact />
            </dd>
            <dt>Shard</dt>
            <dd>{record.shardId}</dd>
            <dt>Sequence number</dt>
            <dd>{record.sequenceNumber}</dd>
          </dl>
        </Card>
      </div>
      <div class="half">
        <Mend record={record} readable={readable} reload={reload} />
      </div>
    </div>
  );
}

function noteOf({ kind }: ReadableRecord, { bytes, truncated }: RecordWithBytes): string {
  const what =
    kind === 'json' ? 'JSON, laid out' : kind === 'text' ? 'text' : 'no text: bytes as hexadecimal';
  return `${counted(bytes, 'byte')}, ${what}${truncated ? '; the record was longer, its end was not kept' : ''}.`;
}

interface MendProps {
  readonly record: RecordWithBytes;
  readonly readable: ReadableRecord;
  readonly reload: () => void;
}

function Mend({ record, readable, reload }: MendProps) {
  const { http } = useBoard();
  const [text, setText] = useState(readable.kind === 'hex' ? '' : readable.text);
  const [done, setDone] = useState('');
  const [wrong, setWrong] = useState('');
  const maySend = useMay('write');
  const path = `${apiPath('quarantine', record.id)}/replay`;
  const send = useAction(async (mended: boolean) => {
    setDone('');
    setWrong('');
    let body: unknown;
    if (mended) {
      try {
        body = { event: JSON.parse(text) };
      } catch (error) {
        setWrong(`This is no JSON: ${error instanceof Error ? error.message : String(error)}`);
        return;
      }
    }
    await http.json(path, { method: 'POST', ...(mended ? { body } : {}) });
    setDone('On its way: it is taken in like any other event.');
    reload();
  });
  return (
    <Card
      title="Mend and send again"
      note="As it is, when the cause is elsewhere (a missing rate, a bug that is mended); or as you change it here. Sent twice, it counts once."
    >
      <div class="stack">
        <Field label="The event" error={wrong === '' ? undefined : wrong}>
          {(ids) => (
            <textarea
              {...ids}
              rows={16}
              spellcheck={false}
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          )}
        </Field>
        {send.problem !== undefined && (
          <p class="notice" data-kind="bad" role="alert">
            {headline(send.problem)}. {advice(send.problem)}
          </p>
        )}
        {done !== '' && (
          <p class="notice" data-kind="good" role="status">
            {done}
          </p>
        )}
        <div class="row">
          <button
            type="button"
            class="button primary"
            disabled={send.busy || !maySend || text.trim() === ''}
            onClick={() => send.run(true)}
          >
            Send as mended
          </button>
          <button
            type="button"
            class="button"
            disabled={send.busy || !maySend || record.truncated}
            onClick={() => send.run(false)}
          >
            Send as it came
          </button>
          {!maySend && <span class="soft">Your key may look at records, not send them.</span>}
        </div>
      </div>
    </Card>
  );
}
