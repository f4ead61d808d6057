/**
 * `npm run sim -- [--seed N] [--seeds N] [--events M]`: runs the hub's own intake, delivery and recovery on a
 * model of its storage, in virtual time, with faults at every step; prints the seed of what fails.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, seeds: { type: 'string' }, events: { type: 'string' } },
});
const first = Number(values.seed ?? 1);
const seeds = Number(values.seeds ?? 1);
const events = Number(values.events ?? 120);
const totals = new Map<string, number>();
const began = performance.now();
let failed = 0;
let virtualMs = 0;
for (let seed = first; seed < first + seeds; seed += 1) {
  const outcome = await simulate({ seed, events });
  virtualMs += outcome.virtualMs;
  for (const [what, count] of outcome.counts) totals.set(what, (totals.get(what) ?? 0) + count);
  if (outcome.wrong.length === 0) continue;
  failed += 1;
  console.error(`seed ${seed} (npm run sim -- --seed ${seed} --events ${events}):`);
  for (const one of outcome.wrong.slice(0, 10)) console.error(`  ${one}`);
}
const seconds = (performance.now() - began) / 1000;
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, Node ${process.version}: ${seeds.toLocaleString('en')} seeds from ${first} of ${events} events, ${failed} failed; ${(virtualMs / 3_600_000).toFixed(1)} h of virtual time in ${seconds.toFixed(1)} s`,
);
for (const [what, count] of [...totals].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`  ${what}: ${count.toLocaleString('en')}`);
if (failed > 0) process.exitCode = 1;
