import { existsSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { cardUseFile, customersOf, measure, testSeed, timeOneReceipt, tuningSeed } from './measure.ts';
import { noise } from './orders.ts';

// `npm run receipts:measure [-- tuning]`: matches made orders over real card use, prints what was right, and writes it to
// test/results/matching.json. With `tuning` the other half of the customers, each wrong and each missed pair with it.

if (!existsSync(cardUseFile)) {
  process.stderr.write(`${cardUseFile} is not here\n`);
  process.exit(2);
}
const isTuning = process.argv[2] === 'tuning';
const { tuning, testing } = await customersOf(cardUseFile);
const startedMs = performance.now();
const counted = isTuning
  ? measure(tuning, tuningSeed, (line) => process.stdout.write(`${line}\n`))
  : measure(testing, testSeed);
const [cpu] = cpus();
const result = {
  what: 'receipts matched with card purchases: real card use of 2024, orders made of it, of customers and a seed that nothing was tuned by',
  at: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} × ${cpu?.model ?? 'unknown'}, Node ${process.version}`,
  seed: isTuning ? tuningSeed : testSeed,
  noise,
  ...counted,
  oneReceiptMs: timeOneReceipt(testing.toSorted((one, other) => other.length - one.length)[0] ?? [], 1_500),
  seconds: Number(((performance.now() - startedMs) / 1000).toFixed(1)),
};
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
if (!isTuning)
  writeFileSync(new URL('../results/matching.json', import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`);
if (counted.precision.share < 0.99 || counted.recall.share < 0.9) process.exitCode = 1;
