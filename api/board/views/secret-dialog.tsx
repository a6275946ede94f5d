import { useEffect, useRef } from 'preact/hooks';
import type { WithSecrets } from '../data/rule-answers.ts';

export type NewSecrets = NonNullable<WithSecrets['webhookSecrets']>;

/** Shows new secrets, once: no later answer has them. */
export function SecretDialog({
  secrets,
  onClose,
}: {
  readonly secrets: NewSecrets | undefined;
  readonly onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (secrets !== undefined && !dialog.current?.open) dialog.current?.showModal();
  }, [secrets]);
  return (
    <dialog ref={dialog} aria-labelledby="secret-title" onClose={onClose}>
      <div class="stack">
        <div class="stack-tight">
          <h2 id="secret-title">Keep this secret now</h2>
          <p class="soft">
            The webhook’s receiver checks signatures with it (Standard Webhooks). It is shown this once; if it
            is lost, have a new one made.
          </p>
        </div>
        {secrets?.map(({ targetId, secret }) => (
          <code key={targetId} class="secret">
            {secret ?? 'Shown before, and not again: have a new one made.'}
          </code>
        ))}
        <div class="row">
          <button type="button" class="button primary" onClick={() => dialog.current?.close()}>
            I have kept it
          </button>
        </div>
      </div>
    </dialog>
  );
}
