interface ChoiceSwitchProps<T extends string> {
  readonly label: string;
  readonly choices: readonly { readonly value: T; readonly name: string }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** A few choices side by side, one of them pressed. */
export function ChoiceSwitch<T extends string>({ label, choices, value, onChange }: ChoiceSwitchProps<T>) {
  return (
    <fieldset class="switch" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          onClick={() => onChange(choice.value)}
        >
          {choice.name}
        </button>
      ))}
    </fieldset>
  );
}
