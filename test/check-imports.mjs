// Runs dependency-cruiser and fails when it saw no modules: a cruise over nothing passes every rule.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const folders = ['operators', 'sinks', 'pipeline', 'api', 'infra'].filter((folder) => existsSync(folder));
const run = spawnSync('npx', ['--no-install', 'depcruise', ...folders, '--output-type', 'json'], {
  encoding: 'utf8',
  maxBuffer: 256 * 1024 * 1024,
});
if (run.error) throw run.error;
const { summary } = JSON.parse(run.stdout || '{"summary":{"totalCruised":0,"violations":[]}}');
for (const violation of summary.violations) {
  console.error(`${violation.rule.severity} ${violation.rule.name}: ${violation.from} -> ${violation.to}`);
}
const cruisedMin = 20;
if (summary.totalCruised < cruisedMin) {
  console.error(
    `only ${summary.totalCruised} modules were cruised; expected at least ${cruisedMin}\n${run.stderr}`,
  );
  process.exit(1);
}
if (summary.error > 0) process.exit(1);
console.log(`import directions hold over ${summary.totalCruised} modules`);
