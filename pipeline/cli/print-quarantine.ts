import type { QuarantineEntry, QuarantineSummary } from '../../sinks/stores.ts';
import type { ReplayOutcome } from '../jobs/replay-quarantine.ts';
import { printableBytes, printableJson, printableText } from './printable.ts';

/** Bytes of a record shown in the listing. */
const bytesShownMax = 48;
const detailShownMax = 60;
const headings = ['ID', 'ARRIVED', 'STATUS', 'SHARD', 'REASON', 'DETAIL', 'FIRST BYTES'];

/**
 * The listing as a person reads it: a table, or, where its rows are wider than the terminal, one block a record. What
 * comes from outside is printed so that a terminal can't take it for commands.
 * @param width columns of the terminal; undefined when the output is no terminal
 */
export function printEntries(entries: readonly QuarantineSummary[], width: number | undefined): string {
  const rows = entries.map(cells);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const rowWidth = widths.reduce((sum, cell) => sum + cell + 2, -2);
  if (width !== undefined && rowWidth > width) return rows.map(block).join('\n\n');
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [headings, ...rows].map(line).join('\n');
}

/** One record as one line of JSON, whole: `text` where its bytes are UTF-8, else `base64`. */
export function jsonOfEntry(entry: QuarantineEntry): string {
  const { id, shardId, sequenceNumber, subSequence, partitionKey, status, truncated, bytes, data } = entry;
  return printableJson({
    id,
    arrivedAt: new Date(entry.arrivedAtMs).toISOString(),
    shardId,
    sequenceNumber,
    subSequence,
    partitionKey,
    reason: entry.rejection.reason,
    detail: entry.rejection.detail,
    status,
    replayedAt: entry.replayedAtMs === undefined ? null : new Date(entry.replayedAtMs).toISOString(),
    truncated,
    bytes,
    ...content(data),
  });
}

/** What became of one record, in one line. */
export function printOutcome(outcome: ReplayOutcome): string {
  const id = printableText(outcome.id);
  switch (outcome.kind) {
    case 'replayed':
      return `${id}: on the stream again, event ${printableText(outcome.eventId)}`;
    case 'would-be-replayed':
      return `${id}: would be put on the stream, event ${printableText(outcome.eventId)}`;
    case 'rejected':
      return `${id}: not sent, it would be rejected again: ${outcome.rejection.reason}: ${printableText(outcome.rejection.detail)}`;
    case 'truncated':
      return `${id}: not sent, only the beginning of the record was kept; give the whole with --with FILE`;
    case 'unknown':
      return `${id}: there is no quarantined record of this id`;
    case 'failed':
      return `${id}: the stream did not take it: ${printableText(outcome.error)}`;
  }
}

function cells(entry: QuarantineSummary): string[] {
  const { reason, detail } = entry.rejection;
  return [
    entry.id,
    new Date(entry.arrivedAtMs).toISOString(),
    entry.status,
    entry.shardId,
    reason,
    shorten(printableText(detail), detailShownMax),
    `${printableBytes(entry.preview, bytesShownMax)} (${entry.bytes} bytes${entry.truncated ? ' kept' : ''})`,
  ];
}

function block([id = '', arrived, status, shard, reason, detail, bytes]: readonly string[]): string {
  return [id, `  ${arrived}  ${status}  ${shard}`, `  ${reason}: ${detail}`, `  ${bytes}`].join('\n');
}

function shorten(text: string, lengthMax: number): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;
}

function content(data: Uint8Array): { text: string } | { base64: string } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data) };
  } catch {
    return { base64: Buffer.from(data).toString('base64') };
  }
}
