import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { everyFault, runSends } from './sends.ts';

// `npm run sends [-- SENDS]`: 10,000 sends through platforms that fail in every way. Prints what was counted, and
// writes it to test/results/sends.json when it is the whole of it.

const sends = Number(process.argv[2] ?? 10_000);
const people = Math.max(2, Math.round(sends / 40));
const seed = 'ten thousand';
const counted = await runSends({
  sends,
  people,
  faults: everyFault(seed),
  settleMs: 6_000,
  troubleMs: Math.min(15_000, 1_500 + sends * 2),
  say: (line) => process.stderr.write(`${line}\n`),
});
const [cpu] = cpus();
const result = {
  what: 'sends through the sandbox’s Messenger and WhatsApp while these fail in every way, counted at the platforms',
  at: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} × ${cpu?.model ?? 'unknown'}, Node ${process.version}`,
  people,
  faults: everyFault(seed),
  ...counted,
};
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
if (sends >= 10_000)
  writeFileSync(new URL('../results/sends.json', import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`);
const { missing, duplicates, outOfOrder } = counted;
if (missing + outOfOrder + (duplicates['without a reason'] ?? 0) > 0) process.exitCode = 1;
