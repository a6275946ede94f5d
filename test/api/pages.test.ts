import { expect, test } from 'vitest';
import { fixture, pipelineStatus } from './api-fixture.ts';

const customers = 48_151;
const api = fixture({ status: async () => pipelineStatus({ customers }) });
const figure = /48,?151/;

/** The first page as a browser gets it that takes this name for the machine's. */
async function firstPage(host: string): Promise<{ status: number; text: string }> {
  const response = await api.app.request(`http://${host}/`, { headers: { Host: host } });
  return { status: response.status, text: await response.text() };
}

test.each(['localhost', 'localhost:8080', '127.0.0.1:8080', '[::1]:8080', 'shop.localhost'])(
  'the first page has the figures under %s',
  async (host) => {
    const { status, text } = await firstPage(host);
    expect(status).toBe(200);
    expect(text).toMatch(figure);
  },
);

test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.7:8080'])(
  'without authentication the first page has none under %s, which may be a name of somebody else',
  async (host) => {
    const { status, text } = await firstPage(host);
    expect(status).toBe(200);
    expect(text).toContain('/docs');
    expect(text).not.toMatch(figure);
  },
);
