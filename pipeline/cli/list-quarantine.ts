import type { Page, QuarantineStore, QuarantineSummary } from '../../sinks/stores.ts';

/** Goes on over short pages until `limit` records are found or none are left. */
export async function listQuarantine(
  quarantine: QuarantineStore,
  { limit, cursor, ...filter }: Parameters<QuarantineStore['list']>[0],
): Promise<Page<QuarantineSummary>> {
  const items: QuarantineSummary[] = [];
  let after = cursor;
  do {
    const page = await quarantine.list({ limit: limit - items.length, cursor: after, ...filter });
    items.push(...page.items);
    after = page.cursor;
  } while (after !== undefined && items.length < limit);
  return { items, cursor: after };
}
