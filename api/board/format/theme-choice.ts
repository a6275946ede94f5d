export type ThemeChoice = 'system' | 'light' | 'dark';

const storageKey = 'tidemark.theme';

/** The event that tells what draws by itself, such as charts, that colours are other ones now. */
export const themeChanged = 'tidemark-theme';

/** What a person chose before; `system` when nothing was, or where storage is closed to the page. */
export function storedTheme(): ThemeChoice {
  try {
    const stored = localStorage.getItem(storageKey);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

/** Applies and remembers a choice; where storage is closed it lasts as long as the page. */
export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, choice);
  } catch {
    // Storage is closed to this page: nothing to remember the choice in.
  }
  applyTheme(choice);
}

/** Sets the theme of the page, which its style sheets follow. */
export function applyTheme(choice: ThemeChoice): void {
  const theme = choice === 'system' ? (systemIsDark().matches ? 'dark' : 'light') : choice;
  document.documentElement.dataset.theme = theme;
  dispatchEvent(new Event(themeChanged));
}

/** Follows the system from now on wherever nothing else was chosen. */
export function followSystemTheme(): void {
  systemIsDark().addEventListener('change', () => {
    if (storedTheme() === 'system') applyTheme('system');
  });
}

function systemIsDark(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)');
}
