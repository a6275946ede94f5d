import { expect, test } from 'vitest';
import { problemKinds } from '../../api/problems.ts';
import { bodyOf, fixture } from './api-fixture.ts';

interface Document {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly responses: Record<string, { readonly description: string; readonly content?: object }>;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
}

const read = () => bodyOf<Document>(fixture().get('/openapi.json'));

test('every route that is served is documented, and nothing else', async () => {
  const { app } = fixture();
  const { paths } = await read();
  const documented = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const served = app.routes
    // The board is a page and its files, not part of the API.
    .filter(({ method, path }) => method !== 'ALL' && !path.startsWith('/board'))
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  expect(documented.toSorted()).toEqual([...new Set(served)].toSorted());
  expect(documented.length).toBeGreaterThan(15);
});

test('the document is whole: version, references, tags, parameters of paths, answers', async () => {
  const document = await read();
  expect(document.openapi).toBe('3.1.0');
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    (match) => match[1],
  );
  expect(references.length).toBeGreaterThan(20);
  expect(references.filter((name) => !(String(name) in document.components.schemas))).toEqual([]);
  expect(text).not.toMatch(/"nullable":/);
  const tags = document.tags.map(({ name }) => name);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const where = `${method} ${path}`;
      expect(operation.summary, where).toBeTruthy();
      expect(tags, where).toContain(operation.tags?.[0]);
      expect(
        Object.values(operation.responses).every(({ description }) => description !== ''),
        where,
      ).toBe(true);
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(
        inPath.map(({ name }) => name),
        where,
      ).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
      expect(inPath.every(({ required }) => required === true)).toBe(true);
    }
  }
});

test('the documentation shows every route and every problem', async () => {
  const page = await (await fixture().get('/docs')).text();
  for (const [path, item] of Object.entries((await read()).paths)) {
    for (const [method, { summary }] of Object.entries(item)) {
      expect(page).toContain(`<span class="method">${method.toUpperCase()}</span> <code>${path}</code>`);
      expect(page).toContain(summary?.replace('&', '&amp;'));
    }
  }
  for (const kind of Object.keys(problemKinds)) expect(page).toContain(`/problems/${kind}`);
  expect(page).toContain('&quot;probabilityAlive&quot;');
  expect(page).not.toContain('[object Object]');
  expect(page).not.toContain('undefined');
});

test.each(['/', '/docs', '/problems/internal'])(
  'the page %s loads nothing and runs nothing',
  async (path) => {
    const response = await fixture().get(path);
    const page = await response.text();
    expect(response.headers.get('Content-Type')).toContain('text/html');
    expect(page).not.toMatch(/="?https?:|src=|<script|<link|<img|<iframe|url\(|@import|\son\w+=|\sstyle=/i);
    const policy = response.headers.get('Content-Security-Policy') as string;
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] as string;
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
    expect(policy).toContain(`style-src 'sha256-${Buffer.from(digest).toString('base64')}'`);
    expect(page).toMatch(/prefers-color-scheme: dark/);
  },
);

test('links between pages lead somewhere', async () => {
  const api = fixture();
  for (const path of ['/', '/docs']) {
    const page = await (await api.get(path)).text();
    const links = [...page.matchAll(/href="([^"]+)"/g)].map((match) => match[1] as string);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) {
      if (link.startsWith('#')) expect(page).toContain(`id="${link.slice(1)}"`);
      else if (link !== '/v1/alerts/stream') expect((await api.get(link)).status, link).toBe(200);
    }
  }
});

test('the first page shows the live figures, and stands without them', async () => {
  expect(await (await fixture().get('/')).text()).toContain('<td>Champions</td><td>1</td>');
  const api = fixture({ status: () => Promise.reject(new Error('<b>down</b>')) });
  const response = await api.get('/');
  expect(response.status).toBe(200);
  const page = await response.text();
  expect(page).toContain('not available');
  expect(page).not.toContain('down');
});
