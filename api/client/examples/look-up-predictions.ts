import type { TidemarkClient } from '../tidemark-client.ts';

/** When a customer will probably order next, and with what probability they buy within 30 days. */
export async function nextOrderOf(client: TidemarkClient, id: string) {
  const { data, error } = await client.GET('/v1/customers/{id}/predictions', { params: { path: { id } } });
  if (error) throw new Error(`${error.title}: ${error.detail}`);
  const { nextOrder, purchaseProbability } = data.predictions;
  return { at: nextOrder.at, why: nextOrder.abstained, within30Days: purchaseProbability['30d'] };
}

/** The customers of a list who are slipping away: of those at risk, the least likely to buy within 90 days first. */
export async function slippingAway(client: TidemarkClient, ids: readonly string[]): Promise<string[]> {
  const { data, error } = await client.POST('/v1/predictions/batch-get', { body: { ids: [...ids] } });
  if (error) throw new Error(`${error.title}: ${error.detail}`);
  return data.results
    .filter(({ segment }) => segment?.name === 'At Risk')
    .sort((a, b) => chance(a) - chance(b))
    .map(({ customerId }) => customerId);
}

function chance({
  predictions,
}: {
  readonly predictions: { readonly purchaseProbability: { '90d': number | null } };
}) {
  return predictions.purchaseProbability['90d'] ?? 0;
}
