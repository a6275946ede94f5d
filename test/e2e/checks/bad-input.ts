import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeEvent } from '../../../operators/event/decode-event.ts';
import { emptyState, foldEvents } from '../../../operators/state/fold-events.ts';
import { encodeState } from '../../../operators/state/state-codec.ts';
import { aggregateRecords } from '../../../sinks/kinesis-aggregation.ts';
import { badRecords, bytes, document } from '../bad-records.ts';
import type { Check, CheckContext } from '../check.ts';
import { readEndState, stateHex } from '../end-state.ts';
import { importArguments, readSummary } from '../import-run.ts';
import { runTidemark, startProduct } from '../product.ts';
import { differingFields, show } from '../report.ts';
import {
  lifetimeOf,
  putRecords,
  type StreamRun,
  settled,
  startStreamRun,
  stopStreamRun,
} from '../stream-run.ts';

const hourMs = 3_600_000;

/** What `tidemark quarantine list --json` prints of one record. */
interface ListedRecord {
  readonly id: string;
  readonly reason: string;
  readonly status: string;
  readonly truncated: boolean;
  readonly text?: string;
  readonly base64?: string;
}

export const badInput: Check = {
  name: 'bad-input',
  promise:
    'every kind of bad record is quarantined with its reason, listed, mended and replayed; the good ones beside it count',
  needsRetail: false,
  async run(context) {
    const run = await startStreamRun(context, 'bad-input');
    await putBesideGood(run);
    await listed(run);
    await mendAndReplay(run);
    await stopStreamRun(run);
    await badFile(context);
  },
};

/** Each bad record between two good ones on its shard; and one inside an aggregated record. */
async function putBesideGood(run: StreamRun): Promise<void> {
  const bad = badRecords(Date.now(), run.seed);
  const beside = (index: number, order: number) =>
    document(`beside-${index}-${order}`, { customerId: `beside-${index}` });
  const records = bad.flatMap(({ data }, index) => {
    const partitionKey = `lane-${index}`;
    const [before, after] = [beside(index, 1), beside(index, 2)].map(bytes) as [Uint8Array, Uint8Array];
    return [before, data, after].map((record) => ({ partitionKey, data: record }));
  });
  const inside = ['inside-1', 'inside-2', 'inside-3'].map((id) => ({
    partitionKey: 'inside',
    data:
      id === 'inside-2' ? bytes(document(id, { items: [] })) : bytes(document(id, { customerId: 'inside' })),
  }));
  await putRecords(run, [...records, aggregateRecords(inside)]);
  run.good += 2 * bad.length + 2;
  run.bad += bad.length + 1;
  await settled(
    run,
    `${bad.length + 1} bad records of ${new Set(bad.map(({ reason }) => reason)).size} reasons, each between two good ones`,
  );
  const wrong: string[] = [];
  for (const customerId of [...bad.keys()].map((index) => `beside-${index}`).concat('inside')) {
    const features = await lifetimeOf(run.url, customerId);
    const difference = differingFields(customerId, { orders: 2, spend: 5, units: 4 }, features);
    if (difference) wrong.push(difference);
  }
  run.report.expectNone(`${bad.length + 1} customers beside them have their two orders`, wrong);
}

async function listed(run: StreamRun): Promise<void> {
  const entries = await listQuarantine(run);
  const bad = badRecords(Date.now(), run.seed);
  const wrong: string[] = [];
  for (const { reason, what, data } of bad) {
    // The bytes differ from run to run only where the time of the run stands in them.
    const entry = entries.find((candidate) => holds(candidate, data) || what === 'in three hours');
    if (entry === undefined) wrong.push(`${what}: not listed`);
    else if (what !== 'in three hours' && entry.reason !== reason)
      wrong.push(`${what}: ${entry.reason}, expected ${reason}`);
    else if (entry.status !== 'open') wrong.push(`${what}: ${entry.status}`);
  }
  const counts = (reasons: readonly string[]) =>
    Object.fromEntries(
      [...new Set(reasons)]
        .sort()
        .map((reason) => [reason, reasons.filter((each) => each === reason).length]),
    );
  const expected = counts([...bad.map(({ reason }) => reason), 'no-items']);
  const difference = differingFields('by reason', expected, counts(entries.map(({ reason }) => reason)));
  run.report.expectNone(
    `tidemark quarantine list has ${entries.length} records of ${Object.keys(expected).length} reasons, with their bytes`,
    difference ? [...wrong, difference] : wrong,
  );
}

function holds({ text, base64, truncated }: ListedRecord, data: Uint8Array): boolean {
  const stored = base64 === undefined ? Buffer.from(text ?? '') : Buffer.from(base64, 'base64');
  return truncated
    ? stored.length > 0 && stored.equals(data.subarray(0, stored.length))
    : stored.equals(data);
}

async function listQuarantine({ folder }: StreamRun, ...flags: string[]): Promise<ListedRecord[]> {
  const { code, stdout, stderr } = await runTidemark([
    'quarantine',
    'list',
    '--data',
    folder,
    '--json',
    '--limit',
    '1000',
    ...flags,
  ]);
  if (code !== 0) throw new Error(`quarantine list ended with code ${code}: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ListedRecord);
}

/** Three orders of one customer, the middle one bad; mended weeks later it ends in the bytes of the good history. */
async function mendAndReplay(run: StreamRun): Promise<void> {
  const { report, folder, workspace } = run;
  const orders = ['2026-01-05', '2026-02-05', '2026-03-05'].map((day) =>
    document(`mended-${day}`, { customerId: 'mended', occurredAt: `${day}T10:00:00Z` }),
  );
  const [, right = {}] = orders;
  const sent = orders.map((order) =>
    order === right ? { ...order, currency: 'ZZZ', marker: 'to be mended' } : order,
  );
  const late = document('late', { occurredAt: new Date(Date.now() + hourMs + 4_000).toISOString() });
  await putRecords(
    run,
    [...sent, late].map((order) => ({ partitionKey: 'mended', data: bytes(order) })),
  );
  run.good += 2;
  run.bad += 2;
  await settled(run, 'two records that can be mended');

  const entries = await listQuarantine(run, '--status', 'open');
  const id = entries.find(({ text }) => text?.includes('to be mended'))?.id ?? 'not listed';
  const lateId = entries.find(({ text }) => text?.includes('event-late'))?.id ?? 'not listed';
  const refused = await replay(folder, '--id', id);
  report.expect(
    'replayed as it is it would be rejected again: exit code 1, nothing sent',
    refused.code === 1,
    refused,
  );
  const path = workspace.path('mended.json');
  await writeFile(path, JSON.stringify(right, null, 2));
  for (const turn of ['mended', 'mended and replayed again']) {
    const replayed = await replay(folder, '--id', id, '--with', path);
    report.expect(`tidemark quarantine replay: ${turn}`, replayed.code === 0, replayed);
    if (turn === 'mended') run.good += 1;
    await settled(run, turn);
  }
  // It lay too far in the future when it came, and does no longer.
  await sleep(Math.max(0, Date.parse(String(late.occurredAt)) - hourMs - Date.now()) + 500);
  const inTime = await replay(folder, '--id', lateId);
  report.expect('an event from the future is taken later, unmended', inTime.code === 0, inTime);
  run.good += 1;
  await settled(run, 'replayed once its time had come');
  const statuses = (await listQuarantine(run, '--status', 'replayed')).map((entry) => entry.id);
  report.expect(
    'both are listed as replayed',
    statuses.length === 2 && statuses.includes(id) && statuses.includes(lateId),
    statuses,
  );

  const decode = {
    currencies: { reportingCurrency: 'GBP', rates: {} },
    futureSkewMsMax: hourMs,
    itemsMax: 20_000,
  };
  const events = orders.map((order) => {
    const decoded = decodeEvent(bytes(order), Date.now(), decode);
    if (decoded.kind !== 'event') throw new Error(`${show(order)} is not taken`);
    return decoded.event;
  });
  const expected = Buffer.from(encodeState(foldEvents(emptyState, events).state)).toString('hex');
  const record = (await readEndState(folder)).customers.get('mended');
  report.expect(
    'the mended history has the bytes of one that was never bad',
    record !== undefined && stateHex(record) === expected,
  );
}

async function replay(folder: string, ...flags: string[]): Promise<{ code: number | null; said: string }> {
  const { code, stdout, stderr } = await runTidemark(['quarantine', 'replay', '--data', folder, ...flags]);
  return { code, said: `${stdout}${stderr}`.trim().slice(-400) };
}

/** A CSV file with every kind of bad line among good ones. */
async function badFile({ workspace, report }: CheckContext): Promise<void> {
  const lines = [
    'eventTime,customerId,orderId,productId,category,quantity,unitPrice,currency',
    '2026-01-05T10:00:00Z,c1,o1,tea,,2,1.25,GBP',
    '2026-01-05T10:00:00Z,,o2,tea,,2,1.25,GBP',
    '2026-01-05T10:00:00Z,c1,,tea,,2,1.25,GBP',
    '2026-01-05T10:00:00Z,c1,o3,tea,2',
    'yesterday,c1,o4,tea,,2,1.25,GBP',
    '2026-01-05T10:00:00Z,c1,o5,tea,,two,1.25,GBP',
    '2026-01-05T10:00:00Z,c1,o6,tea,,2,1.25,XXX',
    '2999-01-05T10:00:00Z,c1,o7,tea,,2,1.25,GBP',
    '2026-01-05T10:00:00Z,c1,o8,tea,,2,-1.25,GBP',
    '2026-01-05T10:00:00Z,c1,o9,,,2,1.25,GBP',
    '2026-01-06 10:00:00,c2,o10,"tea, green",,2,1.25,',
  ];
  const path = workspace.path('bad.csv');
  await writeFile(path, `\ufeff${lines.join('\r\n')}\r\n`);
  const folder = await workspace.fresh('bad-file');
  const summary = readSummary(await startProduct(folder, importArguments(path)).ended);
  const expected = {
    lines: 11,
    anonymousLines: 1,
    malformedLines: 2,
    events: 8,
    customers: 2,
    watermark: '2026-01-06T10:00:00.000Z',
    quarantined: {
      'invalid-item': 1,
      'invalid-price': 1,
      'invalid-quantity': 1,
      'invalid-time': 1,
      'time-in-future': 1,
      'unknown-currency': 1,
    },
  };
  const found = { ...summary, quarantined: Object.fromEntries(Object.entries(summary.quarantined).sort()) };
  const difference = differingFields('summary', expected, found);
  report.expectNone(
    'a file of 11 lines: 1 anonymous, 2 malformed, 6 orders in quarantine, 2 good',
    difference ? [difference] : [],
  );
}
