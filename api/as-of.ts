import type { CustomerState } from '../operators/state/customer-state.ts';
import { msPerDay } from '../operators/state/customer-state.ts';
import { instant } from './present/amounts.ts';
import { HttpProblem } from './problems.ts';

/** How far ahead of now (or of the customer's last event, if later) an answer may look. */
const aheadMsMax = 5 * 365 * msPerDay;

/** The instant a read answers for, or why it can't. */
export type AsOf =
  | { readonly ok: true; readonly asOfMs: number }
  | { readonly ok: false; readonly reason: 'too-early' | 'too-far'; readonly limitMs: number };

/**
 * Chooses the instant: what was asked for, else now, else (when the customer's newest event lies ahead of the clock)
 * that event. What is kept of a customer can't answer for before the newest event.
 */
export function chooseAsOf(state: CustomerState, requestedMs: number | undefined, nowMs: number): AsOf {
  const lastMs = state.lifetime.lastEventAtMs;
  const presentMs = Math.max(nowMs, lastMs);
  if (requestedMs === undefined) return { ok: true, asOfMs: presentMs };
  if (requestedMs < lastMs) return { ok: false, reason: 'too-early', limitMs: lastMs };
  if (requestedMs > presentMs + aheadMsMax) {
    return { ok: false, reason: 'too-far', limitMs: presentMs + aheadMsMax };
  }
  return { ok: true, asOfMs: requestedMs };
}

/** What is wrong with the instant asked for, as a sentence. */
export function asOfRefusal(refused: Extract<AsOf, { ok: false }>): string {
  return refused.reason === 'too-early'
    ? `The last event of this customer is at ${instant(refused.limitMs)}: ask for that instant or later.`
    : `Answers look at most five years ahead: ask for ${instant(refused.limitMs)} or earlier.`;
}

/** As `chooseAsOf`. @throws {HttpProblem} `as-of-too-early` or `as-of-too-far`, with the instant that would do. */
export function requireAsOf(state: CustomerState, requestedMs: number | undefined, nowMs: number): number {
  const chosen = chooseAsOf(state, requestedMs, nowMs);
  if (chosen.ok) return chosen.asOfMs;
  const limit = instant(chosen.limitMs);
  const early = chosen.reason === 'too-early';
  throw new HttpProblem(early ? 'as-of-too-early' : 'as-of-too-far', {
    detail: asOfRefusal(chosen),
    extensions: early ? { lastEventAt: limit } : { latestAsOf: limit },
  });
}
