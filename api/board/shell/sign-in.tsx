import { useEffect, useRef, useState } from 'preact/hooks';
import { useBoard } from '../data/board-context.ts';
import { readCredential } from '../data/credential.ts';
import { useAction } from '../data/use-action.ts';
import { useStore } from '../data/use-store.ts';
import { Field } from '../parts/field.tsx';
import { headline } from '../parts/states.tsx';

/** Asks for a key or token when the API wants to know who is there. */
export function SignIn() {
  const board = useBoard();
  const asked = useStore(board.signInAsked);
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const signIn = useAction(async () => {
    const before = board.credentials.current;
    board.credentials.set(readCredential(text));
    try {
      await board.http.json('/v1/me');
    } catch (error) {
      board.credentials.set(before);
      throw error;
    }
    setText('');
    board.signInAsked.set(false);
    board.session.set(board.session.value + 1);
  });
  useEffect(() => {
    if (asked && !dialog.current?.open) dialog.current?.showModal();
    if (!asked && dialog.current?.open) dialog.current.close();
  }, [asked]);
  return (
    <dialog ref={dialog} aria-labelledby="sign-in-title" onClose={() => board.signInAsked.set(false)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.run();
        }}
      >
        <div class="stack-tight">
          <h2 id="sign-in-title">Sign in</h2>
          <p class="soft">
            This API wants to know who is asking. Paste an API key or a token (JWT). It stays in this browser
            tab and is gone when the tab is closed.
          </p>
        </div>
        <Field
          label="API key or token"
          error={
            signIn.problem === undefined
              ? undefined
              : refusal(signIn.problem.status, headline(signIn.problem))
          }
        >
          {(ids) => (
            <input
              {...ids}
              type="password"
              autocomplete="off"
              required
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          )}
        </Field>
        <div class="row">
          <button type="submit" class="button primary" disabled={signIn.busy}>
            {signIn.busy ? 'Checking…' : 'Sign in'}
          </button>
          <button type="button" class="button quiet" onClick={() => board.signInAsked.set(false)}>
            Not now
          </button>
        </div>
      </form>
    </dialog>
  );
}

function refusal(status: number, otherwise: string): string {
  return status === 401 ? 'The API does not know this key, or the token is no longer good.' : otherwise;
}
