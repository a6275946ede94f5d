import type { z } from '@hono/zod-openapi';
import type { ActiveModels } from '../operators/batch.ts';
import type { CustomerRecord } from '../operators/customer-record.ts';
import { type CustomerView, viewCustomer } from '../operators/view-customer.ts';
import { requireAsOf } from './as-of.ts';
import type { ApiContext } from './context.ts';
import { instant, instantOrNull } from './present/amounts.ts';
import { HttpProblem } from './problems.ts';
import type { Versions } from './schemas/customer.ts';

/** One customer as stored, and the models to answer with. */
export interface LoadedCustomer {
  readonly record: CustomerRecord;
  readonly models: ActiveModels;
}

/** @throws {HttpProblem} `customer-not-found`. */
export async function loadCustomer(
  { deps, models }: ApiContext,
  customerId: string,
): Promise<LoadedCustomer> {
  const record = await deps.stores.customers.get(customerId);
  if (record === undefined) throw new HttpProblem('customer-not-found');
  return { record, models: await models.atLeast([record.standing?.modelVersion]) };
}

/** What a view is computed with; what an answer doesn't show costs no time. */
export interface Shown {
  readonly segment: boolean;
  readonly predictions: boolean;
}

/**
 * One customer at the instant asked for: features, and what of segment and predictions is shown, are computed here,
 * so what was stored earlier never shows.
 * @throws {HttpProblem} `customer-not-found`, `as-of-too-early`, `as-of-too-far`.
 */
export async function readCustomer(
  context: ApiContext,
  customerId: string,
  asOfMs: number | undefined,
  shown: Shown,
): Promise<LoadedCustomer & { readonly view: CustomerView }> {
  const loaded = await loadCustomer(context, customerId);
  const atMs = requireAsOf(loaded.record.state, asOfMs, context.deps.nowMs());
  const models = {
    segments: shown.segment ? loaded.models.segments : undefined,
    consumption: shown.predictions ? loaded.models.consumption : undefined,
  };
  return { ...loaded, view: viewCustomer(loaded.record, models, atMs) };
}

/** The fields that every answer about one customer begins with. */
export function presentEnvelope({ deps }: ApiContext, { record, models }: LoadedCustomer, asOfMs: number) {
  const versions: z.infer<typeof Versions> = {
    segments: models.segments?.version ?? null,
    consumption: models.consumption?.version ?? null,
    customer: record.version,
  };
  return {
    customerId: record.customerId,
    currency: deps.reportingCurrency,
    asOf: instant(asOfMs),
    watermark: instantOrNull(deps.watermarkMs()),
    versions,
  };
}
