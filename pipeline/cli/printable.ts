const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// Control and format characters (escape sequences, bidirectional overrides), lone surrogates, line separators.
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Text from outside as one line that a terminal can't take for commands: what is no visible character stands as
 * `\n`, `\x1b` or `\u202e`.
 */
export function printableText(value: string): string {
  return value.replace(unprintable, escapeOf);
}

/** Several lines of it: line feeds stay. */
export function printableLines(value: string): string {
  return value.split('\n').map(printableText).join('\n');
}

/**
 * The first bytes of a record: as text where all of them are UTF-8, else with every byte that is no ASCII character
 * as `\x9b`. Ends in `…` when there are more.
 * @param bytesMax how many are looked at, 1...
 */
export function printableBytes(data: Uint8Array, bytesMax: number): string {
  const cut = data.byteLength > bytesMax;
  const start = cut ? wholeCharacters(data, bytesMax) : data;
  let shown: string;
  try {
    shown = printableText(text.decode(start));
  } catch {
    shown = Array.from(start, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : escapeOf(String.fromCharCode(byte)),
    ).join('');
  }
  return cut ? `${shown}…` : shown;
}

/** JSON on one line, pure of what a terminal acts on; parses to the same value. */
export function printableJson(value: unknown): string {
  // JSON itself escapes only what lies below the space.
  return JSON.stringify(value).replace(unprintable, (character) =>
    Array.from({ length: character.length }, (_, index) => `\\u${hex(character.charCodeAt(index), 4)}`).join(
      '',
    ),
  );
}

/** At most that many bytes, but no part of a UTF-8 character at their end. */
function wholeCharacters(data: Uint8Array, bytesMax: number): Uint8Array {
  let end = bytesMax;
  // A character has at most three continuation bytes (10xxxxxx).
  while (end > bytesMax - 4 && end > 0 && ((data[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return data.subarray(0, end === 0 ? bytesMax : end);
}

function escapeOf(character: string): string {
  const short: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  const code = character.codePointAt(0) ?? 0;
  if (short[character] !== undefined) return short[character];
  if (code <= 0xff) return `\\x${hex(code, 2)}`;
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\u{${code.toString(16)}}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
