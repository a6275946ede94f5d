import { colourVariable } from '../format/segments.ts';

/** The page's colours as they are now, for what draws by itself. */
export interface Palette {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly surface: string;
  readonly sunk: string;
  readonly accent: string;
  readonly good: string;
  readonly warn: string;
  readonly bad: string;
  readonly causeTime: string;
  /** Bars of what was foreseen, beside those of what came. */
  readonly foreseen: string;
  readonly segment: (name: string) => string;
  readonly fontFamily: string;
}

/** Reads the custom properties of the style sheets. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: read('--ink'),
    soft: read('--soft'),
    line: read('--line'),
    lineStrong: read('--line-strong'),
    surface: read('--surface'),
    sunk: read('--sunk'),
    accent: read('--accent'),
    good: read('--good'),
    warn: read('--warn'),
    bad: read('--bad'),
    causeTime: read('--cause-time'),
    foreseen: read('--foreseen'),
    segment: (name) => read(colourVariable(name)),
    fontFamily: read('--font'),
  };
}
