/**
 * `npm run channels:check -- messenger|whatsapp FILE|DIR…` says of outgoing bodies which rules of the platform they
 * break, and prints a line of JSON for each: `file`, what it was taken for (`kind`), and `breaks`, each with its
 * `code`, `where`, `what` and `limit`. The last line counts. Ends with 1 if a body crashed the checker or could not be read.
 */
import { readFileSync } from 'node:fs';
import { checkMessenger } from '#channels/messenger';
import { checkWhatsApp } from '#channels/whatsapp';
import { jsonFilesIn } from './json-files.ts';

const checks = { messenger: checkMessenger, whatsapp: checkWhatsApp };

const [platform, ...paths] = process.argv.slice(2);
if ((platform !== 'messenger' && platform !== 'whatsapp') || paths.length === 0) {
  console.error('npm run channels:check -- messenger|whatsapp FILE|DIR…');
  process.exit(2);
}

const totals = { bodies: 0, clean: 0, broken: 0, breaks: 0, crashed: 0 };
const byCode: Record<string, number> = {};
for (const path of paths) for (const file of jsonFilesIn(path)) console.log(JSON.stringify(checkFile(file)));
console.log(JSON.stringify({ totals, byCode }));
if (totals.crashed > 0 || totals.bodies === 0) process.exitCode = 1;

function checkFile(file: string): Record<string, unknown> {
  totals.bodies += 1;
  try {
    const { kind, breaks } = checks[platform as keyof typeof checks](bodyOf(readFileSync(file, 'utf8')));
    totals[breaks.length === 0 ? 'clean' : 'broken'] += 1;
    totals.breaks += breaks.length;
    for (const { code } of breaks) byCode[code] = (byCode[code] ?? 0) + 1;
    return { file, kind, breaks };
  } catch (error) {
    totals.crashed += 1;
    return { file, crashed: error instanceof Error ? error.message : 'unknown' };
  }
}

/** What is no JSON is no body: the checker says so. */
function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
