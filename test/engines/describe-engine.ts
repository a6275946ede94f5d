import { describe, test } from 'vitest';
import type { EngineState } from './global-setup.ts';

/** Runs a suite on an engine; skips it by name when the engine is absent, fails when it was there and did not start. */
export function describeEngine<T>(name: string, engine: EngineState<T>, suite: (endpoints: T) => void): void {
  describe(name, () => {
    if (engine.kind === 'running') {
      suite(engine.endpoints);
      return;
    }
    const { kind, reason } = engine;
    test.skipIf(kind === 'absent')(`runs (${reason})`, () => {
      throw new Error(`${name} did not start: ${reason}`);
    });
  });
}
