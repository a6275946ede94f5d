import type { Page } from 'playwright-core';
import type { BoardCheck } from '../board-context.ts';
import { untilSegments } from '../shop.ts';
import { welcome } from '../visitor.ts';

const stepsMax = 80;

export const keyboardOnly: BoardCheck = {
  name: 'keyboard-only',
  promise: 'the board is used without a pointer, and the focus is always to be seen',
  async run({ browser, report, shop }) {
    await untilSegments(shop.origin);
    const visitor = await welcome(browser, shop);
    const { page } = visitor;
    await page.goto('/board');
    await page.locator('.bars').waitFor();
    await page.keyboard.press('Tab');
    report.expect(
      'the first stop skips to the content',
      (await focused(page)).startsWith('Skip to the content'),
      await focused(page),
    );
    await page.keyboard.press('Enter');
    report.expect(
      'and the focus goes there',
      await page.evaluate(() => document.activeElement?.id === 'main'),
    );

    await page.goto('/board');
    await page.locator('.bars').waitFor();
    report.expect('Flows is reached by Tab', await tabTo(page, 'Flows'));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Flows' }).waitFor();
    report.expect(
      'a new view takes the focus to its heading',
      await page.evaluate(() => document.activeElement?.tagName === 'H1'),
      await focused(page),
    );
    report.expect('the cause is chosen', await tabTo(page, 'Time'));
    await page.keyboard.press('Space');
    await page.waitForURL(/cause=time/);
    await page.locator('.chart canvas').first().waitFor();
    report.expect('the chart’s table is reached', await tabTo(page, 'As table: From where to where'));
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'From where to where' }).getByRole('table').first().waitFor();
    report.expect('a cell of the matrix is reached', await tabTo(page, / to .* moves/));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'All moves' }).waitFor();
    await page.waitForURL(/fromSegment=/);

    report.expect('the finder is reached', await tabTo(page, 'Find a customer by id', true));
    await page.keyboard.type('C00001');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'C00001' }).waitFor();
    report.expect('the theme is changed', await tabTo(page, /^Theme: as the system/, true));
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    report.expect('to dark', await page.evaluate(() => document.documentElement.dataset.theme === 'dark'));
    await page.reload();
    report.expect(
      'and stays so',
      await page.evaluate(() => document.documentElement.dataset.theme === 'dark'),
    );
    report.expectNone('the browser complains of nothing', await visitor.complaints());
    await visitor.close();
  },
};

/** Presses Tab, or Shift+Tab, until what has the focus is called so; every stop on the way has to be seen. */
async function tabTo(page: Page, name: string | RegExp, backwards = false): Promise<boolean> {
  for (let step = 0; step < stepsMax; step++) {
    await page.keyboard.press(backwards ? 'Shift+Tab' : 'Tab');
    const at = await focused(page);
    if (typeof name === 'string' ? at === name : name.test(at)) return page.evaluate(isMarked);
  }
  return false;
}

/** The name of what has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return (element?.getAttribute('aria-label') ?? element?.textContent ?? '').trim();
  });
}

/** Runs in the page: whether the focus is drawn. */
function isMarked(): boolean {
  const element = document.activeElement;
  if (element === null) return false;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
}
