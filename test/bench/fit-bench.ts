import { randomBeta, randomGamma } from 'd3-random';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { microsPerUnit } from '../../operators/event/money.ts';
import { ConsumptionSample } from '../../operators/predict/consumption-sample.ts';
import { fitConsumptionModel } from '../../operators/predict/fit-consumption-model.ts';
import { type CustomerState, msPerDay, type OrderEntry } from '../../operators/state/customer-state.ts';
import { emptyState } from '../../operators/state/fold-events.ts';

/**
 * How long a fit takes and how much memory it needs: seeded customers who live by BG/NBD with gamma-distributed order values, one
 * product each order, made one by one and streamed into the sample that the fit job uses, then the job's whole fit. Generation is
 * timed apart. Usage: `npx tsx test/bench/fit-bench.ts [customers] [seed]`.
 */
const customers = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);
const watchedDays = 300;
const startMs = Date.UTC(2025, 0, 1);
const asOfMs = startMs + watchedDays * msPerDay;

const generator = xoroshiro128plus(seed);
const uniform = () => uniformFloat64(generator);
const gamma = randomGamma.source(uniform);
const beta = randomBeta.source(uniform);
const rateLaw = gamma(0.5, 1 / 30);
const dropoutLaw = beta(0.8, 2.5);
const spendLaw = gamma(4, 8);

/** Orders of one customer, oldest first, at most 300. */
function orders(): OrderEntry[] {
  const rate = rateLaw();
  const dropout = dropoutLaw();
  const entries: OrderEntry[] = [];
  let day = uniform() * 90;
  let alive = true;
  while (alive && day < watchedDays && entries.length < 300) {
    entries.push({
      atMs: Math.round(startMs + day * msPerDay),
      hash: Math.floor(uniform() * 2 ** 48),
      spendMicros: Math.round(spendLaw() * microsPerUnit),
      boughtMilli: 1_000,
      returnedMilli: 0,
    });
    // Dropping out follows a repeat, never the first purchase.
    alive = entries.length === 1 || uniform() >= dropout;
    day += -Math.log(1 - uniform()) / rate;
  }
  return entries;
}

function stateOf(entries: OrderEntry[]): CustomerState {
  const first = entries[0] as OrderEntry;
  const last = entries.at(-1) as OrderEntry;
  const spendMicros = entries.reduce((sum, entry) => sum + entry.spendMicros, 0);
  const firstDay = Math.floor(first.atMs / msPerDay);
  const ofFirstDay = entries.filter((entry) => Math.floor(entry.atMs / msPerDay) === firstDay);
  const item = { productId: `p${first.hash % 500}`, category: undefined, quantityMilli: 1_000 };
  return {
    ...emptyState,
    entries,
    recent: entries.slice(-20).map(({ atMs, hash }) => ({ atMs, hash, items: [item] })),
    lifetime: {
      events: entries.length,
      orders: entries.length,
      spendMicros,
      boughtMilli: 1_000 * entries.length,
      returnedMilli: 0,
      firstEventAtMs: first.atMs,
      lastEventAtMs: last.atMs,
      firstPurchaseAtMs: first.atMs,
      lastPurchaseAtMs: last.atMs,
      purchaseSpendMicros: spendMicros,
      firstDaySpendMicros: ofFirstDay.reduce((sum, entry) => sum + entry.spendMicros, 0),
    },
  };
}

/** CPU time of this process: wall time misleads where cores are shared. */
function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

let peakBytes = 0;
const cpuAtStart = cpuMicros();
const sample = new ConsumptionSample();
let generateMs = 0;
let addMs = 0;
for (let index = 0; index < customers; index += 1) {
  const startedMs = performance.now();
  const state = stateOf(orders());
  const madeMs = performance.now();
  sample.add(state, asOfMs);
  addMs += performance.now() - madeMs;
  generateMs += madeMs - startedMs;
  if (index % 10_000 === 0) peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
}
const fitStartedMs = performance.now();
const result = fitConsumptionModel({ sample, fittedAtMs: asOfMs, version: 'bench' });
const fitMs = performance.now() - fitStartedMs;
peakBytes = Math.max(peakBytes, process.resourceUsage().maxRSS * 1_024);
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
console.log(`${customers} customers, seed ${seed}`);
console.log(`made in ${seconds(generateMs)} (not part of the fit)`);
console.log(`sample ${seconds(addMs)}, fit ${seconds(fitMs)}, together ${seconds(addMs + fitMs)}`);
console.log(`CPU time, made and fitted ${seconds((cpuMicros() - cpuAtStart) / 1_000)}`);
console.log(`peak memory ${(peakBytes / 2 ** 20).toFixed(0)} MiB`);
if (!result.ok) {
  console.error(`not fitted: ${result.reason}`);
  process.exitCode = 1;
} else {
  const { bgNbd, purchasing } = result.model;
  console.log(
    `BG/NBD r ${bgNbd.r.toFixed(3)} alpha ${bgNbd.alphaDays.toFixed(2)} d a ${bgNbd.a.toFixed(3)} b ${bgNbd.b.toFixed(3)}`,
  );
  console.log(`purchases by ${purchasing?.kind}, half-life ${purchasing?.fading?.halfLifeDays ?? 'none'}`);
}
