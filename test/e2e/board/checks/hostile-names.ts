import type { BoardCheck } from '../board-context.ts';
import { untilAnswer } from '../shop.ts';
import { welcome } from '../visitor.ts';

/** Ids that mean something to HTML, to addresses, or to the drawing of text. */
const ids = [
  '"><img src=x onerror="window.__injected=1">',
  "'-window.__injected=1-'",
  'a/b?c=d#e%2F..',
  '</script><script>window.__injected=1</script>',
  'javascript:window.__injected=1',
  '\u202eevil\u202c',
  '__proto__',
];

export const hostileNames: BoardCheck = {
  name: 'hostile-names',
  promise: 'ids and names from outside are text, whatever they hold',
  async run({ browser, report, shop }) {
    const { now } = (await (await fetch(`${shop.origin}/v1/status`)).json()) as { now: string };
    const events = ids.flatMap((customerId, index) =>
      [0, 1, 2, 3].map((order) => ({
        v: 1,
        type: 'purchase',
        eventId: `hostile-${index}-${order}`,
        customerId,
        orderId: `<u>${index}-${order}</u>`,
        occurredAt: new Date(Date.parse(now) - (4 - order) * 5 * 86_400_000).toISOString(),
        currency: 'GBP',
        items: [
          {
            productId: `<i onclick=x>${customerId}</i>`,
            category: '<b>bold</b>',
            quantity: 1,
            unitPrice: 900,
          },
        ],
      })),
    );
    const accepted = await fetch(`${shop.origin}/v1/events`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(events),
    });
    report.expect('the shop takes them in', accepted.ok, `${accepted.status} ${await accepted.text()}`);

    const visitor = await welcome(browser, shop);
    const { page } = visitor;
    const odd: string[] = [];
    for (const id of ids) {
      await untilAnswer(`${shop.origin}/v1/customers/${encodeURIComponent(id)}`, () => true);
      await page.goto('/board/customers');
      await page.getByLabel('Customer id', { exact: true }).fill(id);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Products due' }).waitFor();
      const heading = await page.getByRole('heading', { level: 1 }).textContent();
      if (heading !== id) odd.push(`the page of ${id} is headed ${heading}`);
      const foreign = await page.locator('main img, main script, main i[onclick], main u, main b').count();
      if (foreign > 0) odd.push(`${id} became ${foreign} elements`);
      const chart = page.locator('.chart canvas').first();
      await chart.waitFor();
      const box = await chart.boundingBox();
      if (box) await page.mouse.move(box.x + box.width - 40, box.y + box.height / 2);
      await page.reload();
      await page.getByRole('heading', { name: 'Products due' }).waitFor();
      if ((await page.getByRole('heading', { level: 1 }).textContent()) !== id)
        odd.push(`${id} is lost by a reload`);
    }
    report.expectNone(`${ids.length} hostile ids are shown as they are, also by their address`, odd);
    report.expectNone('the browser complains of nothing', await visitor.complaints());
    await visitor.close();
  },
};
