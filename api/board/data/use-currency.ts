import { useEffect, useState } from 'preact/hooks';
import type { Segments } from './answers.ts';
import { useResource } from './use-resource.ts';

let known = '';

/** The reporting currency, empty until the API has said it; it never changes while the page is open. */
export function useCurrency(): string {
  const [currency, setCurrency] = useState(known);
  const { data } = useResource<Pick<Segments, 'currency'>>(currency === '' ? '/v1/status' : undefined);
  useEffect(() => {
    if (data === undefined) return;
    known = data.currency;
    setCurrency(known);
  }, [data]);
  return currency;
}
