import { describe, expect, it } from 'vitest';
import { readBase64, readText } from '../../../api/board/format/bytes.ts';

describe('the record as a person reads it', () => {
  it('lays JSON out, and keeps markup as the text it is', () => {
    const read = readText('{"id":"<img src=x onerror=alert(1)>"}');
    expect(read).toEqual({ kind: 'json', text: '{\n  "id": "<img src=x onerror=alert(1)>"\n}' });
  });

  it('shows what can not be seen: control characters, and what turns the writing round', () => {
    const hidden = ['\u0000', '\u001b', '\u202e', '\u200b', '\ufeff', '\u2028', '\r'];
    const read = readText(`a${hidden.join('')}b\nc`);
    expect(read.kind).toBe('text');
    expect(read.text).toBe('a\\u0000\\u001b\\u202e\\u200b\\ufeff\\u2028\\u000db\nc');
  });

  it('shows bytes that are no text as hexadecimal', () => {
    const read = readBase64(btoa('\u0001\u00ff<script>'));
    expect(read.kind).toBe('hex');
    expect(read.text).toBe('000000  01 ff 3c 73 63 72 69 70 74 3e                    ..<script>');
    expect(readBase64('not base64!').text).toBe('');
  });

  it('shows a bounded part of a huge record', () => {
    expect(readText('x'.repeat(1_000_000)).text).toHaveLength(100_000);
  });
});
