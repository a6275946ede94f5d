import type { Figure } from './figure.ts';
import { publishedFits } from './published-fits.ts';

/** Each parameter as published, to the digits printed. */
export async function publishedFigures(dataFolder: string): Promise<Figure[]> {
  return publishedFits(dataFolder).map(({ name, published, fitted }) => {
    const digits = printedDigits(published);
    return {
      name,
      bound: `= ${published.toFixed(digits)}`,
      figure: fitted.toFixed(digits + 2),
      ok: fitted.toFixed(digits) === published.toFixed(digits),
    };
  });
}

/** Digits after the point that a number is printed with. */
function printedDigits(value: number): number {
  return (String(value).split('.')[1] ?? '').length;
}
