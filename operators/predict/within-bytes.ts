const encoder = new TextEncoder();

/**
 * The first entries whose texts take at most so many bytes together (UTF-8), each text counted where it first occurs: what
 * repeats costs next to nothing in a model that is stored deflated. Bounds a stored model where ids are long.
 */
export function withinBytes<T>(
  entries: readonly T[],
  textsOf: (entry: T) => readonly (string | undefined)[],
  bytesMax: number,
): T[] {
  const seen = new Set<string>();
  let bytes = 0;
  const first = entries.findIndex((entry) => {
    for (const text of textsOf(entry)) {
      if (text === undefined || seen.has(text)) continue;
      seen.add(text);
      bytes += encoder.encode(text).byteLength;
    }
    return bytes > bytesMax;
  });
  return entries.slice(0, first < 0 ? entries.length : first);
}
