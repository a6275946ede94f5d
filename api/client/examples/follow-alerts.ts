import type { components } from '../schema.ts';
import type { TidemarkClient } from '../tidemark-client.ts';

type Migration = components['schemas']['Migration'];

/**
 * Calls for each customer who moves into a segment, from now on or from where `lastEventId` left off; each move once.
 * Gives the id to go on after.
 */
export async function onMovesInto(
  client: TidemarkClient,
  segment: Migration['to'],
  call: (move: Migration) => void,
  options: { lastEventId?: string; signal: AbortSignal },
): Promise<string | undefined> {
  let last = options.lastEventId;
  for await (const { id, event, data } of client.follow('/v1/alerts/stream', options)) {
    last = id ?? last;
    if (event !== 'migration') continue;
    const move = data as Migration;
    if (move.to === segment) call(move);
  }
  return last;
}
