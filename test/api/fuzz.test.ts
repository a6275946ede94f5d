import { expect, test } from 'vitest';
import { activateModels, fixture, migration, purchase, storeCustomer } from './api-fixture.ts';
import { apiDocument, documentedOperations } from './documented-routes.ts';
import { faultOf, hostileRequests } from './hostile-requests.ts';

const requests = 600;
const seed = Number(process.env.TIDEMARK_FUZZ_SEED ?? Date.now() % 2 ** 31);

test(`${requests} hostile requests over all routes never fail and never tell what is inside`, async () => {
  console.log(`seed ${seed}`);
  const api = fixture({}, { accessLog: 'info' });
  const model = await activateModels(api.stores);
  await storeCustomer(api.stores, [purchase({ customerId: '12346' })], model);
  await api.stores.migrations.publish([migration(1), migration(2)]);
  const document = await apiDocument(api);
  const next = hostileRequests(document, seed);
  const faults: unknown[] = [];
  for (let index = 0; index < requests; index += 1) {
    const request = next();
    const { method, target, headers, body } = request;
    const response = await api.app.request(`http://localhost${target}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    } as RequestInit);
    const contentType = response.headers.get('Content-Type');
    const isStream = contentType?.startsWith('text/event-stream') ?? false;
    if (isStream) await response.body?.cancel();
    const fault = faultOf(request, {
      status: response.status,
      contentType,
      body: isStream ? '' : await response.text(),
    });
    if (fault !== undefined) faults.push({ fault, method, target: target.slice(0, 200), headers, body });
  }
  api.close();
  expect(faults.slice(0, 3)).toEqual([]);
  const documented = new Map(
    documentedOperations(document).map(({ method, path, responses }) => [
      `${method} ${path}`,
      Object.keys(responses),
    ]),
  );
  // The log names the route that answered; the board's pages are not part of the document.
  const undocumented = api.logs.flatMap(({ fields: { method, route, status } }) => {
    const name = `${method === 'HEAD' ? 'GET' : method} ${route}`;
    const isOurs = route !== null && !String(route).startsWith('/board');
    return isOurs && !documented.get(name)?.includes(String(status)) ? [`${name} ${status}`] : [];
  });
  expect([...new Set(undocumented)]).toEqual([]);
  expect(api.logs.length).toBeGreaterThan(requests);
});
