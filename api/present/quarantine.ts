import type { z } from '@hono/zod-openapi';
import type { QuarantineEntry, QuarantineSummary } from '../../sinks/stores.ts';
import type { QuarantinePage, QuarantineRecord } from '../schemas/quarantine.ts';
import { instant, instantOrNull } from './amounts.ts';

/** A quarantined record with its beginning. */
export function presentQuarantined(
  entry: QuarantineSummary,
): z.output<typeof QuarantinePage>['items'][number] {
  // Cut at a byte, the last character may be half of one: it is replaced like anything that is no text.
  return { ...common(entry), preview: new TextDecoder().decode(entry.preview) };
}

/** A quarantined record, whole. */
export function presentQuarantineRecord(entry: QuarantineEntry): z.output<typeof QuarantineRecord> {
  return { ...common(entry), ...content(entry.data) };
}

function common(entry: QuarantineSummary) {
  return {
    id: entry.id,
    reason: entry.rejection.reason,
    detail: entry.rejection.detail,
    status: entry.status,
    arrivedAt: instant(entry.arrivedAtMs),
    replayedAt: instantOrNull(entry.replayedAtMs),
    shardId: entry.shardId,
    sequenceNumber: entry.sequenceNumber,
    subSequence: entry.subSequence,
    partitionKey: entry.partitionKey,
    bytes: entry.bytes,
    truncated: entry.truncated,
  };
}

function content(data: Uint8Array): { text: string; base64: null } | { text: null; base64: string } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
    return { text, base64: null };
  } catch {
    return { text: null, base64: Buffer.from(data).toString('base64') };
  }
}
