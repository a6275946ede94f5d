import { runSchedule } from './schedule.ts';

const seed = Number(process.env.SEED ?? 0);
const n = Number(process.env.SCHEDULES ?? 50);
const started = performance.now();
let bad = 0;
if (seed) {
  const outcome = await runSchedule({ seed, tracing: true });
  console.log(outcome.trace.join('\n'));
  console.log(outcome.mode, outcome.problems, outcome.events, outcome.calls, outcome.comparable);
} else {
  for (let s = 1; s <= n; s++) {
    const o = await runSchedule({ seed: s });
    if (o.problems.length > 0) {
      bad++;
      console.log(s, o.mode, o.problems.length, o.problems[0]);
    }
  }
  console.log(bad, 'of', n, (performance.now() - started) / n, 'ms each');
}
