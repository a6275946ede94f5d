import { openStores } from '../../../sinks/open-stores.ts';
import { provision } from '../../../sinks/provision.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';
import { type Daemon, type DaemonEnvironment, startDaemon, staysUp } from './daemon.ts';
import type { KclContext } from './kcl-context.ts';
import { readLeases, waitFor } from './leases.ts';
import { purchaseOf, putInOrder } from './single-purchases.ts';

const name = 'kcl-stops';
const limitMs = 240_000;

/**
 * Lets the processor of the only shard die with a batch in hand. KCL by itself goes on behind a batch that failed; the
 * daemon must end instead, the checkpoint before the batch, and the next one process it.
 */
export async function checkStops(context: KclContext): Promise<void> {
  const { clients, report, folder, jars, processor, gateway, dynamo } = context;
  const names = tableNames(name);
  await provision(clients, { streamName: name, shardCount: 1, tableNames: names });
  const stores = openStores(clients.dynamo, names);
  const environment: DaemonEnvironment = {
    ...{ jars, processor, application: name, stream: name, tablePrefix: name, dynamo },
    kinesis: gateway.endpoint,
    recordsMax: 500,
    failoverMs: 10_000,
  };
  const isStored = async (customerId: string) => (await stores.customers.get(customerId)) !== undefined;
  const first = await startDaemon(folder, `${name}-first`, environment);
  let second: Daemon | undefined;
  try {
    await putInOrder(clients, name, [purchaseOf('before')]);
    await wait(context, first, 'the first record is processed', () => isStored('before'));
    await wait(context, first, 'its checkpoint is stored', async () => {
      const [lease] = await readLeases(clients, name);
      return lease !== undefined && lease.checkpoint !== 'TRIM_HORIZON';
    });
    const [lease] = await readLeases(clients, name);
    for (const pid of first.processors()) process.kill(pid, 'SIGKILL');
    await putInOrder(clients, name, [purchaseOf('after')]);
    const code = await first.ended;
    report.expect('a daemon whose processor has died ends by itself, and not with code 0', code !== 0, code);
    const [left] = await readLeases(clients, name);
    report.expect('the checkpoint stays before the batch', left?.checkpoint === lease?.checkpoint, left);
    report.expect('the batch has not been processed', !(await isStored('after')));
    second = await startDaemon(folder, `${name}-second`, environment);
    await wait(context, second, 'the batch is processed', () => isStored('after'));
    report.expect('the next daemon processes it', await isStored('after'));
  } finally {
    await Promise.all([first.stop(), second?.stop()]);
  }
}

function wait(
  { interrupted }: KclContext,
  daemon: Daemon,
  what: string,
  holds: () => Promise<boolean>,
): Promise<void> {
  return waitFor(what, limitMs, staysUp([daemon], interrupted), holds);
}
