import type { z } from '@hono/zod-openapi';
import { createApp } from '../../api/create-app.ts';
import type { ApiDependencies, PipelineStatus, PopulationReader } from '../../api/dependencies.ts';
import type { ApiOptions } from '../../api/options.ts';
import type { Problem } from '../../api/schemas/shared.ts';
import { type CustomerRecord, newCustomer } from '../../operators/customer-record.ts';
import { decodeDocument } from '../../operators/event/decode-event.ts';
import type { PurchaseDocument } from '../../operators/event/event-document.ts';
import type { PurchaseEvent, Rejection } from '../../operators/event/purchase-event.ts';
import { PopulationView } from '../../operators/population/population-view.ts';
import type { ConsumptionModel } from '../../operators/predict/consumption-model.ts';
import { startStanding } from '../../operators/segments/advance-standing.ts';
import {
  type Migration,
  type SegmentModel,
  segmentFeatureNames,
  segmentNames,
} from '../../operators/segments/segment-model.ts';
import { foldEvents } from '../../operators/state/fold-events.ts';
import { rebuildPopulation } from '../../pipeline/jobs/recount-tables.ts';
import { LivePopulation } from '../../pipeline/live-population.ts';
import type { Stores } from '../../sinks/stores.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';

/** The instant all these tests take for now, unless they say otherwise. */
export const nowMs = Date.parse('2011-12-10T00:00:00Z');

let serial = 0;

/** A valid wire document; each has its own event id. */
export function purchase(overrides: Partial<PurchaseDocument> = {}): PurchaseDocument {
  serial += 1;
  return {
    v: 1,
    type: 'purchase',
    eventId: `event-${serial}`,
    customerId: '12346',
    orderId: `order-${serial}`,
    occurredAt: '2011-12-01T10:00:00Z',
    currency: 'GBP',
    items: [{ productId: '85123A', quantity: 6, unitPrice: 2.55 }],
    ...overrides,
  };
}

/** The decoder of the stream, as deployments give it to the API. */
function validate(document: unknown): PurchaseEvent | Rejection {
  const currencies = { reportingCurrency: 'GBP', rates: { EUR: 0.85 } };
  const decoded = decodeDocument(document, nowMs, {
    currencies,
    futureSkewMsMax: 3_600_000,
    itemsMax: 20_000,
  });
  if (decoded.kind === 'event') return decoded.event;
  if (decoded.kind === 'rejected') return decoded.rejection;
  return { reason: 'unsupported-type', detail: 'a tick is no purchase' };
}

function event(document: PurchaseDocument): PurchaseEvent {
  const checked = validate(document);
  if ('reason' in checked) throw new Error(`${checked.reason}: ${checked.detail}`);
  return checked;
}

/** Eight centroids, from recent and frequent to long ago and rare. */
export function segmentModel(overrides: Partial<SegmentModel> = {}): SegmentModel {
  return {
    version: 'segments-1',
    fittedAtMs: Date.parse('2011-01-01T00:00:00Z'),
    sampleSize: 800,
    transforms: segmentFeatureNames.map((feature) => ({ feature, kind: 'log1p', mean: 3, deviation: 1 })),
    names: segmentNames,
    centroids: segmentNames.map((_, index) => [index / 2 - 2, 1, 1 - index / 3, 2 - index / 2]),
    margin: 0.1,
    quality: { inertia: 1, sizes: segmentNames.map(() => 100), silhouette: 0.4, iterations: 9 },
    ...overrides,
  };
}

const replenishment = {
  r: 0.5,
  alphaPurchaseDays: 4,
  a: 1,
  b: 4,
  method: 'maximum-likelihood',
  regularity: { shape: 1.2, weightGaps: 4 },
} as const;

export function consumptionModel(overrides: Partial<ConsumptionModel> = {}): ConsumptionModel {
  return {
    version: 'consumption-1',
    fittedAtMs: Date.parse('2011-01-01T00:00:00Z'),
    sampleSize: 800,
    bgNbd: {
      r: 0.243,
      alphaDays: 30.9,
      a: 0.793,
      b: 2.426,
      logLikelihood: -9582.4,
      method: 'maximum-likelihood',
    },
    gammaGamma: {
      p: 6.25,
      q: 3.74,
      v: 15.44,
      logLikelihood: -4055.92,
      customers: 946,
      method: 'maximum-likelihood',
    },
    regularity: { shape: 1.5, weightGaps: 4 },
    replenishment: { products: replenishment, categories: replenishment },
    ...overrides,
  };
}

export function migration(ordinal: number, overrides: Partial<Migration> = {}): Migration {
  const customerId = overrides.customerId ?? '12346';
  return {
    id: `${customerId}-${ordinal}`,
    customerId,
    ordinal,
    atMs: Date.parse('2011-06-01T00:00:00Z') + ordinal * 86_400_000,
    from: 'Loyal',
    to: 'At Risk',
    cause: 'time',
    reasons: [{ feature: 'recencyDays', value: 41.5, before: 12.125, weight: 0.9 }],
    distanceFrom: 1.4,
    distanceTo: 1.2,
    modelVersion: 'segments-1',
    spend365Micros: 1_234_560_000,
    ...overrides,
  };
}

/** Stores the purchases and the record that they fold into, with the standing at the last one. */
export async function storeCustomer(
  stores: Stores,
  documents: readonly PurchaseDocument[],
  model?: SegmentModel,
): Promise<CustomerRecord> {
  const events = documents.map(event);
  const blank = newCustomer(events[0]?.customerId as string);
  const { state } = foldEvents(blank.state, events);
  const standing =
    model === undefined ? undefined : startStanding(state, model, state.lifetime.lastEventAtMs, 'event');
  const record = { ...blank, version: 1, state, standing };
  await stores.customers.put(record);
  await stores.purchases.putMany(events);
  return record;
}

export function pipelineStatus(overrides: Partial<PipelineStatus> = {}): PipelineStatus {
  return {
    watermarkMs: Date.parse('2011-12-09T12:50:00Z'),
    clock: 'event',
    shards: [],
    customers: 1,
    segmentCounts: { Champions: 1 },
    migrationsByCause: { time: 2 },
    quarantinedByReason: {},
    duplicates: 0,
    eventsApplied: 3,
    eventsPerSecond: 2,
    countedAtMs: Date.parse('2011-12-09T12:50:00Z'),
    ...overrides,
  };
}

/** The population as it is stored at the moment of asking. */
export function populationOf(stores: Stores): PopulationReader {
  const rebuilt = async () => {
    const view = new PopulationView();
    await rebuildPopulation(stores, view);
    const consumption = await stores.models.active('consumption');
    return new LivePopulation(view, {
      nowMs: () => nowMs,
      consumption: async () => consumption,
      forecasts: () => stores.checkpoints.forecasts(),
    });
  };
  return {
    summary: async () => (await rebuilt()).summary(),
    history: async () => (await rebuilt()).history(),
    forecasts: () => stores.checkpoints.forecasts(),
    members: async (segment, order) => (await rebuilt()).members(segment, order),
  };
}

export interface Fixture {
  readonly app: ReturnType<typeof createApp>;
  readonly stores: Stores;
  readonly published: unknown[];
  readonly logs: {
    readonly level: string;
    readonly message: string;
    readonly fields: Record<string, unknown>;
  }[];
  readonly close: () => void;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  readonly post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Response>;
}

/** An app on stores in memory; text bodies are sent as they are, others as JSON. */
export function fixture(deps: Partial<ApiDependencies> = {}, options: Partial<ApiOptions> = {}): Fixture {
  const stores = deps.stores ?? memoryStores();
  const closing = new AbortController();
  const published: unknown[] = [];
  const logs: Fixture['logs'] = [];
  const app = createApp(
    {
      stores,
      authentication: { kind: 'off' },
      eventLoopLagMs: () => 0,
      nowMs: () => nowMs,
      watermarkMs: () => Date.parse('2011-12-09T12:50:00Z'),
      status: async () => pipelineStatus(),
      population: populationOf(stores),
      ready: async () => ({ ready: true, reasons: [] }),
      validate,
      publish: async (documents) => {
        published.push(...documents);
        return documents.map(() => ({ ok: true }));
      },
      replayQuarantined: async () => ({ kind: 'unknown' }),
      alertTargets: { webhooks: { loopback: true }, topics: [], buses: [] },
      metrics: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: 'up 1\n' }),
      reportingCurrency: 'GBP',
      closing: closing.signal,
      log: (level, message, fields) => logs.push({ level, message, fields }),
      ...deps,
    },
    { modelAgeMsMax: 0, accessLog: 'off', ...options },
  );
  return {
    app,
    stores,
    published,
    logs,
    close: () => closing.abort(),
    get: async (path, headers = {}) => app.request(path, { headers }),
    post: async (path, body, headers = {}) =>
      app.request(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}

/** Activates both models. */
export async function activateModels(stores: Stores): Promise<SegmentModel> {
  const model = segmentModel();
  await stores.models.put('segments', model);
  await stores.models.activate('segments', model.version);
  await stores.models.put('consumption', consumptionModel());
  await stores.models.activate('consumption', 'consumption-1');
  return model;
}

/** The body of an answer, in the type its route promises. */
export async function bodyOf<T = z.infer<typeof Problem>>(
  response: Response | Promise<Response>,
): Promise<T> {
  return (await (await response).json()) as T;
}
