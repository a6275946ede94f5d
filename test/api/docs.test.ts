import { expect, test } from 'vitest';
import { fixture } from './api-fixture.ts';
import { apiDocument, documentedOperations } from './documented-routes.ts';

/** Splits a command as a POSIX shell does: words between blanks, quotes of both kinds taken off. */
function words(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|"[^"]*"|\\'|[^\s'"])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"|\\'/g, (_, single, double) => single ?? double ?? "'"),
  );
}

test('every route has an example for the command line, and the API takes what it sends', async () => {
  const api = fixture();
  const page = await (await api.get('/docs')).text();
  const plain = (text: string) =>
    text
      .replace(/&quot;/g, '"')
      .replace(/&#39;/g, "'")
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&');
  const commands = [...page.matchAll(/<pre>(curl [^<]*)<\/pre>/g)].map((match) => plain(match[1] as string));
  const operations = documentedOperations(await apiDocument(api));
  expect(commands).toHaveLength(operations.length);
  for (const command of commands) {
    const [, ...rest] = words(command);
    const value = (flag: string) =>
      rest.flatMap((word, index) => (word === flag ? [rest[index + 1] ?? ''] : []));
    const url = new URL(rest.find((word) => word.startsWith('http://')) as string);
    const headers = value('-H')
      .filter((header) => !header.includes('$'))
      .map((header) => header.split(': ', 2) as [string, string]);
    const [body] = value('-d');
    const response = await api.app.request(url.pathname + url.search, {
      method: value('-X')[0] ?? 'GET',
      headers,
      ...(body === undefined ? {} : { body }),
    });
    // Nothing is stored here, so what the examples name is not found; but none is malformed.
    const told = response.status >= 400 ? await response.text() : await response.body?.cancel();
    expect([200, 201, 202, 204, 302, 404], `${command}\n${told}`).toContain(response.status);
  }
  api.close();
});
