/** One line of the table: what was asked for, and what came out. */
export interface Figure {
  readonly name: string;
  readonly bound: string;
  readonly figure: string;
  readonly ok: boolean;
  /** What the simple rules, or others, reach on the same; for comparison only. */
  readonly beside?: string;
}

export interface Bound {
  /** How it is written, `< 1.55`. */
  readonly text: string;
  readonly holds: (value: number) => boolean;
}

export function below(limit: number, text = String(limit)): Bound {
  return { text: `< ${text}`, holds: (value) => value < limit };
}

export function above(limit: number, text = String(limit)): Bound {
  return { text: `> ${text}`, holds: (value) => value > limit };
}

export function atMost(limit: number, text = String(limit)): Bound {
  return { text: `<= ${text}`, holds: (value) => value <= limit };
}

export function atLeast(limit: number, text = String(limit)): Bound {
  return { text: `>= ${text}`, holds: (value) => value >= limit };
}

export function between(least: number, most: number, text = `${least} to ${most}`): Bound {
  return { text, holds: (value) => value >= least && value <= most };
}

/** A score that could not be computed fails. */
export function figureOf(
  name: string,
  value: number | null,
  bound: Bound,
  options: { readonly write?: (value: number) => string; readonly beside?: string } = {},
): Figure {
  const write = options.write ?? fourDigits;
  return {
    name,
    bound: bound.text,
    figure: value === null ? 'none' : write(value),
    ok: value !== null && bound.holds(value),
    ...(options.beside === undefined ? {} : { beside: options.beside }),
  };
}

export function fourDigits(value: number): string {
  return Math.abs(value) >= 100
    ? value.toFixed(1)
    : Math.abs(value) >= 10
      ? value.toFixed(2)
      : value.toFixed(4);
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
