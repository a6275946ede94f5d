import type { Type } from 'avsc';
import { InvariantError } from '../errors.ts';

/** Encodes a value as one byte of schema version and its Avro bytes. */
export function encodeVersioned(type: Type, version: number, value: unknown): Uint8Array {
  const body = type.toBuffer(value);
  const bytes = new Uint8Array(body.byteLength + 1);
  bytes[0] = version;
  bytes.set(body, 1);
  return bytes;
}

/**
 * Decodes what `encodeVersioned` wrote.
 * @param what named in the error
 * @throws InvariantError for another schema version, or bytes that are no such value: never guessed at.
 */
export function decodeVersioned<T>(type: Type, version: number, bytes: Uint8Array, what: string): T {
  if (bytes[0] !== version) {
    throw new InvariantError(`${what} has schema version ${bytes[0]}, expected ${version}`);
  }
  try {
    return type.fromBuffer(Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.byteLength - 1)) as T;
  } catch (error) {
    throw new InvariantError(`${what} can't be decoded`, {
      cause: error instanceof Error ? error.message : error,
    });
  }
}
