import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Below this the saving does not reach a write unit (1 KB) often enough to pay for the work, bytes. */
const packFromBytes = 900;

/** A text as a string attribute, or deflated as a binary one when it is long and gets shorter by it. */
export function packText(text: string): string | Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length < packFromBytes) return text;
  const packed = deflateRawSync(bytes);
  return packed.length < bytes.length ? packed : text;
}

/** Undoes `packText`. */
export function unpackText(body: unknown): string {
  return typeof body === 'string' ? body : inflateRawSync(body as Uint8Array).toString('utf8');
}

/** What a packed text takes in an item, bytes. */
export function packedBytes(body: string | Uint8Array): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
}
