import { readRunFile } from '../../../../pipeline/embedded/data-folder.ts';
import type { BoardCheck } from '../board-context.ts';
import { openGateway } from '../gateway.ts';
import { feedSince, untilSegments } from '../shop.ts';
import { streamedIds, untilStreamed, welcome } from '../visitor.ts';

/** Moves to see come in. */
const movesMin = 20;

export const behindGateway: BoardCheck = {
  name: 'behind-gateway',
  promise: 'behind API Gateway the page comes without a token, signs in with one, and moves arrive in turns',
  async run({ browser, report, shop }) {
    await untilSegments(shop.origin);
    const run = await readRunFile(shop.folder);
    if (run === undefined) throw new Error('the shop does not run');
    const gateway = await openGateway({ kinesis: run.kinesisEndpoint, dynamo: run.dynamoEndpoint });
    try {
      const visitor = await welcome(browser, gateway);
      const { page } = visitor;
      await page.goto('/');
      const dialog = page.getByRole('dialog', { name: 'Sign in' });
      await dialog.getByLabel('API key or token').fill(gateway.token);
      await dialog.getByRole('button', { name: 'Sign in' }).click();
      await page.locator('.topbar .pill[data-kind="open"]').waitFor();
      report.expect('a token of the issuer opens the board', !(await dialog.isVisible()));
      await page.getByText('from the first daily count on').first().waitFor();
      report.expect('before the first census it says that nothing is counted yet', true);
      await gateway.takeCensus();
      await page.getByText('as counted on').first().waitFor();
      report.expect('after it, as of when it was counted', true);

      await page.goto('/board/alerts');
      await untilStreamed(page, movesMin);
      const kind = await page.locator('.topbar .pill').getAttribute('data-kind');
      report.expect('between turns it stays live', kind === 'open', kind ?? '');
      const streamed = await streamedIds(page);
      const last = streamed.at(-1) ?? '';
      const published = (await feedSince(shop.origin, streamed[0] ?? '')).filter((key) => key <= last);
      report.expect(
        'each of the moves came once and in order, over several turns',
        streamed.join() === published.join(),
        `${streamed.length} came, ${published.length} are listed`,
      );
      report.expectNone('the browser complains of nothing', await visitor.complaints());
      await visitor.close();
    } finally {
      await gateway.close();
    }
  },
};
