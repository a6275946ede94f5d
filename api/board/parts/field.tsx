import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  /** Where what stands beside the control says it already: for those who hear the page alone. */
  readonly labelHidden?: boolean;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly class?: string;
  /** Draws the control; it takes the ids of its label and its description. */
  readonly children: (ids: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': boolean | undefined;
  }) => ComponentChildren;
}

/** A control with its label, and what is wrong with it. */
export function Field({ label, labelHidden, hint, error, class: place, children }: FieldProps) {
  const id = useId();
  const described = hint === undefined && error === undefined ? undefined : `${id}-about`;
  return (
    <div class={`field ${place ?? ''}`}>
      <label for={id} class={labelHidden ? 'visually-hidden' : ''}>
        {label}
      </label>
      {children({
        id,
        'aria-describedby': described,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {described !== undefined && (
        <span id={described} class={error === undefined ? 'hint' : 'error'}>
          {error ?? hint}
        </span>
      )}
    </div>
  );
}
