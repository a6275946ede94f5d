import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PageOf, SegmentMember, Segments } from '../../../../api/board/data/answers.ts';
import type { ModelSummary } from '../../../../api/board/data/model-answers.ts';
import { getJson } from '../../product.ts';
import { projectRoot } from '../../workspace.ts';
import { seriousViolations } from '../accessibility.ts';
import type { BoardCheck } from '../board-context.ts';
import { untilSegments } from '../shop.ts';
import { welcome } from '../visitor.ts';

/** Both themes wide and narrow; what lies between is looked at in one. */
const looks = [
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 1440 },
  { theme: 'light', width: 768 },
  { theme: 'light', width: 390 },
  { theme: 'dark', width: 390 },
] as const;

export const allViews: BoardCheck = {
  name: 'all-views',
  promise:
    'every view in light and dark, wide and narrow: nothing serious for axe, nothing wider than the screen',
  async run({ browser, report, shop }) {
    const views = await viewsOf(shop.origin);
    const screenshots = join(projectRoot, '.screenshots');
    await mkdir(screenshots, { recursive: true });
    const violations: string[] = [];
    const wide: string[] = [];
    const undrawn: string[] = [];
    const complaints: string[] = [];
    for (const { theme, width } of looks) {
      const visitor = await welcome(browser, { ...shop, theme, width });
      const { page } = visitor;
      for (const [name, path] of Object.entries(views)) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        // Streams stay open, so the network is never idle: drawn is what has no placeholder left.
        const drawn = await page
          .waitForFunction(() => document.querySelector('.skeleton') === null)
          .then(
            () => true,
            () => false,
          );
        if (!drawn) undrawn.push(`${name}, ${theme}, ${width}`);
        await page.waitForTimeout(400);
        await page.screenshot({ path: join(screenshots, `${name}-${width}-${theme}.png`), fullPage: true });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (overflow > 0) wide.push(`${name} at ${width}: ${overflow} px too wide`);
        if (width !== 768) {
          const found = await seriousViolations(page);
          violations.push(...found.map((violation) => `${name}, ${theme}, ${width}: ${violation}`));
        }
        complaints.push(...(await visitor.complaints()).map((complaint) => `${name}: ${complaint}`));
      }
      await visitor.close();
    }
    report.note(`${Object.keys(views).length} views, pictures in .screenshots/`);
    report.expectNone('axe finds nothing serious or critical', violations);
    report.expectNone('every view is drawn to its end', undrawn);
    report.expectNone('no view is wider than its screen', wide);
    report.expectNone('the browser complains of nothing', [...new Set(complaints)]);
  },
};

/** A deep link to each view, with something in it. */
async function viewsOf(origin: string): Promise<Record<string, string>> {
  const segments: Segments = await untilSegments(origin);
  const largest = [...segments.segments].sort((a, b) => b.size - a.size)[0];
  const slug = largest?.slug ?? 'loyal';
  const members = await getJson<PageOf<SegmentMember>>(`${origin}/v1/segments/${slug}/customers?limit=1`);
  const models = await getJson<PageOf<ModelSummary>>(`${origin}/v1/models?limit=10`);
  const model = (kind: ModelSummary['kind']) => models.items.find((each) => each.kind === kind)?.id ?? '';
  return {
    live: '/board',
    segments: '/board/segments',
    segment: `/board/segments/${slug}`,
    flows: '/board/flows',
    customers: '/board/customers',
    customer: `/board/customers/${encodeURIComponent(members.items[0]?.customerId ?? '')}`,
    'no-customer': '/board/customers/nobody',
    alerts: '/board/alerts',
    fired: '/board/alerts/fired',
    rules: '/board/alerts/rules',
    'new-rule': '/board/alerts/rules/new',
    quarantine: '/board/quarantine',
    models: '/board/models',
    'segment-model': `/board/models/${model('segments')}`,
    'consumption-model': `/board/models/${model('consumption')}`,
    about: '/board/about',
    nowhere: '/board/nowhere',
  };
}
