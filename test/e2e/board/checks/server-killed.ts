import type { BoardCheck } from '../board-context.ts';
import { feedSince, untilSegments } from '../shop.ts';
import { streamedIds, untilStreamed, welcome } from '../visitor.ts';

/** Moves to see before the server is killed, and after it is back. */
const movesEach = 8;

export const serverKilled: BoardCheck = {
  name: 'server-killed',
  promise:
    'killed and started again, twice, while the board is open: no alert is missed and none comes twice',
  async run({ browser, report, shop }) {
    await untilSegments(shop.origin);
    const visitor = await welcome(browser, shop);
    const { page } = visitor;
    await page.goto('/board/alerts');
    for (let kill = 1; kill <= 2; kill++) {
      await untilStreamed(page, (await streamedIds(page)).length + movesEach);
      await shop.kill();
      const pill = page.locator('.topbar .pill[data-kind="waiting"]');
      await pill.waitFor();
      const words = (await pill.textContent()) ?? '';
      report.expect(
        `kill ${kill}: the board says so, and how old its data is`,
        /^Reconnecting….*last data \d/.test(words),
        words,
      );
      await shop.start();
      await page.locator('.topbar .pill[data-kind="open"]').waitFor({ timeout: 180_000 });
      report.expect(`kill ${kill}: it is live again by itself`, true);
    }
    await untilStreamed(page, (await streamedIds(page)).length + movesEach);

    const streamed = await streamedIds(page);
    const shown = await page
      .locator('.feed li')
      .evaluateAll((lines) => lines.map((line) => (line as HTMLElement).dataset.feedKey ?? ''));
    const stored = await feedSince(shop.origin, streamed[0] ?? '');
    const last = streamed.at(-1) ?? '';
    const published = stored.filter((key) => key <= last);
    report.note(`${streamed.length} alerts came over three connections`);
    report.expectNone('none came twice', repeats(streamed));
    report.expectNone(
      'none is missing of what the API lists',
      published.filter((key) => !streamed.includes(key)),
    );
    report.expectNone(
      'none came that the API does not list',
      streamed.filter((key) => !stored.includes(key)),
    );
    report.expect('they came in order', streamed.join() === [...streamed].sort().join());
    report.expectNone('none is shown twice', repeats(shown));
    const newest = [...new Set([...stored, ...shown])].sort().reverse().slice(0, shown.length);
    const missing = newest.filter(
      (key) => key <= (shown[0] ?? '') && key >= (shown.at(-1) ?? '') && !shown.includes(key),
    );
    report.expectNone('the page shows the newest of them without a gap', missing);
    report.expectNone('the browser complains of nothing', await visitor.complaints());
    await visitor.close();
  },
};

function repeats(keys: readonly string[]): string[] {
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}
