import { useState } from 'preact/hooks';
import { chooseTheme, storedTheme, type ThemeChoice } from '../format/theme-choice.ts';
import { Icon } from '../parts/icon.tsx';

const order: readonly ThemeChoice[] = ['system', 'light', 'dark'];
const names: Readonly<Record<ThemeChoice, string>> = {
  system: 'as the system',
  light: 'light',
  dark: 'dark',
};

/** Goes through the three choices. */
export function ThemeSwitch() {
  const [choice, setChoice] = useState(storedTheme);
  const next = order[(order.indexOf(choice) + 1) % order.length] ?? 'system';
  const label = `Theme: ${names[choice]}. Change to ${names[next]}`;
  return (
    <button
      type="button"
      class="button quiet icon"
      aria-label={label}
      title={label}
      onClick={() => {
        chooseTheme(next);
        setChoice(next);
      }}
    >
      <Icon name={choice} />
    </button>
  );
}
