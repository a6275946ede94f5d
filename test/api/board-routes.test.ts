import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture } from './api-fixture.ts';

const script = 'console.log("a board");';
let directory: string;

/** A folder as the board's build leaves it. */
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tidemark-board-'));
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), '<!doctype html><div id="board"></div>');
  writeFileSync(join(directory, 'assets', 'main-AB12.js'), script);
  writeFileSync(join(directory, 'assets', 'main-AB12.js.gz'), gzipSync(script));
  writeFileSync(join(directory, 'assets', 'notes.txt'), 'not served');
  writeFileSync(join(directory, 'secret.js'), 'not under assets');
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the board', () => {
  it('answers every address under it with its page, which may load its own files and nothing else', async () => {
    const { get } = fixture({ boardDirectory: directory });
    for (const path of ['/board', '/board/', '/board/customers/a%2Fb%3Cscript%3E', '/board/assets']) {
      const answer = await get(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
      expect(answer.headers.get('Cache-Control')).toBe('no-cache');
      const policy = answer.headers.get('Content-Security-Policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(await answer.text()).toContain('id="board"');
    }
  });

  it('is where the first page leads', async () => {
    const answer = await fixture({ boardDirectory: directory }).get('/');
    expect([answer.status, answer.headers.get('Location')]).toEqual([302, '/board']);
  });

  it('has files that are kept for good, plain or packed', async () => {
    const { get } = fixture({ boardDirectory: directory });
    const plain = await get('/board/assets/main-AB12.js');
    expect(plain.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
    expect(plain.headers.get('Vary')).toContain('Accept-Encoding');
    expect(await plain.text()).toBe(script);
    const packed = await get('/board/assets/main-AB12.js', { 'Accept-Encoding': 'br, gzip' });
    expect(packed.headers.get('Content-Encoding')).toBe('gzip');
    expect(gunzipSync(await packed.arrayBuffer()).toString()).toBe(script);
  });

  it('is not sent again to who has it', async () => {
    const { get } = fixture({ boardDirectory: directory });
    for (const path of ['/board', '/board/assets/main-AB12.js']) {
      const etag = (await get(path)).headers.get('ETag') ?? '';
      expect(etag).toMatch(/^"[\w-]{22}"$/);
      const again = await get(path, { 'If-None-Match': `"other", W/${etag}` });
      expect([again.status, await again.text()]).toEqual([304, '']);
      expect((await get(path, { 'If-None-Match': '"other"' })).status).toBe(200);
    }
  });

  it('gives no file but its own, however it is asked', async () => {
    const { get } = fixture({ boardDirectory: directory });
    const names = [
      '..%2Fsecret.js',
      '%2e%2e%2fsecret.js',
      '..%5Csecret.js',
      'notes.txt',
      'main-AB12.js.gz',
      '__proto__',
      '%00',
    ];
    for (const name of names) {
      const answer = await get(`/board/assets/${name}`);
      expect([name, answer.status]).toEqual([name, 404]);
      expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
    }
    expect(await (await get('/board/assets/../secret.js')).text()).not.toContain('not under');
  });

  it('can only be read', async () => {
    const { app } = fixture({ boardDirectory: directory });
    expect((await app.request('/board', { method: 'POST' })).status).toBe(405);
  });
});

describe('a deployment without a board', () => {
  it('says so, and keeps a first page', async () => {
    const { get } = fixture();
    const absent = await get('/board/customers/1');
    expect(absent.status).toBe(404);
    expect(await absent.text()).toContain('The board is not here');
    expect((await get('/')).status).toBe(200);
  });
});
