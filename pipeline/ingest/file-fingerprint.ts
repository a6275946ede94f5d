import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { ConfigurationError } from '../../operators/errors.ts';

const endBytes = 64 * 1024;

/**
 * Recognises a file again wherever it lies: by its size and its first and last 64 KB, together with the settings that
 * decide which events it yields.
 * @throws ConfigurationError when the file can't be read.
 */
export async function fingerprintFile(
  path: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<{ fingerprint: string; bytes: number }> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const hash = createHash('sha256').update(JSON.stringify({ size, ...settings }));
      for (const position of [0, Math.max(0, size - endBytes)]) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(endBytes), 0, endBytes, position);
        hash.update(buffer.subarray(0, bytesRead));
      }
      return { fingerprint: `file:${hash.digest('hex').slice(0, 32)}`, bytes: size };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new ConfigurationError([`${path} can't be read: ${(error as Error).message}`], {
      cause: error,
      context: { path },
    });
  }
}
