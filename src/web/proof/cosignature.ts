import { same, utf8 } from './bytes.ts';
import { noteParts, parseKey } from './note.ts';

/** A witness as the operator names it. */
export interface NamedWitness {
  readonly name: string;
  /** Its verifier key: `<name>+<key hash>+<base64 of 0x04 || public key>`. */
  readonly key: string;
  readonly independent: boolean;
  /** When it is said to have cosigned last; null when never. */
  readonly at: string | null;
}

/** Keys of witnesses by their names, as this browser remembers them. */
export type WitnessKeys = Readonly<Record<string, string>>;

/** What this browser found of the independent witnesses that it is told of or remembers, by their names. */
export interface WitnessFinding {
  /** Their signature is right, by the key that was remembered. */
  readonly remembered: readonly string[];
  /** Their signature is right, by a key that was not known here before. */
  readonly first: readonly string[];
  /** The operator names them; nothing of theirs stands under this checkpoint that this browser can check. */
  readonly said: readonly string[];
  /** Their signature was right before and is missing now. */
  readonly gone: readonly string[];
  /** They are named with another key than the one remembered. */
  readonly changed: readonly string[];
}

/** A cosignature (C2SP tlog-cosignature, Ed25519) has a type of its own and its time: 8 bytes, big-endian. */
const cosignatureKeyType = 4;
const timeBytes = 8;

/**
 * Whether a checkpoint carries the right cosignature of a witness. False as well for a key that is none, and in
 * a browser that cannot check Ed25519: what was not checked is not right.
 *
 * @param verifier `<name>+<key hash>+<base64 of 0x04 || public key>`
 */
export async function isCosigned(note: string, verifier: string): Promise<boolean> {
  const key = await parseKey(verifier, cosignatureKeyType);
  const parts = noteParts(note);
  if (!key || !parts) return false;
  try {
    const imported = await crypto.subtle.importKey('raw', key.raw, 'Ed25519', false, ['verify']);
    const checks = parts.signatures.map(async (line) => {
      if (line?.name !== key.name || !same(line.hash, key.hash) || line.signature.length !== timeBytes + 64)
        return false;
      const seconds = new DataView(line.signature.buffer, line.signature.byteOffset).getBigUint64(0);
      const message = utf8(`cosignature/v1\ntime ${seconds}\n${parts.text}`);
      return crypto.subtle.verify('Ed25519', imported, line.signature.slice(timeBytes), message);
    });
    return (await Promise.all(checks)).includes(true);
  } catch {
    return false;
  }
}

/**
 * Compares what the operator says of witnesses with the checkpoint in hand and with the keys remembered here.
 * Answers also which keys are to be remembered from now on: never another one in the place of a known one.
 */
export async function findWitnesses(
  note: string,
  named: readonly NamedWitness[],
  known: WitnessKeys,
): Promise<{ readonly finding: WitnessFinding; readonly keys: WitnessKeys }> {
  const finding = { remembered: [], first: [], said: [], gone: [], changed: [] } as Record<
    keyof WitnessFinding,
    string[]
  >;
  const keys: Record<string, string> = { ...known };
  const told = named.filter(({ independent, at }) => independent && at !== null);
  for (const [name, key] of Object.entries(known)) {
    if (told.some((one) => one.name === name && one.key !== key)) finding.changed.push(name);
    else if (await isCosigned(note, key)) finding.remembered.push(name);
    else finding.gone.push(name);
  }
  for (const { name, key } of told) {
    if (Object.hasOwn(keys, name)) continue;
    if (await isCosigned(note, key)) {
      finding.first.push(name);
      keys[name] = key;
    } else finding.said.push(name);
  }
  return { finding, keys };
}
