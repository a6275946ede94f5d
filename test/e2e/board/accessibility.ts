import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** Violations of WCAG 2.2 A and AA, and of good practice, that weigh serious or critical; one line each. */
export async function seriousViolations(page: Page): Promise<string[]> {
  // Evaluated by the debugger, so the page's policy stays as it is.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(async () => {
    const { axe: injected } = window as unknown as { axe: { run(root: Document): Promise<AxeResults> } };
    return injected.run(document);
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => {
      const [first] = nodes;
      return `${id}, ${nodes.length} times: ${first?.html.slice(0, 160)} ${first?.failureSummary?.replace(/\s+/g, ' ').slice(0, 240) ?? ''}`;
    });
}
