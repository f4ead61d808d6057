import { concat, fromBase64, same, sha256, utf8, type Bytes } from './bytes.ts';
import type { TreeHead } from './tree.ts';

/** A checkpoint whose log's own signature is right. */
export interface Checkpoint extends TreeHead {
  readonly origin: string;
  /** Names of others whose signature lines stand below: witnesses. `cosignature.ts` checks those whose key is known. */
  readonly others: readonly string[];
}

/** Why a checkpoint was not taken. `unsupported`: this browser cannot check Ed25519. */
export type NoteProblem = 'malformed' | 'wrong-signature' | 'unsupported';

/** Ed25519, as a log signs; C2SP signed-note. */
const logKeyType = 1;

/** A key in verifier form, read. */
export interface Key {
  readonly name: string;
  readonly hash: Bytes;
  readonly raw: Bytes;
}

/**
 * Opens a checkpoint (C2SP tlog-checkpoint, a signed note) with the log's key in verifier form
 * (`<name>+<key hash>+<base64>`): its own signature is checked, its size and root are read.
 */
export async function openCheckpoint(note: string, verifier: string): Promise<Checkpoint | NoteProblem> {
  const key = await parseKey(verifier, logKeyType);
  const parts = noteParts(note);
  if (!key || !parts) return 'malformed';
  const { text, signatures } = parts;
  const own = signatures.find((line) => line?.name === key.name && same(line.hash, key.hash));
  const [origin, size = '', root = ''] = text.split('\n');
  const rootBytes = fromBase64(root);
  if (!own || origin !== key.name || !/^(0|[1-9]\d{0,15})$/.test(size) || rootBytes?.length !== 32) return 'malformed';
  let right: boolean;
  try {
    const imported = await crypto.subtle.importKey('raw', key.raw, 'Ed25519', false, ['verify']);
    right = await crypto.subtle.verify('Ed25519', imported, own.signature, utf8(text));
  } catch {
    return 'unsupported';
  }
  if (!right) return 'wrong-signature';
  const others = signatures.flatMap((line) => (line && line !== own ? [line.name] : []));
  return { origin, size: Number(size), root: rootBytes, others };
}

/** Text and signature lines of a signed note; undefined when it is none. */
export function noteParts(
  note: string,
): { readonly text: string; readonly signatures: readonly (Signature | undefined)[] } | undefined {
  const end = note.indexOf('\n\n');
  const lines = note.slice(end + 2).split('\n');
  if (end < 0 || lines.pop() !== '') return undefined;
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

/** Reads a key of the type named from `<name>+<key hash>+<base64>`; undefined for any other. */
export async function parseKey(verifier: string, type: number): Promise<Key | undefined> {
  const [, name = '', hex = '', base64 = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(verifier) ?? [];
  const bytes = fromBase64(base64);
  if (bytes?.length !== 33 || bytes[0] !== type) return undefined;
  const hash = (await sha256(utf8(`${name}\n`), bytes)).slice(0, 4);
  const said = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return same(hash, said) ? { name, hash, raw: bytes.slice(1) } : undefined;
}

interface Signature {
  readonly name: string;
  readonly hash: Bytes;
  readonly signature: Bytes;
}

function parseSignature(line: string): Signature | undefined {
  const [, name = '', base64 = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
  const bytes = fromBase64(base64);
  if (!bytes || bytes.length < 5) return undefined;
  return { name, hash: concat(bytes.slice(0, 4)), signature: bytes.slice(4) };
}
