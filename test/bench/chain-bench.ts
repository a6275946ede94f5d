import { applyEvents } from '../../operators/apply-events.ts';
import type { ActiveModels } from '../../operators/batch.ts';
import { type CustomerRecord, newCustomer } from '../../operators/customer-record.ts';
import { decodeStep } from '../../operators/decode-events.ts';
import type { PositionedEvent } from '../../operators/event/record.ts';
import { ConsumptionSample } from '../../operators/predict/consumption-sample.ts';
import { fitConsumptionModel } from '../../operators/predict/fit-consumption-model.ts';
import { fitSegments } from '../../operators/segments/fit-segments.ts';
import { segmentFeatures } from '../../operators/segments/segment-features.ts';
import { defaultStateOptions } from '../../operators/state/customer-state.ts';
import { encodeDecisions } from '../../operators/state/record-codec.ts';
import { encodeState } from '../../operators/state/state-codec.ts';
import { customerItem } from '../../sinks/customer-table.ts';

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

const decode = {
  currencies: { reportingCurrency: 'GBP', rates: {} },
  futureSkewMsMax: 3_600_000,
  itemsMax: 20_000,
};
/** What one read of a shard brings when the pipeline is behind. */
const batchRecords = 2_000;

/**
 * From the bytes of a record to the item to write, without a network: decode, duplicates, features, segment, prediction,
 * migration, encode. The models are fitted to the same data first, so that every step does its real work.
 */
export function benchChain(documents: readonly Uint8Array[], rounds: number): ChainBench {
  const models = fitModels(documents);
  const ratios: number[] = [];
  const packedRatios: number[] = [];
  let chainMs = Number.POSITIVE_INFINITY;
  let parseMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const parse = timed(() => parseAll(documents));
    const chain = timed(() => runChain(documents, models, encodeRecord));
    ratios.push(parse / chain);
    packedRatios.push(
      parse / timed(() => runChain(documents, models, (after) => Object.keys(customerItem(after)).length)),
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

/** Runs all documents through the chain's steps in batches; gives the bytes that would be written. */
function runChain(
  documents: readonly Uint8Array[],
  models: ActiveModels,
  encode: (after: CustomerRecord) => number,
): number {
  const records = new Map<string, CustomerRecord>();
  let bytes = 0;
  for (let start = 0; start < documents.length; start += batchRecords) {
    const slice = documents.slice(start, start + batchRecords);
    const [batch] = decodeStep(
      {
        shardId: 'shardId-000000000000',
        records: slice.map((data, index) => ({
          sequenceNumber: String(10 ** 15 + start + index),
          subSequence: 0,
          partitionKey: '',
          streamKey: '',
          data,
          arrivedAtMs: Date.now(),
        })),
        damaged: [],
        behindMs: 0,
        atTip: false,
        shardEnded: false,
      },
      decode,
    );
    const incomingById = new Map<string, PositionedEvent[]>();
    for (const positioned of batch?.events ?? []) {
      const { customerId } = positioned.event;
      const incoming = incomingById.get(customerId);
      if (incoming) incoming.push(positioned);
      else incomingById.set(customerId, [positioned]);
    }
    for (const [customerId, incoming] of incomingById) {
      const before = records.get(customerId) ?? newCustomer(customerId);
      const { after } = applyEvents(before, incoming, 'shardId-000000000000', models, defaultStateOptions);
      bytes += encode(after);
      records.set(customerId, after);
    }
  }
  return bytes;
}

function fitModels(documents: readonly Uint8Array[]): ActiveModels {
  const none: ActiveModels = { segments: undefined, consumption: undefined };
  const states = finalStates(documents, none);
  const atMs = Math.max(...states.map(({ state }) => state.lifetime.lastEventAtMs));
  const sample = new ConsumptionSample();
  for (const { state } of states) sample.add(state, atMs);
  // Fitted as of the middle of the data: both what came before and what came after the fit is then judged.
  const fittedAtMs = atMs - 180 * 86_400_000;
  const segments = fitSegments(
    states.map(({ state }) => segmentFeatures(state, atMs)),
    { version: 'segments-bench', fittedAtMs, seeds: [1], margin: 0.2 },
  );
  const consumption = fitConsumptionModel({ sample, fittedAtMs, version: 'consumption-bench' });
  if (!segments.ok || !consumption.ok) throw new Error('the bench data can not be fitted');
  return { segments: segments.model, consumption: consumption.model };
}

function finalStates(documents: readonly Uint8Array[], models: ActiveModels): CustomerRecord[] {
  const records = new Map<string, CustomerRecord>();
  documents.forEach((data, index) => {
    const record = {
      sequenceNumber: String(index + 1),
      subSequence: 0,
      partitionKey: '',
      streamKey: '',
      data,
      arrivedAtMs: Date.now(),
    };
    const [batch] = decodeStep(
      { shardId: 's', records: [record], damaged: [], behindMs: 0, atTip: false, shardEnded: false },
      decode,
    );
    for (const positioned of batch?.events ?? []) {
      const { customerId } = positioned.event;
      const before = records.get(customerId) ?? newCustomer(customerId);
      records.set(customerId, applyEvents(before, [positioned], 's', models, defaultStateOptions).after);
    }
  });
  return [...records.values()];
}

function timed(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
