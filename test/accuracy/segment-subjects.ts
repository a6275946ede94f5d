import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { decodeDocument } from '../../operators/event/decode-event.ts';
import type { PurchaseEvent } from '../../operators/event/purchase-event.ts';
import type { SegmentName } from '../../operators/segments/segment-model.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import { decodeOptions } from '../../pipeline/decode-options.ts';
import { simulate } from '../../pipeline/ingest/simulator.ts';
import { readSettings } from '../../pipeline/settings.ts';
import { type CustomerTrail, foldTrails, readTrails } from './segment-histories.ts';

/** A population whose segments are examined. */
export interface SegmentSubject {
  readonly name: string;
  /** Of the first model; a refit follows four weeks later. */
  readonly fitAtMs: number;
  readonly untilMs: number;
  /** Names that the population has nobody for. */
  readonly without: readonly SegmentName[];
  trails(): Promise<CustomerTrail[]>;
}

const simulatedFromMs = Date.UTC(2025, 0, 1);

/** The real populations whose files are there, and the shop that `npm start` simulates. */
export function segmentSubjects(dataFolder: string): SegmentSubject[] {
  const files = [
    {
      name: 'online-retail',
      file: 'online-retail.csv.gz',
      currency: 'GBP',
      fitAtMs: Date.UTC(2011, 8, 1),
      untilMs: Date.UTC(2011, 11, 9),
      without: [],
    },
    {
      name: 'cdnow',
      file: 'cdnow-sample.csv.gz',
      currency: 'USD',
      fitAtMs: Date.UTC(1997, 9, 1),
      untilMs: Date.UTC(1998, 5, 30),
      // Everybody came in the first quarter of 1997: nine months later and on, nobody is new.
      without: ['New'],
    },
  ] as const;
  const present = files.filter(({ file }) => existsSync(join(dataFolder, file)));
  return [
    ...present.map(({ file, currency, ...subject }): SegmentSubject => {
      return { ...subject, trails: () => readTrails(join(dataFolder, file), currency) };
    }),
    {
      name: 'simulated shop',
      fitAtMs: simulatedFromMs + 270 * msPerDay,
      untilMs: simulatedFromMs + 410 * msPerDay,
      without: [],
      trails: async () => simulatedTrails(simulatedFromMs + 410 * msPerDay),
    },
  ];
}

/** The shop with the settings of the demonstration, but a fixed beginning. */
function simulatedTrails(untilMs: number): CustomerTrail[] {
  const decoding = decodeOptions(readSettings({ currency: 'GBP' }, {}));
  const events: PurchaseEvent[] = [];
  const shop = { seed: 1, customers: 1_000, historyDays: 330, startMs: simulatedFromMs, currency: 'GBP' };
  for (const { atMs, document } of simulate(shop)) {
    if (atMs > untilMs) break;
    const decoded = decodeDocument(document, untilMs, decoding);
    if (decoded.kind !== 'event') throw new Error(`a simulated order is refused: ${JSON.stringify(decoded)}`);
    events.push(decoded.event);
  }
  return foldTrails(events);
}
