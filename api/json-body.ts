import type { Context } from 'hono';
import { HttpProblem } from './problems.ts';

/** Objects and arrays inside one another; a purchase event has three. */
const jsonDepthMax = 32;

/**
 * The request's body as JSON, whatever its media type says.
 * @throws {HttpProblem} `invalid-json` when it is empty, not UTF-8, not JSON, or nested deeper than 32 levels.
 */
export async function readJson(c: Context): Promise<unknown> {
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength === 0) throw new HttpProblem('invalid-json', { detail: 'The body is empty.' });
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new HttpProblem('invalid-json', { detail: 'The body is not UTF-8.' });
  }
  if (jsonDepth(text) > jsonDepthMax) {
    throw new HttpProblem('invalid-json', {
      detail: `The body is nested deeper than ${jsonDepthMax} levels.`,
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new HttpProblem('invalid-json', { detail: 'The body is not JSON.' });
  }
}

/** How deep objects and arrays are nested, brackets inside strings left out; for text that is not JSON, any number. */
function jsonDepth(text: string): number {
  let depth = 0;
  let depthMax = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) depthMax = Math.max(depthMax, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return depthMax;
}
