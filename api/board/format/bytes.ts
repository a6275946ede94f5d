/** What a record holds, as a person can read it. */
export interface ReadableRecord {
  /** `json`: laid out; `text`: as it stands; `hex`: what is no text. */
  readonly kind: 'json' | 'text' | 'hex';
  readonly text: string;
}

const shownMax = 100_000;

/** Lays JSON out and leaves other text as it is, with marks for what can't be seen: nothing hides in it or turns it round. */
export function readText(text: string): ReadableRecord {
  try {
    return { kind: 'json', text: visible(JSON.stringify(JSON.parse(text), null, 2)) };
  } catch {
    return { kind: 'text', text: visible(text) };
  }
}

/** Bytes that are no text, sixteen a row, beside what of them is ASCII. */
export function readBase64(base64: string): ReadableRecord {
  return { kind: 'hex', text: hexOf(decodeBase64(base64).subarray(0, shownMax / 4)) };
}

function decodeBase64(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** Control and format characters but line feed: what can't be seen, or changes the direction of writing. */
const hidden = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function visible(text: string): string {
  return text
    .slice(0, shownMax)
    .replace(hidden, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

function hexOf(bytes: Uint8Array): string {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = Array.from(bytes.subarray(at, at + 16));
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const plain = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    rows.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${plain}`);
  }
  return rows.join('\n');
}
