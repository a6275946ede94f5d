import type { components } from '../schema.ts';
import type { TidemarkClient } from '../tidemark-client.ts';

type Purchase = components['schemas']['PurchaseEvent'];

/**
 * Sends purchases once, however often it is tried: where all were taken the key makes a repetition get the first answer,
 * and each event counts once by its `eventId` anyway. Gives what was not taken, with the reason.
 */
export async function sendPurchases(client: TidemarkClient, purchases: Purchase[], key: string) {
  const { data, error } = await client.POST('/v1/events', {
    params: { header: { 'Idempotency-Key': key } },
    body: purchases,
  });
  const results = data?.results ?? (error && 'results' in error ? error.results : undefined);
  if (results === undefined) throw new Error(`${error?.title}: ${error?.detail}`);
  return results.filter(({ status }) => status !== 'accepted');
}
