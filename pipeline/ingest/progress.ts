import { SingleBar } from 'cli-progress';
import type { ImportProgress } from './import-file.ts';

export interface ProgressView {
  update(progress: ImportProgress): void;
  /** Draws the last state and leaves the line. */
  stop(): void;
}

export interface ProgressOptions {
  /** What stands in front. */
  readonly label: string;
  readonly stream: NodeJS.WriteStream;
  readonly nowMs: () => number;
}

const drawEveryMs = 200;
const printEveryMs = 5_000;
/** The rate is that of the last seconds, so that what an earlier run sent does not count. */
const rateWindowMs = 5_000;

/**
 * Shows how far an import is: per cent of the file, events a second, time left. On a terminal as a bar; elsewhere as one
 * plain line every five seconds, so that a log stays a log.
 */
export function createProgressView({ label, stream, nowMs }: ProgressOptions): ProgressView {
  const terminal = stream.isTTY === true;
  const startedMs = nowMs();
  let shown: { progress: ImportProgress; atMs: number } | undefined;
  let rate: { events: number; atMs: number; perSecond: number } | undefined;
  const describe = ({ bytesSent, bytesTotal, events }: ImportProgress) => {
    const elapsedMs = nowMs() - startedMs;
    const share = bytesTotal === 0 ? 1 : bytesSent / bytesTotal;
    const leftMs = share > 0 ? (elapsedMs / share) * (1 - share) : undefined;
    const perSecond = Math.round(rate?.perSecond ?? 0);
    // Too soon to tell.
    const pace = perSecond > 0 ? [`${perSecond}/s`] : [];
    return {
      percent: Math.floor(share * 100),
      text: [`${events} ${events === 1 ? 'event' : 'events'}`, ...pace, formatLeft(leftMs)].join(', '),
    };
  };
  const measure = (events: number) => {
    const atMs = nowMs();
    rate ??= { events, atMs, perSecond: 0 };
    const passedMs = atMs - rate.atMs;
    if (passedMs <= 0 || (passedMs < rateWindowMs && rate.perSecond > 0)) return;
    rate = { events, atMs, perSecond: ((events - rate.events) / passedMs) * 1_000 };
  };
  const bar = terminal
    ? new SingleBar({
        format: `${label} {bar} {percent} %  {text}`,
        stream,
        hideCursor: true,
        gracefulExit: false,
        etaBuffer: 2,
        fps: 1_000 / drawEveryMs,
      })
    : undefined;
  const draw = (progress: ImportProgress) => {
    const { percent, text } = describe(progress);
    if (bar) bar.update(percent, { text, percent });
    else stream.write(`${label} ${percent} % ${text}\n`);
    shown = { progress, atMs: nowMs() };
  };
  bar?.start(100, 0, { text: '', percent: 0 });
  let latest: ImportProgress | undefined;
  return {
    update(progress) {
      latest = progress;
      measure(progress.events);
      const everyMs = terminal ? drawEveryMs : printEveryMs;
      if (nowMs() - (shown?.atMs ?? (terminal ? 0 : startedMs)) >= everyMs) draw(progress);
    },
    stop() {
      if (latest !== undefined && latest !== shown?.progress) draw(latest);
      bar?.stop();
    },
  };
}

function formatLeft(leftMs: number | undefined): string {
  if (leftMs === undefined) return 'time left unknown';
  if (leftMs === 0) return 'done';
  const seconds = Math.ceil(leftMs / 1_000);
  return seconds < 60 ? `${seconds} s left` : `${Math.floor(seconds / 60)} min ${seconds % 60} s left`;
}
