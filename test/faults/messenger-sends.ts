/**
 * `node test/faults/messenger-sends.ts [customers] [messages]`: messages from a bank to customers on two
 * messengers, of which one fails in every way there is, over real HTTP and PostgreSQL; 10,000 sends unless said
 * otherwise. Prints what it counted and writes it to `test/results/`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { runThroughMessenger } from './messenger-run.ts';

const [customers = 500, messages = 10] = process.argv.slice(2).map(Number);
const ran = await runThroughMessenger({ customers, messages });
const result = { at: new Date().toISOString(), cores: availableParallelism(), customers, messages, ...ran };
console.log(result);
const folder = new URL('../results/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('messenger-sends.json', folder), `${JSON.stringify(result, null, 2)}\n`);
const { missing, missingElsewhere, twiceWithoutReason, twiceElsewhere, outOfOrder, parked } = ran;
process.exitCode = missing + missingElsewhere + twiceWithoutReason + twiceElsewhere + outOfOrder + parked === 0 ? 0 : 1;
