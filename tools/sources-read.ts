/**
 * `npm run sources:read -- shopify|woocommerce|easypost|schema-org FILE|DIR…` reads recorded bodies of shops and
 * carriers as the hub would, and prints a line of JSON for each thing in them: `file`, `kind` and what was understood,
 * or why it was ignored. The last line counts. Ends with 1 if a body crashed the reading or vanished.
 */
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DIALECTS, readBody, type Dialect, type Understood } from '#orders';
import { bodiesIn } from './source-bodies.ts';

const [dialect, ...paths] = process.argv.slice(2);
if (!isDialect(dialect) || paths.length === 0) {
  console.error(`npm run sources:read -- ${DIALECTS.join('|')} FILE|DIR…`);
  process.exit(2);
}

const totals = { bodies: 0, receipts: 0, parcels: 0, ignored: 0, crashed: 0, vanished: 0 };
for (const file of paths.flatMap((path) => filesIn(dialect, path)))
  for (const line of linesOf(dialect, file)) console.log(JSON.stringify(line));
console.log(JSON.stringify({ totals }));
if (totals.crashed + totals.vanished > 0 || totals.bodies === 0) process.exitCode = 1;

function isDialect(name: string | undefined): name is Dialect {
  return DIALECTS.some((one) => one === name);
}

/** The file itself, or every body below a folder. What is not there is named all the same, and fails where it is counted. */
function filesIn(from: Dialect, path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  const endings = from === 'schema-org' ? '{json,jsonld,html,htm}' : '{json,jsonl,ndjson}';
  return globSync(`**/*.${endings}`, { cwd: path })
    .toSorted()
    .map((name) => join(path, name));
}

function linesOf(from: Dialect, file: string): Record<string, unknown>[] {
  let bodies: readonly Buffer[];
  try {
    bodies = bodiesIn(readFileSync(file));
  } catch (error) {
    totals.bodies += 1;
    return [crashed(file, error)];
  }
  return bodies.flatMap((raw, n) => bodyLines(from, bodies.length > 1 ? { file, body: n } : { file }, raw));
}

function bodyLines(from: Dialect, place: Record<string, unknown>, raw: Buffer): Record<string, unknown>[] {
  totals.bodies += 1;
  let understood: readonly Understood[];
  try {
    understood = readBody(from, raw);
  } catch (error) {
    return [{ ...place, ...crashed(String(place['file']), error) }];
  }
  if (understood.length === 0) {
    totals.vanished += 1;
    return [{ ...place, vanished: true }];
  }
  return understood.map((one, index) => {
    if (one.kind === 'receipt') totals.receipts += 1;
    else if (one.kind === 'parcel') totals.parcels += 1;
    else totals.ignored += 1;
    return { ...place, ...(understood.length > 1 ? { index } : {}), ...one };
  });
}

function crashed(file: string, error: unknown): Record<string, unknown> {
  totals.crashed += 1;
  return { file, crashed: error instanceof Error ? error.message : 'unknown' };
}
