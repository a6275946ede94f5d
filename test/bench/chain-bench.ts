import type { ActiveModels } from '../../operators/batch.ts';
import type { CustomerRecord } from '../../operators/customer-record.ts';
import type { UserStreamRecord } from '../../operators/deaggregate-records.ts';
import { encodeDecisions } from '../../operators/state/record-codec.ts';
import { encodeState } from '../../operators/state/state-codec.ts';
import { customerItem } from '../../sinks/customer-table.ts';
import { fitBenchModels, foldRecords, toRecord } from './bench-models.ts';

export interface ChainBench {
  readonly events: number;
  readonly megabytes: number;
  /** Median over rounds of JSON.parse time / chain time on the same bytes. */
  readonly ratioToJsonParse: number;
  /** The same with the deflating of items beyond 1 KB, which saves a third of their write units. */
  readonly packedRatioToJsonParse: number;
  readonly eventsPerSecond: number;
  readonly jsonParsePerSecond: number;
}

/** What one read of a shard brings when the pipeline is behind. */
const batchRecords = 2_000;

/**
 * From the bytes of a record to the item to write, without a network: decode, duplicates, features, segment, prediction,
 * migration, encode. The models are fitted to the same data first, so that every step does its real work.
 */
export function benchChain(documents: readonly Uint8Array[], rounds: number): ChainBench {
  const records = documents.map(toRecord);
  const models = fitBenchModels(records);
  const ratios: number[] = [];
  const packedRatios: number[] = [];
  let chainMs = Number.POSITIVE_INFINITY;
  let parseMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const parse = timed(() => parseAll(documents));
    const chain = timed(() => runChain(records, models, encodeRecord));
    ratios.push(parse / chain);
    packedRatios.push(
      parse / timed(() => runChain(records, models, (after) => Object.keys(customerItem(after)).length)),
    );
    chainMs = Math.min(chainMs, chain);
    parseMs = Math.min(parseMs, parse);
  }
  return {
    events: documents.length,
    megabytes: documents.reduce((sum, bytes) => sum + bytes.byteLength, 0) / 1e6,
    ratioToJsonParse: median(ratios),
    packedRatioToJsonParse: median(packedRatios),
    eventsPerSecond: documents.length / (chainMs / 1000),
    jsonParsePerSecond: documents.length / (parseMs / 1000),
  };
}

function encodeRecord(after: CustomerRecord): number {
  return encodeState(after.state).byteLength + encodeDecisions(after).byteLength;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] as number;
}

function parseAll(documents: readonly Uint8Array[]): number {
  const decoder = new TextDecoder();
  let items = 0;
  for (const bytes of documents)
    items += (JSON.parse(decoder.decode(bytes)) as { items: unknown[] }).items.length;
  return items;
}

/** Runs all records through the chain's steps in batches; gives the bytes that would be written. */
function runChain(
  records: readonly UserStreamRecord[],
  models: ActiveModels,
  encode: (after: CustomerRecord) => number,
): number {
  let bytes = 0;
  foldRecords(records, models, batchRecords, (after) => {
    bytes += encode(after);
  });
  return bytes;
}

function timed(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
