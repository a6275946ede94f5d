import { clockAdvancer } from '../../../pipeline/hosts/lambda/advance-clock.ts';
import { modelFitter } from '../../../pipeline/hosts/lambda/fit-models.ts';
import { type FailureQueue, failureRedriver } from '../../../pipeline/hosts/lambda/redrive-failures.ts';
import type { WarmStart } from '../../../pipeline/hosts/lambda/warm-start.ts';
import { readSettings } from '../../../pipeline/settings.ts';
import type { AwsClients } from '../../../sinks/aws-clients.ts';
import { openStores } from '../../../sinks/open-stores.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { tableNames } from '../../../sinks/table-definitions.ts';
import { WriteMeter } from '../../../sinks/write-meter.ts';
import type { FailureMessage } from '../../fixtures/event-source-options.ts';
import type { EventSource } from '../../fixtures/event-source-poller.ts';
import { invocation, type RecordedMetrics, testWarmStart } from '../../fixtures/event-source-warm-start.ts';
import type { Report } from '../report.ts';
import { allQuarantined } from './compare.ts';

/** All that the functions of the deployment share. */
export interface Deployment {
  readonly clients: AwsClients;
  readonly recorded: RecordedMetrics;
  /** The wall clock of the functions: as far as the events have come. */
  clockMs: number;
}

/** An execution environment; each has what it keeps in memory for itself. */
export function environment(
  deployment: Deployment,
  wrap: (stores: Stores) => Stores = (stores) => stores,
): WarmStart {
  const { clients, recorded } = deployment;
  const meter = new WriteMeter();
  const stores = openStores(clients.dynamo, tableNames(readSettings({}, {}).tablePrefix), { meter });
  const nowMs = () => deployment.clockMs;
  return testWarmStart(wrap(stores), { clients, meter, recorded, nowMs });
}

/** What an operator does with the failure queue, until it is empty. */
export async function redrive(
  deployment: Deployment,
  messages: FailureMessage[],
  poison: Map<string, string>,
  source: EventSource,
  report: Report,
): Promise<number> {
  let redriven = 0;
  while (messages.length > 0) {
    const taken = messages.splice(0);
    const queue = queueOf(taken);
    const answer = await failureRedriver(environment(deployment), () => queue)({}, invocation(300_000));
    report.expectNone(
      `${taken.length} messages of the failure queue were redriven`,
      answer.failed + answer.lost > 0 ? [JSON.stringify(answer)] : [],
    );
    redriven += answer.redriven;
    await source.drained();
  }
  await expectRedrivenPoison(deployment, poison);
  return redriven;
}

function queueOf(messages: readonly FailureMessage[]): FailureQueue {
  const left = messages.map((message, index) => ({
    body: JSON.stringify(message),
    messageId: `m-${index}`,
    receipt: `r-${index}`,
  }));
  return { receive: async () => left.splice(0, 10), delete: async () => {} };
}

/** Poison that was given up was never quarantined where it stood; it is where it was put again. */
async function expectRedrivenPoison(deployment: Deployment, poison: Map<string, string>): Promise<void> {
  const quarantined = await allQuarantined(environment(deployment).stores);
  const unexpected = [...quarantined].filter(([position]) => !poison.has(position));
  for (const [position, mark] of [...poison]) {
    if (quarantined.has(position)) continue;
    const moved = unexpected.findIndex(([, found]) => found === mark);
    if (moved < 0) continue;
    const [[newPosition] = ['']] = unexpected.splice(moved, 1);
    poison.delete(position);
    poison.set(newPosition, mark);
  }
}

export async function passTime(deployment: Deployment, fit: boolean): Promise<void> {
  const warm = environment(deployment);
  if (fit) await modelFitter(warm)({ force: true }, invocation(900_000));
  await clockAdvancer(warm)({}, invocation(300_000));
}
