import { afterEach, beforeEach, expect, test } from 'vitest';
import { runAlerts } from '../../../pipeline/hosts/run-alerts.ts';
import { createLog } from '../../../pipeline/log.ts';
import { closeAlertSinks, openAlertSinks } from '../../../sinks/alert-sinks.ts';
import { migration } from '../../contracts/records.ts';
import { faultyStores } from '../../fixtures/faulty-stores.ts';
import { memoryStores } from '../../fixtures/memory-stores.ts';
import { type Receiver, startReceiver, withStatus } from '../../fixtures/receiver.ts';
import { alertRule, webhookSecret } from '../../operators/alerts/rules.ts';

let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver(withStatus(200));
});

afterEach(() => receiver.close());

test('beside a pipeline alerts go out by themselves, over a failing table too, until they are stopped', async () => {
  const stores = memoryStores(Date.now);
  const url = `${receiver.url}/hooks`;
  const webhook = { id: 't1', kind: 'webhook', url, secrets: [{ secret: webhookSecret }] } as const;
  await stores.alerts.putRule(alertRule({ deliver: [webhook] }));
  await stores.migrations.publish([1, 2, 3].map((ordinal) => migration({ ordinal })));
  let failures = 0;
  const shaky = faultyStores(stores, ({ name }) =>
    name === 'migrations.feedAfter' && ++failures === 1 ? 'lost' : undefined,
  );
  const stop = new AbortController();
  const sinks = openAlertSinks({ loopback: true });
  const running = runAlerts({
    stores: shaky.stores,
    sinks,
    currency: 'GBP',
    clockMs: () => 0,
    log: createLog({ level: 'silent', format: 'json' }),
    stop: stop.signal,
  });
  await expect.poll(() => receiver.received.length, { timeout: 15_000 }).toBe(3);
  stop.abort();
  await running;
  closeAlertSinks(sinks);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(3);
  expect(failures).toBeGreaterThan(1);
});
