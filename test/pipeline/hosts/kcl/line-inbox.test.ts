import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { LineInbox, type LineInboxOptions } from '../../../../pipeline/hosts/kcl/line-inbox.ts';

function open(options?: LineInboxOptions) {
  const input = new PassThrough();
  return { input, inbox: new LineInbox(input, options) };
}

describe('an inbox of lines', () => {
  test('gives lines whole, however they were cut, without blank ones', async () => {
    const { input, inbox } = open();
    const text = Buffer.from('first é\r\n\n  \nsecond\nthi');
    for (const byte of text) input.write(Buffer.from([byte]));
    input.end('rd\n');
    expect([await inbox.next(), await inbox.next(), await inbox.next(), await inbox.next()]).toEqual([
      'first é',
      'second',
      'third',
      undefined,
    ]);
  });

  test('leaves out a last line that was cut off', async () => {
    const { input, inbox } = open();
    input.end('{"action":"proc');
    expect(await inbox.next()).toBeUndefined();
  });

  test('tells of the end at once, while lines still wait', async () => {
    const { input, inbox } = open();
    const closed = new Promise((resolve) => inbox.closed.addEventListener('abort', resolve));
    input.end('waiting\n');
    await closed;
    expect(await inbox.next()).toBe('waiting');
    expect(await inbox.next()).toBeUndefined();
  });

  test('takes a line of the longest length, and fails at one byte more', async () => {
    const { input, inbox } = open({ lineBytesMax: 4 });
    input.write('four\n');
    expect(await inbox.next()).toBe('four');
    input.write('fi');
    input.write('ve!');
    await expect(inbox.next()).rejects.toMatchObject({ code: 'kcl-protocol' });
  });

  test('takes as many waiting lines as may wait, and fails at one more', async () => {
    const { input, inbox } = open({ waitingMax: 2 });
    input.write('a\nb\n');
    expect([await inbox.next(), await inbox.next()]).toEqual(['a', 'b']);
    input.write('a\nb\nc\n');
    await expect(inbox.next()).rejects.toThrow('2 lines of the daemon wait already');
  });

  test('fails with the error of the stream', async () => {
    const { input, inbox } = open();
    input.destroy(new Error('bad descriptor'));
    await expect(inbox.next()).rejects.toThrow('bad descriptor');
    expect(inbox.closed.aborted).toBe(true);
  });
});
