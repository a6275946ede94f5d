import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  printableBytes,
  printableJson,
  printableLines,
  printableText,
} from '../../../pipeline/cli/printable.ts';

// What a terminal may act on: C0 with escape, delete, C1 with its one-character CSI, and bidirectional overrides.
const hostile = '\u001b[2J\u0007\u007f\u009b31m\u202e\u2028';
// biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for exactly these
const dangerous = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

describe('text from outside', () => {
  test('is shown with every character that a terminal may act on escaped', () => {
    expect(printableText(hostile)).toBe('\\x1b[2J\\x07\\x7f\\x9b31m\\u202e\\u2028');
  });

  test('keeps letters, accents and symbols as they are', () => {
    expect(printableText('Café 東京 £5 🫖')).toBe('Café 東京 £5 🫖');
  });

  test('keeps line feeds only where several lines are asked for', () => {
    expect(printableText('a\nb\tc\r')).toBe('a\\nb\\tc\\r');
    expect(printableLines('a\nb\u001bc')).toBe('a\nb\\x1bc');
  });

  test('never holds a dangerous character, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), (text, bytes) => {
        expect(printableText(text)).not.toMatch(dangerous);
        expect(printableBytes(bytes, 16)).not.toMatch(dangerous);
        expect(printableJson({ [text]: text })).not.toMatch(dangerous);
      }),
    );
  });
});

describe('bytes from outside', () => {
  const bytes = (text: string) => Buffer.from(text);

  test('are shown as text where they are UTF-8', () => {
    expect(printableBytes(bytes('{"café":1}\u001b'), 64)).toBe('{"café":1}\\x1b');
  });

  test('are shown byte by byte where they are not', () => {
    expect(printableBytes(Uint8Array.of(0x41, 0xff, 0x9b, 0x20, 0x7f), 64)).toBe('A\\xff\\x9b \\x7f');
  });

  test('end in an ellipsis when there are more, and never in half a character', () => {
    expect(printableBytes(bytes('abcd'), 4)).toBe('abcd');
    expect(printableBytes(bytes('abcde'), 4)).toBe('abcd…');
    expect(printableBytes(bytes('abc🫖e'), 5)).toBe('abc…');
    expect(printableBytes(bytes('abc🫖e'), 7)).toBe('abc🫖…');
  });
});

test('printed JSON parses to the same value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(JSON.parse(printableJson({ text }))).toEqual({ text });
    }),
  );
  expect(JSON.parse(printableJson({ text: hostile }))).toEqual({ text: hostile });
});
