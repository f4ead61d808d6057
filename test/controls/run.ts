import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { simulate } from './simulate.ts';

// `npm run controls [-- RUNS]`: acts on cards in virtual time, while processes, the database, the network and the bank
// fail in every way. Prints what was said that was not so, and writes it to test/results/controls.json when it is the
// whole of it.

const runs = Number(process.argv[2] ?? 10_000);
const totals = new Map<string, number>();
const falsely = { frozen: 0, done: 0, refused: 0 };
let wrong = 0;
const beganMs = performance.now();
for (let seed = 1; seed <= runs; seed += 1) {
  const outcome = await simulate(seed);
  for (const [what, count] of outcome.counts) totals.set(what, (totals.get(what) ?? 0) + count);
  falsely.frozen += outcome.falselyFrozen;
  falsely.done += outcome.falselyDone;
  falsely.refused += outcome.falselyRefused;
  wrong += outcome.wrong.length;
  if (outcome.falselyDone + outcome.falselyRefused + outcome.wrong.length > 0)
    process.stderr.write(`seed ${seed}: ${JSON.stringify({ ...outcome, counts: undefined })}\n`);
}
const [cpu] = cpus();
const result = {
  what: 'acts on cards while processes, database, network and bank fail and lie; what was said that was not so',
  at: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} × ${cpu?.model ?? 'unknown'}, Node ${process.version}`,
  runs,
  falselyFrozen: falsely.frozen,
  falselyDone: falsely.done,
  falselyRefused: falsely.refused,
  otherwiseWrong: wrong,
  seconds: Math.round((performance.now() - beganMs) / 1000),
  counted: Object.fromEntries([...totals].toSorted(([a], [b]) => (a < b ? -1 : 1))),
};
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
if (runs >= 10_000)
  writeFileSync(new URL('../results/controls.json', import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`);
if (falsely.done + falsely.refused + wrong > 0) process.exitCode = 1;
