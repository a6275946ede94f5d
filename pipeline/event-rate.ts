/** How far back the rate looks, whole seconds. */
const windowSeconds = 5;

/** Events a second over the last few seconds of the wall clock. Memory: one number a second of the window. */
export class EventRate {
  readonly #counts = new Map<number, number>();

  /** @param atMs wall clock, UTC milliseconds */
  note(events: number, atMs: number): void {
    const second = Math.floor(atMs / 1_000);
    this.#counts.set(second, (this.#counts.get(second) ?? 0) + events);
    for (const held of this.#counts.keys()) {
      if (held <= second - windowSeconds) this.#counts.delete(held);
    }
  }

  /** Over the four whole seconds before the present one, and as much as has passed of that. */
  perSecond(atMs: number): number {
    const second = Math.floor(atMs / 1_000);
    let events = 0;
    for (const [held, count] of this.#counts) {
      if (held > second - windowSeconds && held <= second) events += count;
    }
    return events / (windowSeconds - 1 + atMs / 1_000 - second);
  }
}
