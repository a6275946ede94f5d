import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { html } from 'hono/html';
import type { ApiContext, ApiEnv } from '../context.ts';
import { page, pageHeaders } from '../docs/page.ts';
import { HttpProblem } from '../problems.ts';

/** The board loads its own files and asks its own origin; nothing inline runs, and nothing comes from elsewhere. */
const boardPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface Asset {
  readonly mediaType: string;
  readonly etag: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly packed: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * Serves the board: one page for every address under `/board`, and its files. All are read once, at the start (half a
 * megabyte), so a request names one of them or nothing: no path reaches the file system. Without a folder the addresses
 * answer with a page that says how the board is to be had.
 */
export function boardRoutes(app: OpenAPIHono<ApiEnv>, { deps }: ApiContext): void {
  const { boardDirectory } = deps;
  if (boardDirectory === undefined) {
    app.get('/board', (c) => c.html(absentPage(), 404, pageHeaders));
    app.get('/board/*', (c) => c.html(absentPage(), 404, pageHeaders));
    return;
  }
  const index = readAsset(boardDirectory, 'index.html', 'text/html; charset=utf-8');
  const assets = readAssets(join(boardDirectory, 'assets'));
  app.get('/board/assets/:file', (c) => {
    const asset = assets.get(c.req.param('file'));
    if (asset === undefined) throw new HttpProblem('not-found');
    return send(c, asset, { 'Cache-Control': 'public, max-age=31536000, immutable' });
  });
  const board = (c: Context) =>
    send(c, index, { 'Cache-Control': 'no-cache', 'Content-Security-Policy': boardPolicy });
  app.get('/board', board);
  app.get('/board/*', board);
}

function readAssets(directory: string): ReadonlyMap<string, Asset> {
  const files = readdirSync(directory).filter((file) => extname(file) in mediaTypes);
  return new Map(
    files.map((file) => [file, readAsset(directory, file, mediaTypes[extname(file)] ?? 'text/plain')]),
  );
}

function readAsset(directory: string, file: string, mediaType: string): Asset {
  const bytes = new Uint8Array(readFileSync(join(directory, file)));
  const packed = readdirSync(directory).includes(`${file}.gz`)
    ? new Uint8Array(readFileSync(join(directory, `${file}.gz`)))
    : undefined;
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { mediaType, etag, bytes, packed };
}

function send(c: Context, asset: Asset, more: Readonly<Record<string, string>>): Response {
  const headers = { ...more, ETag: asset.etag, Vary: 'Accept-Encoding' };
  if (matches(c.req.header('If-None-Match'), asset.etag)) return c.body(null, 304, headers);
  const packs = asset.packed !== undefined && /\bgzip\b/.test(c.req.header('Accept-Encoding') ?? '');
  return c.body(packs && asset.packed ? asset.packed : asset.bytes, 200, {
    ...headers,
    'Content-Type': asset.mediaType,
    ...(packs ? { 'Content-Encoding': 'gzip' } : {}),
  });
}

/** @see RFC 9110, section 13.1.2: weak comparison */
function matches(header: string | undefined, etag: string): boolean {
  const given = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return given.includes(etag) || given.includes('*');
}

function absentPage() {
  return page(
    'Tidemark',
    html`<h1>The board is not here</h1>
<p>This process answers the API alone: it runs from its sources, and the board has not been built. <code>npm run build</code>
builds it.</p>
<p><a href="/docs">API documentation</a></p>`,
  );
}
