import { PutRecordCommand } from '@aws-sdk/client-kinesis';
import type { PageOf } from '../../../../api/board/data/answers.ts';
import { readRunFile } from '../../../../pipeline/embedded/data-folder.ts';
import { createAwsClients } from '../../../../sinks/aws-clients.ts';
import type { BoardCheck } from '../board-context.ts';
import { untilAnswer } from '../shop.ts';
import { welcome } from '../visitor.ts';

const customerId = '<img src=x onerror="window.__injected=1">mended';

/** Puts bytes on the stream as a producer that knows no better does. */
async function put(folder: string, records: readonly Uint8Array[]): Promise<void> {
  const run = await readRunFile(folder);
  if (run?.streamName === undefined) throw new Error('the product does not run');
  const clients = createAwsClients({
    endpoints: { kinesis: run.kinesisEndpoint, dynamo: run.dynamoEndpoint },
  });
  for (const Data of records) {
    await clients.kinesis.send(
      new PutRecordCommand({ StreamName: run.streamName, PartitionKey: 'any', Data }),
    );
  }
  clients.close();
}

export const quarantine: BoardCheck = {
  name: 'quarantine',
  promise: 'records that can’t be used are seen with their bytes, mended, and taken in',
  async run({ browser, report, shop }) {
    const status = (await (await fetch(`${shop.origin}/v1/status`)).json()) as { now: string };
    const document = {
      v: 1,
      type: 'purchase',
      eventId: 'quarantined-1',
      customerId,
      orderId: 'quarantined-1',
      occurredAt: status.now,
      currency: 'XYZ',
      items: [{ productId: '<script>window.__injected=1</script>', quantity: 2, unitPrice: 3.5 }],
    };
    const text = new TextEncoder();
    await put(shop.folder, [
      text.encode(JSON.stringify(document)),
      Uint8Array.of(0xff, 0xfe, 0x3c, 0x62, 0x3e),
    ]);

    await untilAnswer<PageOf<unknown>>(`${shop.origin}/v1/quarantine`, ({ items }) => items.length >= 2);
    const visitor = await welcome(browser, shop);
    const { page } = visitor;
    await page.goto('/board/quarantine');
    const unknown = page.getByRole('link', { name: 'The currency has no rate.' });
    await unknown.waitFor();
    await page.getByRole('link', { name: 'The bytes are no UTF-8 text.' }).click();
    await page.locator('pre.bytes').waitFor();
    const bytes = (await page.locator('pre.bytes').textContent()) ?? '';
    report.expect('bytes that are no text are shown as hexadecimal', bytes.includes('ff fe 3c 62 3e'), bytes);
    await page.goBack();
    await unknown.click();
    const shown = (await page.locator('pre.bytes').textContent()) ?? '';
    report.expect('what came is shown as it came', shown.includes(JSON.stringify(customerId)), shown);
    report.expect(
      'and nothing of it became an element',
      (await page.locator('main img, main script').count()) === 0,
    );
    const event = page.getByLabel('The event');
    await event.fill('{');
    await page.getByRole('button', { name: 'Send as mended' }).click();
    await page.getByText('This is no JSON').first().waitFor();
    await event.fill(shown.replace('"XYZ"', '"GBP"'));
    await page.getByRole('button', { name: 'Send as mended' }).click();
    await page.getByText('On its way').waitFor();
    await untilAnswer(`${shop.origin}/v1/customers/${encodeURIComponent(customerId)}`, () => true);
    report.expect('the mended event is taken in', true);
    report.expectNone('the browser complains of nothing', await visitor.complaints());
    await visitor.close();
  },
};
