import type { BoardCheck } from '../board-context.ts';
import { untilSegments } from '../shop.ts';
import { welcome } from '../visitor.ts';

const ruleName = 'Anyone who <b>moves</b>';

export const ruleFires: BoardCheck = {
  name: 'rule-fires',
  promise: 'a rule is tried on what was, made, fires while it is watched, and is deleted again',
  async run({ browser, report, shop }) {
    await untilSegments(shop.origin);
    const visitor = await welcome(browser, shop);
    const { page } = visitor;
    await page.goto('/board/alerts/rules');
    await page.getByRole('link', { name: 'New rule', exact: true }).click();
    await page.getByRole('button', { name: 'Make the rule' }).click();
    await page.getByText('A rule needs a name.').first().waitFor();
    report.expect('a rule without a name is not sent', new URL(page.url()).pathname.endsWith('/new'));
    await page.getByLabel('Name of the rule').fill(ruleName);
    const to = page.getByRole('group', { name: 'To any of (none: all)' });
    for (const segment of ['Needs Attention', 'At Risk']) await to.getByLabel(segment).uncheck();
    await page.getByRole('button', { name: 'Test the rule' }).click();
    await page.locator('.sample').first().waitFor();
    report.expect('the dry run finds what was', (await page.locator('.sample').count()) > 0);
    await page.getByRole('button', { name: 'Add a target' }).click();
    await page.getByLabel('Address of target 2').fill('http://127.0.0.1:9/none-listens-here');
    await page.getByRole('button', { name: 'Make the rule' }).click();
    const secret = page.locator('.secret');
    await secret.waitFor();
    report.expect('the webhook’s secret is shown', /^whsec_/.test((await secret.textContent()) ?? ''));
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('link', { name: ruleName, exact: true }).waitFor();
    report.expect('the rule’s name is text', (await page.locator('h2 b').count()) === 0);

    await page.getByRole('link', { name: 'Fired by rules' }).click();
    const fired = page.locator('[data-alert-id]').first();
    await fired.waitFor({ timeout: 180_000 });
    report.expect('the rule fires', (await fired.getByText(ruleName).count()) === 1);
    const before = await fired.getAttribute('data-alert-id');
    await page.waitForFunction(
      (first) => document.querySelector('[data-alert-id]')?.getAttribute('data-alert-id') !== first,
      before,
      { timeout: 180_000 },
    );
    report.expect('and fires again in sight', true);
    await page.getByText('webhook').first().waitFor();
    report.expect(
      'each alert tells of both deliveries',
      (await fired.locator('.deliveries li').count()) === 2,
    );

    await page.getByRole('link', { name: 'Rules', exact: true }).click();
    await page.getByRole('link', { name: ruleName, exact: true }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('No rules yet').waitFor();
    report.expect('the rule is gone', true);
    report.expectNone('the browser complains of nothing', await visitor.complaints());
    await visitor.close();
  },
};
