import type { TidemarkClient } from '../tidemark-client.ts';

/** When a customer will probably order next, and with what probability they buy within 30 days. */
export async function nextOrderOf(client: TidemarkClient, id: string) {
  const { data, error } = await client.GET('/v1/customers/{id}/predictions', { params: { path: { id } } });
  if (error) throw new Error(`${error.title}: ${error.detail}`);
  const { nextOrder, purchaseProbability } = data.predictions;
  return { at: nextOrder.at, why: nextOrder.abstained, within30Days: purchaseProbability['30d'] };
}

/** The customers of a list who are slipping away: of those at risk, the likeliest to be lost first. */
export async function slippingAway(client: TidemarkClient, ids: readonly string[]): Promise<string[]> {
  const { data, error } = await client.POST('/v1/predictions/batch-get', { body: { ids: [...ids] } });
  if (error) throw new Error(`${error.title}: ${error.detail}`);
  return data.results
    .filter(({ segment }) => segment?.name === 'At Risk')
    .sort((a, b) => (a.predictions.probabilityAlive ?? 0) - (b.predictions.probabilityAlive ?? 0))
    .map(({ customerId }) => customerId);
}
