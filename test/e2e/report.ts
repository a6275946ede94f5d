/** What a check found, one line a comparison. */
export interface Report {
  /** A line of figures that nothing is judged by. */
  note(text: string): void;
  /** Passes when there are no differences; else fails with the first five of them. */
  expectNone(what: string, differences: readonly string[]): void;
  /** Passes when the condition holds. */
  expect(what: string, holds: boolean, found?: unknown): void;
  readonly failures: number;
}

const shownMax = 5;

/** Prints as it goes, so that a long run shows what is settled already. */
export function createReport(print: (line: string) => void): Report {
  let failures = 0;
  const report: Report = {
    note: (text) => print(`       ${text}`),
    expectNone(what, differences) {
      if (differences.length === 0) {
        print(`  ok   ${what}`);
        return;
      }
      failures += 1;
      print(`  FAIL ${what}: ${differences.length} differ`);
      for (const difference of differences.slice(0, shownMax)) print(`         ${difference}`);
    },
    expect(what, holds, found) {
      const suffix = found === undefined ? '' : `, found ${show(found)}`;
      report.expectNone(what, holds ? [] : [`expected otherwise${suffix}`]);
    },
    get failures() {
      return failures;
    },
  };
  return report;
}

/** A value on one line, cut to a readable length. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 600 ? `${text.slice(0, 600)}...` : text;
}

/** The fields of `expected` that `actual` has otherwise, as one line; undefined when there are none. */
export function differingFields(
  label: string,
  expected: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
): string | undefined {
  const differing = Object.keys(expected).filter((name) => !sameValue(expected[name], actual[name]));
  if (differing.length === 0) return undefined;
  const parts = differing.map((name) => `${name} ${show(actual[name])}, expected ${show(expected[name])}`);
  return `${label}: ${parts.join('; ')}`;
}

function sameValue(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || JSON.stringify(a) === JSON.stringify(b);
}
