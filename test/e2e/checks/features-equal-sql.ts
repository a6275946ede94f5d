import { existsSync } from 'node:fs';
import type { z } from '@hono/zod-openapi';
import type { CustomerProfile } from '../../../api/schemas/customer.ts';
import { type CustomerFeatures, customerFeatures } from '../../../operators/features/customer-features.ts';
import { createRandom } from '../../../pipeline/ingest/random.ts';
import { type Check, type CheckContext, sample, shortCutMs } from '../check.ts';
import { type EndState, integrityProblems, readEndState } from '../end-state.ts';
import { type FinishedImport, importOnce } from '../import-run.ts';
import { type ExpectedCustomer, type Oracle, openOracle, oracleWindows } from '../oracle.ts';
import { getJson, startProduct } from '../product.ts';
import { differingFields } from '../report.ts';
import { writeCut } from '../retail-file.ts';

const dayMs = 86_400_000;
const cutsMs = [shortCutMs, Date.parse('2011-06-30T15:42:00Z'), Date.parse('2011-10-14T09:07:00Z')];
const sampled = 40;
/** The customer with the most orders but one, a wholesaler whose history crosses every bound there is. */
const heavyCustomer = '12748';

export const featuresEqualSql: Check = {
  name: 'features',
  promise:
    'every feature of every customer is what SQL makes of the file, at its end and at three earlier instants',
  needsRetail: true,
  async run(context) {
    const { workspace, retail, report } = context;
    const whole = await importOnce(workspace, 'whole', retail);
    const published = {
      lines: 541_909,
      anonymousLines: 135_080,
      events: 22_190,
      customers: 4_372,
      duplicates: 0,
    };
    const counts = { ...published, malformedLines: 0, quarantined: {} };
    const differing = differingFields('summary', counts, { ...whole.summary });
    report.expectNone(
      '541,909 lines, 135,080 anonymous, 22,190 events, 4,372 customers, 0 duplicates, 0 quarantined',
      differing ? [differing] : [],
    );
    await compareRun('the whole file', whole, retail, undefined, context);
    for (const cutMs of cutsMs) {
      const name = `until-${new Date(cutMs).toISOString().slice(0, 10)}`;
      const path = workspace.path(`${name}.csv`);
      if (!existsSync(path)) await writeCut(retail, path, cutMs);
      await compareRun(
        `the file until ${new Date(cutMs).toISOString()}`,
        await importOnce(workspace, name, path),
        path,
        cutMs,
        context,
      );
    }
  },
};

async function compareRun(
  what: string,
  run: FinishedImport,
  path: string,
  cutMs: number | undefined,
  context: CheckContext,
): Promise<void> {
  const { report, seed } = context;
  const oracle = await openOracle(path);
  try {
    const totals = await oracle.totals();
    const { lines, anonymousLines, orders: events, customers } = totals;
    const watermark = new Date(totals.watermarkMs).toISOString();
    const summary = differingFields(
      'summary',
      { lines, anonymousLines, events, customers, watermark },
      { ...run.summary },
    );
    report.expectNone(
      `${what}: ${events} events, ${customers} customers, watermark ${watermark}`,
      summary ? [summary] : [],
    );
    const end = await readEndState(run.folder);
    report.expectNone(
      `${what}: ${end.migrations.length} moves are numbered and follow from one another`,
      integrityProblems(end),
    );
    for (const asOfMs of new Set([totals.watermarkMs, cutMs ?? totals.watermarkMs])) {
      await compareStores(`${what}, as of ${new Date(asOfMs).toISOString()}`, end, oracle, asOfMs, context);
    }
    const random = createRandom(seed, 2);
    const others = sample([...end.customers.keys()].sort(), sampled, random.uniform);
    await compareApi(what, run.folder, [heavyCustomer, ...others], oracle, context);
  } finally {
    oracle.close();
  }
}

async function compareStores(
  what: string,
  end: EndState,
  oracle: Oracle,
  asOfMs: number,
  { report }: CheckContext,
): Promise<void> {
  const expected = await oracle.customersAsOf(asOfMs);
  const differences: string[] = [];
  let spendMicros = 0;
  for (const [customerId, customer] of expected) {
    spendMicros += customer.spendMicros;
    const record = end.customers.get(customerId);
    const found = record && flatFeatures(customerFeatures(record.state, asOfMs));
    const difference = found
      ? differingFields(customerId, flatExpected(customer), found)
      : `${customerId} is not stored`;
    if (difference) differences.push(difference);
    if (record && record.state.tiles.length > 0) differences.push(`${customerId} has windows by whole days`);
  }
  for (const customerId of end.customers.keys()) {
    if (!expected.has(customerId)) differences.push(`${customerId} is stored, but not in the file`);
  }
  const sum = (spendMicros / 1e6).toLocaleString('en-GB', { minimumFractionDigits: 2 });
  report.expectNone(`${what}: ${expected.size} customers, net spend ${sum}, 19 features each`, differences);
}

/** The same by the API, and at the instants at which an order leaves a window: at it and a millisecond before. */
async function compareApi(
  what: string,
  folder: string,
  customerIds: readonly string[],
  oracle: Oracle,
  { report }: CheckContext,
): Promise<void> {
  const product = startProduct(folder, ['--no-feed']);
  try {
    const url = await product.url();
    const orders = await oracle.orders();
    const differences: string[] = [];
    let answers = 0;
    const atNow = await readProfile(url, customerIds[0] ?? '', undefined);
    const expectedNow = await oracle.customersAsOf(Date.parse(atNow.asOf));
    for (const customerId of customerIds) {
      const lastMs = Math.max(...(orders.get(customerId) ?? []).map((order) => order.atMs));
      const instants = [
        undefined,
        ...oracleWindows.flatMap((days) => [lastMs + days * dayMs - 1, lastMs + days * dayMs]),
      ];
      for (const asOfMs of instants) {
        const expected = (asOfMs === undefined ? expectedNow : await oracle.customersAsOf(asOfMs)).get(
          customerId,
        );
        const profile = await readProfile(url, customerId, asOfMs);
        answers += 1;
        const difference = differingFields(
          `${customerId} as of ${profile.asOf}`,
          expected ? flatExpected(expected) : {},
          flatProfile(profile),
        );
        if (difference || !expected) differences.push(difference ?? `${customerId} is not in the file`);
      }
    }
    report.expectNone(
      `${what}: ${answers} answers of the API about ${customerIds.length} customers, at and around the ends of windows`,
      differences,
    );
  } finally {
    await product.stop();
  }
}

type Profile = z.infer<typeof CustomerProfile>;

async function readProfile(url: string, customerId: string, asOfMs: number | undefined): Promise<Profile> {
  const query = asOfMs === undefined ? '' : `?asOf=${new Date(asOfMs).toISOString()}`;
  return getJson(`${url}/v1/customers/${encodeURIComponent(customerId)}${query}`);
}

type Flat = Record<string, unknown>;

function flatExpected(expected: ExpectedCustomer): Flat {
  const { windows, ...lifetime } = expected;
  const flat: Flat = { ...lifetime };
  for (const days of oracleWindows) {
    for (const [name, value] of Object.entries(windows[days] ?? {})) flat[`${name}${days}d`] = value;
  }
  return flat;
}

function flatFeatures({ lifetime, windows }: CustomerFeatures): Flat {
  return flatExpected({ ...lifetime, windows });
}

/** The API's decimals as micros and thousandths again: both must come out whole. */
function flatProfile({ features: { lifetime, windows } }: Profile): Flat {
  const whole = (value: number, factor: number) => {
    const rounded = Math.round(value * factor);
    return rounded / factor === value ? rounded : value * factor;
  };
  const instant = (text: string | null) => (text === null ? undefined : Date.parse(text));
  const window = (days: (typeof oracleWindows)[number]) => {
    const { orders, spend, units } = windows[`${days}d`];
    return { orders, spendMicros: whole(spend, 1e6), unitsMilli: whole(units, 1e3) };
  };
  return flatExpected({
    orders: lifetime.orders,
    purchaseDays: lifetime.purchaseDays,
    spendMicros: whole(lifetime.spend, 1e6),
    unitsMilli: whole(lifetime.units, 1e3),
    firstPurchaseAtMs: instant(lifetime.firstPurchaseAt),
    lastPurchaseAtMs: instant(lifetime.lastPurchaseAt),
    returnRate: lifetime.returnRate ?? undefined,
    windows: { 7: window(7), 30: window(30), 90: window(90), 365: window(365) },
  });
}
