/**
 * `npm run channels:read -- messenger|whatsapp FILE|DIR…` reads recorded bodies as the hub would, and prints a line
 * of JSON for each: `file`, and either `entries` (what was recognised, in the messenger's word and in ours, and of
 * whom) or `deadLetter` (why not). The last line counts. Ends with 1 if a body crashed the reading or vanished.
 */
import { readFileSync } from 'node:fs';
import { readMessenger } from '#channels/messenger';
import { readWhatsApp } from '#channels/whatsapp';
import type { Reading } from '#delivery';
import { inEnvelope, type Platform } from './channel-fragments.ts';
import { jsonFilesIn } from './json-files.ts';

const [platform, ...paths] = process.argv.slice(2);
if ((platform !== 'messenger' && platform !== 'whatsapp') || paths.length === 0) {
  console.error('npm run channels:read -- messenger|whatsapp FILE|DIR…');
  process.exit(2);
}

const totals = { bodies: 0, entries: 0, deadLetters: 0, crashed: 0, vanished: 0 };
for (const path of paths) for (const file of jsonFilesIn(path)) console.log(JSON.stringify(readFile(platform, file)));
console.log(JSON.stringify({ totals }));
if (totals.crashed + totals.vanished > 0 || totals.bodies === 0) process.exitCode = 1;

function readFile(from: Platform, file: string): Record<string, unknown> {
  totals.bodies += 1;
  let readings: readonly Reading[];
  try {
    const raw = inEnvelope(from, readFileSync(file));
    // No app of anybody's: a recorded echo is another's.
    readings = from === 'messenger' ? readMessenger(raw, { appId: '0' }) : readWhatsApp(raw);
  } catch (error) {
    totals.crashed += 1;
    return { file, crashed: error instanceof Error ? error.message : 'unknown' };
  }
  const dead = readings.flatMap((one) => (one.kind === 'dead-letter' ? [one.reason] : []));
  const entries = readings.flatMap((one) => (one.kind === 'dead-letter' ? [] : [entryOf(one)]));
  totals.entries += entries.length;
  totals.deadLetters += dead.length;
  if (readings.length === 0) totals.vanished += 1;
  return {
    file,
    ...(entries.length > 0 || dead.length === 0 ? { entries } : {}),
    ...(dead.length > 0 ? { deadLetter: dead.length === 1 ? dead[0] : dead } : {}),
  };
}

/** `kind` in the messenger's word, `reading` in ours; `sender` is the person, where one is named. */
function entryOf(reading: Exclude<Reading, { kind: 'dead-letter' }>): Record<string, unknown> {
  const person = 'person' in reading ? reading.person : undefined;
  return {
    kind: reading.word,
    reading: reading.kind,
    from: reading.from,
    account: reading.account,
    ...(person ? { sender: person.id ?? person.number, person } : {}),
    ...('what' in reading ? { what: reading.what } : {}),
    ...('status' in reading ? { status: reading.status } : {}),
    key: reading.key,
  };
}
