import type { Page } from 'playwright-core';
import type { BoardCheck } from '../board-context.ts';
import { untilSegments } from '../shop.ts';
import { welcome } from '../visitor.ts';

const samples = 20;

/** What the page shows of the population at one moment. */
interface Shown {
  readonly population: number;
  readonly sizes: number;
  readonly counted: string;
}

export const newcomer: BoardCheck = {
  name: 'newcomer',
  promise: 'from the first page to a move arriving live, and from there to the customer who moved',
  async run({ browser, report, shop }) {
    const visitor = await welcome(browser, shop);
    const { page } = visitor;
    await page.goto('/');
    report.expect('the first page leads to the board', new URL(page.url()).pathname === '/board', page.url());
    await page.getByText('Live', { exact: true }).first().waitFor();
    await page.locator('.topbar .pill[data-kind="open"]').waitFor();
    await untilSegments(shop.origin);
    const arrived = page.locator('.feed li.arriving[data-feed-key]').first();
    await arrived.waitFor({ timeout: 180_000 });
    report.expect('a move arrives while the page is open', true);

    const odd: string[] = [];
    for (let sample = 0; sample < samples; sample++) {
      const shown = await population(page);
      if (
        shown.sizes !== shown.population ||
        Number(shown.counted.replaceAll(',', '')) !== shown.population
      ) {
        odd.push(JSON.stringify(shown));
      }
      await page.waitForTimeout(250);
    }
    report.expectNone(`sizes add up to the customers at ${samples} moments`, odd);

    const line = page.locator('.feed li[data-feed-key]').first();
    const customer = (await line.locator('a').first().textContent()) ?? '';
    await page.goto(`/board/customers/${encodeURIComponent(customer)}`);
    await page.locator('.chart canvas').nth(1).waitFor();
    report.expect(
      'the customer’s page has its two charts',
      (await page.locator('.chart canvas').count()) === 2,
    );
    const heading = await page.getByRole('heading', { level: 1 }).textContent();
    report.expect('it is the customer who moved', heading === customer, heading);
    report.expect('and the history shows moves', (await page.locator('.feed li').count()) > 0);

    await drillDown(page, report.expect);
    report.expectNone('the browser complains of nothing', await visitor.complaints());
    await visitor.close();
  },
};

/** Segments, the largest of them, its customers by risk, the first of them, and back by the browser's button. */
async function drillDown(
  page: Page,
  expect: (what: string, holds: boolean, found?: unknown) => void,
): Promise<void> {
  await page.getByRole('link', { name: 'Segments', exact: true }).click();
  await page.getByRole('heading', { name: 'Where customers stand' }).waitFor();
  await page.locator('tbody a.segment').first().click();
  await page.getByRole('button', { name: 'By risk' }).click();
  expect('the order is in the address', page.url().endsWith('?sort=risk'), page.url());
  const members = page.getByRole('region', { name: 'Customers of the segment' });
  await members.locator('tbody a').first().click();
  await page.getByRole('heading', { name: 'Purchases over time' }).waitFor();
  await page.goBack();
  await members.waitFor();
  expect('the way back keeps the order', page.url().endsWith('?sort=risk'), page.url());
}

function population(page: Page): Promise<Shown> {
  return page.evaluate(() => {
    const bars = document.querySelector<HTMLElement>('.bars');
    const sizes = [...document.querySelectorAll<HTMLElement>('.bars [data-size]')];
    const figure = [...document.querySelectorAll('.figure')].find(
      (each) => each.querySelector('dt')?.textContent === 'Customers',
    );
    return {
      population: Number(bars?.dataset.population),
      sizes: sizes.reduce((sum, { dataset }) => sum + Number(dataset.size), 0),
      counted: figure?.querySelector('.value')?.textContent ?? '',
    };
  });
}
