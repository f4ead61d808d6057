import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { outgoing, TellerlineError } from '#base';
import {
  continuesOffline,
  cosignatureOf,
  parseCosigner,
  parseVerifier,
  verifyExport,
  verifyLog,
  type LogFetch,
  type Verdict,
  type Verifier,
} from '#proof';

/** What of a log may come in one answer: a full tile is 8 KiB, a bundle of entries 256 × 64 KiB at most. */
const answerBytesMax = 17 * 1024 * 1024;
const answerMsMax = 30_000;

export interface VerifyChoices {
  /** The log's key, or a file that holds it. */
  readonly key?: string;
  /** File of the checkpoint that was seen last; written anew when all is well. */
  readonly remember?: string;
  /** Keys of witnesses, or a file with one a line: each must have cosigned the checkpoint. */
  readonly witness?: string;
  /** Read and hash every leaf of the log. */
  readonly all?: true;
}

/**
 * Checks a log at an address, or an export or a receipt in a file (offline).
 *
 * @throws TellerlineError `verify_refused` when what was given cannot be read
 */
export async function verify(what: string, choices: VerifyChoices): Promise<Verdict> {
  const expected = choices.key === undefined ? undefined : readKey(choices.key);
  const remembered =
    choices.remember !== undefined && existsSync(choices.remember) ? readFileSync(choices.remember, 'utf8') : undefined;
  if (!/^https?:\/\//.test(what)) {
    const verdict = cosigned(verifyExport(readText(what), expected), choices.witness);
    return remembered === undefined ? verdict : continuesOffline(verdict, remembered, expected);
  }
  const checked = await verifyLog(fetchFrom(what), { expected, remembered, all: choices.all ?? false });
  const verdict = cosigned(checked, choices.witness);
  if (verdict.holds && verdict.checkpoint !== undefined && choices.remember !== undefined) {
    // Written beside and put in place, so that a full disk does not lose the one that was there.
    const fresh = `${choices.remember}.new`;
    writeFileSync(fresh, verdict.checkpoint);
    renameSync(fresh, choices.remember);
  }
  return verdict;
}

function readKey(given: string): Verifier {
  const key = parseVerifier(given) ?? (existsSync(given) ? parseVerifier(readFileSync(given, 'utf8')) : undefined);
  if (!key) throw refused('--key is neither the key of a log nor a file that holds one.');
  return key;
}

/** Adds to a verdict whether the witnesses named have cosigned the checkpoint. */
function cosigned(verdict: Verdict, witness: string | undefined): Verdict {
  const { checkpoint } = verdict;
  if (witness === undefined || checkpoint === undefined) return verdict;
  const lines = (existsSync(witness) ? readFileSync(witness, 'utf8') : witness)
    .split(/[\n,]/)
    .map((line) => line.trim());
  const cosigners = lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => parseCosigner(line.split(/\s/)[0] ?? ''));
  const said = cosigners.map((cosigner): { holds: boolean; sentence: string } => {
    if (!cosigner) throw refused('--witness is neither the key of a witness nor a file that holds such keys.');
    const found = cosignatureOf(checkpoint, cosigner);
    return found
      ? { holds: true, sentence: `${cosigner.name} has cosigned it at ${found.at.toISOString()}.` }
      : { holds: false, sentence: `${cosigner.name} has NOT cosigned this checkpoint.` };
  });
  const holds = verdict.holds && said.every((one) => one.holds);
  return { ...verdict, holds, said: [...verdict.said, ...said.map((one) => one.sentence)] };
}

function readText(file: string): string {
  if (!existsSync(file)) throw refused(`There is no file ${file}. An address begins with http:// or https://.`);
  return readFileSync(file, 'utf8');
}

/** Reads what stands below a log's address. */
function fetchFrom(address: string): LogFetch {
  const base = address.endsWith('/') ? address : `${address}/`;
  if (!URL.canParse(base)) throw refused(`${address} is not an address.`);
  const call = outgoing('log', [new URL(base).origin]);
  return async (path) => {
    const response = await call(new URL(path, base).href, {
      signal: AbortSignal.timeout(answerMsMax),
    }).catch((error: unknown) => {
      throw refused(`${new URL(path, base).href} does not answer.`, error);
    });
    if (response.status === 404) return undefined;
    if (!response.ok) throw refused(`${response.url} answered ${response.status}.`);
    const body = Buffer.from(await response.arrayBuffer());
    if (body.length > answerBytesMax) throw refused(`${response.url} answered more than a log does.`);
    return body;
  };
}

function refused(message: string, cause?: unknown): TellerlineError {
  return new TellerlineError('verify_refused', 400, message, {}, { cause });
}
