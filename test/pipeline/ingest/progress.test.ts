import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createProgressView } from '../../../pipeline/ingest/progress.ts';

function captured(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 120 });
  let text = '';
  stream.on('data', (chunk) => {
    text += String(chunk);
  });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
}

describe('off a terminal', () => {
  test('one plain line stands for every five seconds, and one for the end', () => {
    let nowMs = 0;
    const { stream, text } = captured(false);
    const view = createProgressView({ label: 'import', stream, nowMs: () => nowMs });
    for (let second = 1; second <= 10; second += 1) {
      nowMs = second * 1_000;
      view.update({ bytesSent: second * 50, bytesTotal: 1_000, linesRead: second, events: second * 700 });
    }
    nowMs = 12_000;
    view.update({ bytesSent: 1_000, bytesTotal: 1_000, linesRead: 12, events: 8_000 });
    view.stop();
    expect(text().split('\n')).toEqual([
      'import 25 % 3500 events, 700/s, 15 s left',
      'import 50 % 7000 events, 700/s, 10 s left',
      'import 100 % 8000 events, 620/s, done',
      '',
    ]);
  });

  test('an import that is over at once says only how it ended', () => {
    const { stream, text } = captured(false);
    const view = createProgressView({ label: 'import', stream, nowMs: () => 0 });
    view.update({ bytesSent: 0, bytesTotal: 0, linesRead: 0, events: 0 });
    view.stop();
    expect(text()).toBe('import 100 % 0 events, done\n');
  });

  test('what an earlier run sent does not count into the rate', () => {
    let nowMs = 0;
    const { stream, text } = captured(false);
    const view = createProgressView({ label: 'import', stream, nowMs: () => nowMs });
    view.update({ bytesSent: 0, bytesTotal: 100, linesRead: 0, events: 20_000 });
    nowMs = 10_000;
    view.update({ bytesSent: 50, bytesTotal: 100, linesRead: 9, events: 21_000 });
    view.stop();
    expect(text()).toBe('import 50 % 21000 events, 100/s, 10 s left\n');
  });
});

test('on a terminal a bar is drawn and the cursor comes back', () => {
  let nowMs = 0;
  const { stream, text } = captured(true);
  const view = createProgressView({ label: 'import', stream, nowMs: () => nowMs });
  nowMs = 1_000;
  view.update({ bytesSent: 420, bytesTotal: 1_000, linesRead: 1, events: 300 });
  view.stop();
  expect(text()).toContain('42 %');
  expect(text()).toContain('300 events');
  expect(text().lastIndexOf('\u001b[?25h')).toBeGreaterThan(text().lastIndexOf('\u001b[?25l'));
});
