import { z } from 'zod';

/** Context comes typed from cdk.json and as text from `-c name=value`; these take both. */

/** A number, or its decimal text. */
export function numberText<T extends z.ZodType<number, number>>(inner: T) {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value),
    inner,
  );
}

/** A boolean, or `true` and `false` as text. */
export const booleanText = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean(),
);

/** An array, or its members with commas between them. */
export function listText<T extends z.ZodType<string, string>>(member: T, error?: string) {
  return z.preprocess(
    (value) => (typeof value === 'string' ? splitList(value) : value),
    z.array(member, error),
  );
}

/** An object, or `key=value` pairs with commas between them. */
export function mapText<T extends z.ZodType<string, string>>(member: T) {
  return z.preprocess(
    (value) => {
      if (typeof value !== 'string') return value;
      return Object.fromEntries(
        splitList(value).map((pair) => {
          const at = pair.indexOf('=');
          return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
        }),
      );
    },
    z.record(z.string(), member),
  );
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
}
