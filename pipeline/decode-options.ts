import type { DecodeOptions } from '../operators/event/decode-event.ts';
import type { Settings } from './settings.ts';

/** Items of one order: far above any real one, and still within one record. */
const itemsMax = 20_000;

/** What makes a record usable, the same for the stream, for what the API takes in and for what is replayed. */
export function decodeOptions(settings: Settings): DecodeOptions {
  return {
    currencies: settings.currencies,
    futureSkewMsMax: settings.futureSkewMinutes * 60_000,
    itemsMax,
  };
}
