import { applyEvents } from '../../operators/apply-events.ts';
import type { ActiveModels, DecodedBatch } from '../../operators/batch.ts';
import { type CustomerRecord, newCustomer } from '../../operators/customer-record.ts';
import type { UserStreamRecord } from '../../operators/deaggregate-records.ts';
import { decodeStep } from '../../operators/decode-events.ts';
import type { PositionedEvent } from '../../operators/event/record.ts';
import { ConsumptionSample } from '../../operators/predict/consumption-sample.ts';
import { fitConsumptionModel } from '../../operators/predict/fit-consumption-model.ts';
import { fitSegments } from '../../operators/segments/fit-segments.ts';
import { segmentFeatures } from '../../operators/segments/segment-features.ts';
import { defaultStateOptions } from '../../operators/state/customer-state.ts';

export const decodeOptions = {
  currencies: { reportingCurrency: 'GBP', rates: {} },
  futureSkewMsMax: 3_600_000,
  itemsMax: 20_000,
};

const shardId = 'shardId-000000000000';

/** Sequence numbers of real streams have 56 digits. */
const sequenceBase = 49590338271490256608559692538361571095921575989136588898n;

/** As it comes off the stream: under its customer as partition key, so that marks are raised and looked at. */
export function toRecord(data: Uint8Array, index: number): UserStreamRecord {
  const { customerId } = JSON.parse(new TextDecoder().decode(data)) as { customerId: string };
  return {
    sequenceNumber: String(sequenceBase + BigInt(index)),
    subSequence: 0,
    partitionKey: customerId,
    streamKey: customerId,
    data,
    arrivedAtMs: Date.now(),
  };
}

/** Takes records through the chain's pure steps in batches; `onCommit` gets each record as it would be written. */
export function foldRecords(
  all: readonly UserStreamRecord[],
  models: ActiveModels,
  batchRecords: number,
  onCommit: (after: CustomerRecord) => void = () => {},
): Map<string, CustomerRecord> {
  const customers = new Map<string, CustomerRecord>();
  for (let start = 0; start < all.length; start += batchRecords) {
    const incomingById = new Map<string, PositionedEvent[]>();
    for (const positioned of decoded(all.slice(start, start + batchRecords))?.events ?? []) {
      const { customerId } = positioned.event;
      const incoming = incomingById.get(customerId);
      if (incoming) incoming.push(positioned);
      else incomingById.set(customerId, [positioned]);
    }
    for (const [customerId, incoming] of incomingById) {
      const before = customers.get(customerId) ?? newCustomer(customerId);
      const { after } = applyEvents(before, incoming, shardId, models, defaultStateOptions);
      onCommit(after);
      customers.set(customerId, after);
    }
  }
  return customers;
}

/** Models fitted to the whole of the data, as of its middle: what came before and what came after is judged. */
export function fitBenchModels(records: readonly UserStreamRecord[]): ActiveModels {
  const none: ActiveModels = { segments: undefined, consumption: undefined };
  const states = [...foldRecords(records, none, records.length).values()].map(({ state }) => state);
  const firstAtMs = Math.min(...states.map(({ lifetime }) => lifetime.firstEventAtMs));
  const lastAtMs = Math.max(...states.map(({ lifetime }) => lifetime.lastEventAtMs));
  const sample = new ConsumptionSample();
  for (const state of states) sample.add(state, lastAtMs);
  const fittedAtMs = Math.round((firstAtMs + lastAtMs) / 2);
  const segments = fitSegments(
    states.map((state) => segmentFeatures(state, lastAtMs)),
    { version: 'segments-0001-bench0', fittedAtMs, seeds: [1], margin: 0.2 },
  );
  const consumption = fitConsumptionModel({ sample, fittedAtMs, version: 'consumption-0001-bench0' });
  if (!segments.ok || !consumption.ok) throw new Error('the bench data can not be fitted');
  return { segments: segments.model, consumption: consumption.model };
}

function decoded(records: readonly UserStreamRecord[]): DecodedBatch | undefined {
  const [batch] = decodeStep(
    { shardId, records, damaged: [], behindMs: 0, atTip: false, shardEnded: false },
    decodeOptions,
  );
  return batch;
}
