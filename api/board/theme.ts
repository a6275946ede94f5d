/** Runs before the page is painted: the theme stands from the first frame on, and follows the system unless one was chosen. */
import { applyTheme, followSystemTheme, storedTheme } from './format/theme-choice.ts';

applyTheme(storedTheme());
followSystemTheme();
