/**
 * `npm run bench`: measures what was promised, on this machine, each load three times for a minute; `npm run
 * bench -- events sockets` some parts alone. Says what it does, prints a table with the spread, and writes
 * `bench/results/latest.json` and a picture of it beside.
 */
import { Command, InvalidArgumentError } from 'commander';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { deliveries } from './deliveries.ts';
import { events } from './events.ts';
import { gate } from './gate.ts';
import { growth } from './growth.ts';
import { machine, type Row } from './measured.ts';
import type { BenchOptions, Part } from './part.ts';
import { peers } from './peers.ts';
import { pictures } from './pictures.ts';
import { privacy } from './privacy.ts';
import { progressLine } from './progress.ts';
import { proof } from './proof.ts';
import { pullout } from './pullout.ts';
import { printTable, writeResults, type Results } from './results.ts';
import { sockets } from './sockets.ts';
import { turns } from './turns.ts';

const parts: readonly Part[] = [
  events,
  sockets,
  peers,
  deliveries,
  growth,
  gate,
  proof,
  privacy,
  pictures,
  pullout,
  turns,
];

const command = new Command('bench')
  .description('Measures what was promised, on this machine.')
  .argument('[parts...]', `which parts: ${parts.map((part) => part.name).join(', ')}; all of them by default`)
  .option('--seconds <n>', 'how long each load lasts', positive, 60)
  .option('--runs <n>', 'how often each figure is measured', positive, 3)
  .option('--links <n>', 'links in the database', positive, 1_000_000)
  .option('--many-links <n>', 'links for the figure on many more; 0 leaves it out', notNegative, 10_000_000)
  .option('--connected <n>', 'customers with an open web socket', positive, 1000)
  .option('--connected-share <part>', 'share of the events that is theirs', positive, 0.1)
  .option('--latency-batch <n>', 'events in a batch while latency is measured', positive, 100)
  .option('--entries <n>', 'entries up to which the tables are filled', positive, 20_000_000)
  .option('--pullout-links <n>', 'links of the bank that pulls out', positive, 100_000)
  .option('--results <folder>', 'where to write what was measured', join(import.meta.dirname, 'results'))
  .parse();

// So that what runs at the end of this process runs then too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const options = command.opts<BenchOptions>();
const results: Results = { at: new Date().toISOString(), machine: machine(), rows: [] };
const rows: Row[] = [];
console.log(`${results.machine}; load before: ${(loadavg()[0] ?? 0).toFixed(2)}`);
for (const part of chosen(command.args)) {
  const progress = progressLine(part.name);
  const measured = await part.run({ options, progress: progress.say, rows });
  progress.end();
  rows.push(...measured);
  console.log(`\n${part.heading}`);
  printTable(measured);
  // After each part, so that a run that is cut off leaves what it has measured.
  writeResults(options.results, { ...results, rows });
}
const missed = rows.filter((row) => row.reached === false);
console.log(`\n${rows.filter((row) => row.reached).length} goals reached, ${missed.length} missed.`);

/** The parts named, each behind those that it is compared with. */
function chosen(names: readonly string[]): Part[] {
  const wanted = new Set(names.length === 0 ? parts.map((part) => part.name) : names);
  for (const name of names) if (!parts.some((part) => part.name === name)) command.error(`There is no part "${name}".`);
  for (const part of parts.toReversed()) if (wanted.has(part.name) && part.after) wanted.add(part.after);
  return parts.filter((part) => wanted.has(part.name));
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0');
  return value;
}

function notNegative(text: string): number {
  return text === '0' ? 0 : positive(text);
}
