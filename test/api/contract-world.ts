import type { ApiDependencies } from '../../api/dependencies.ts';
import { type Schemas, schemaExample } from '../../api/docs/schema-example.ts';
import type { ApiOptions } from '../../api/options.ts';
import { evaluateMigration } from '../../operators/alerts/evaluate-rule.ts';
import {
  type AlertOccasion,
  deliveryId,
  fireAlert,
  firstDeliveries,
} from '../../operators/alerts/fired-alert.ts';
import { quarantined } from '../contracts/records.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import { alertRule } from '../operators/alerts/rules.ts';
import { activateModels, type Fixture, fixture, migration, purchase, storeCustomer } from './api-fixture.ts';
import type { ApiDocument, DocumentedOperation } from './documented-routes.ts';

/** An app with one of everything stored, and the ids by which a path finds each. */
export interface ContractWorld {
  readonly api: Fixture;
  /** A request that the operation answers with success. */
  readonly good: (operation: DocumentedOperation) => GoodRequest;
}

export interface GoodRequest {
  readonly path: string;
  readonly init: RequestInit & { readonly headers: Record<string, string> };
}

/** A population of one customer with moves, a rule whose delivery was given up, and a quarantined record. */
export async function contractWorld(
  document: ApiDocument,
  deps: Partial<ApiDependencies> = {},
  options: Partial<ApiOptions> = {},
): Promise<ContractWorld> {
  const stores = memoryStores(() => Date.parse('2011-12-09T00:00:00Z'));
  const api = fixture(
    { stores, replayQuarantined: async () => ({ kind: 'replayed', eventId: 'event-1' }), ...deps },
    { streamPollMs: 5, accessLog: 'info', ...options },
  );
  const model = await activateModels(stores);
  const days = ['2011-03-01', '2011-06-01', '2011-09-01', '2011-12-01'];
  await storeCustomer(
    stores,
    days.map((day) => purchase({ customerId: '12346', occurredAt: `${day}T10:00:00Z` })),
    model,
  );
  await stores.migrations.publish([migration(1), migration(2)]);
  const rule = alertRule();
  await stores.alerts.putRule(rule);
  const occasion = evaluateMigration({ kind: 'migration' }, migration(1)) as AlertOccasion;
  const alert = fireAlert(rule, occasion, Date.parse('2011-12-08T00:00:00Z'), false);
  await stores.alerts.fire([alert]);
  const delivery = firstDeliveries(alert).at(-1);
  if (delivery === undefined) throw new Error('the alert has no delivery');
  await stores.alerts.putDelivery({ ...delivery, status: 'dead', dueAtMs: undefined, version: 2 });
  await stores.quarantine.putMany([quarantined({})]);
  const [entry] = (await stores.quarantine.list({ limit: 1 })).items;
  const ids: Record<string, string | undefined> = {
    customers: '12346',
    segments: 'loyal',
    models: 'segments-1',
    rules: rule.id,
    deliveries: deliveryId(delivery),
    quarantine: entry?.id,
    problems: 'internal',
  };
  return { api, good: (operation) => goodRequest(operation, document, ids) };
}

function goodRequest(
  { method, path, requestBody }: DocumentedOperation,
  document: ApiDocument,
  ids: Record<string, string | undefined>,
): GoodRequest {
  const kind = path.split('/').find((part) => part in ids) ?? '';
  const filled = path.replace(/\{\w+\}/g, () => encodeURIComponent(ids[kind] ?? 'nothing'));
  const schema = requestBody?.content?.['application/json']?.schema;
  const body =
    schema === undefined
      ? undefined
      : JSON.stringify(schemaExample(schema, document.components.schemas as Schemas));
  return {
    path: filled,
    init: {
      method,
      headers: { 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    },
  };
}

/** Stores and dependencies of which every one fails with an error that must not be told. */
export function brokenDependencies(error: () => Error): Partial<ApiDependencies> {
  const broken = () => Promise.reject(error());
  const store = new Proxy({}, { get: () => broken });
  const stores = new Proxy({}, { get: () => store }) as ApiDependencies['stores'];
  return {
    stores,
    status: broken,
    population: store as ApiDependencies['population'],
    metrics: broken,
    replayQuarantined: broken,
    validate: () => {
      throw error();
    },
  };
}
