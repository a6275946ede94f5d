import { writeFile } from 'node:fs/promises';
import { runTidemark, startProduct } from '../../product.ts';
import { seriousViolations } from '../accessibility.ts';
import type { BoardCheck } from '../board-context.ts';
import { welcome } from '../visitor.ts';

/** A new key and the line that lets it in. */
async function makeKey(name: string, scope: string): Promise<{ key: string; line: string }> {
  const { stdout } = await runTidemark(['api-key', 'create', '--name', name, '--scopes', scope]);
  const [, key = '', line = ''] = /key:\s+(\S+)\nstore:\s+(\S+)/.exec(stdout) ?? [];
  return { key, line };
}

export const signsIn: BoardCheck = {
  name: 'signs-in',
  promise:
    'where keys are asked for, the board asks for one, keeps it for the tab, and says what it may not do',
  async run({ browser, report, workspace }) {
    const reader = await makeKey('reader', 'read');
    const admin = await makeKey('admin', 'admin');
    const keys = workspace.path('keys');
    await writeFile(keys, `${reader.line}\n${admin.line}\n`);
    const product = startProduct(await workspace.fresh('keyed'), ['--no-feed', '--api-keys-file', keys]);
    const origin = await product.url();
    const visitor = await welcome(browser, { origin });
    const { page } = visitor;
    await page.goto('/board');
    const dialog = page.getByRole('dialog', { name: 'Sign in' });
    await dialog.waitFor();
    report.expectNone('the prompt passes axe', await seriousViolations(page));
    const field = dialog.getByLabel('API key or token');
    await field.fill('not-a-key');
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.getByText('does not know this key').waitFor();
    report.expect('a wrong key is refused in words', true);
    await field.fill(reader.key);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('.topbar .pill[data-kind="open"]').waitFor();
    report.expect('a good key opens the streams', !(await dialog.isVisible()));
    await page.reload();
    await page.locator('.topbar .pill[data-kind="open"]').waitFor();
    report.expect('it lasts over a reload', !(await dialog.isVisible()));

    await page.goto('/board/alerts/rules/new');
    await page.getByText('Your key may look at rules and try them out').waitFor();
    report.expect(
      'what a reader may not do is said beforehand',
      await page.getByRole('button', { name: 'Make the rule' }).isDisabled(),
    );
    await page.goto('/board/about');
    await page.getByText('reader').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await dialog.waitFor();
    const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
    report.expect('after signing out nothing of the key is kept', !kept.includes(reader.key), kept);
    await field.fill(admin.key);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('admin').first().waitFor();
    const other = await visitor.context.newPage();
    await other.goto('/board');
    await other.getByRole('dialog', { name: 'Sign in' }).waitFor();
    report.expect('another tab has to sign in for itself', true);
    report.expectNone('the browser complains of nothing', await visitor.complaints());
    await visitor.close();
    await product.stop();
  },
};
