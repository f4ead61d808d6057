import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import { TellerlineError } from '#base';

/**
 * Signed notes (C2SP signed-note): a text that ends in a newline, an empty line, then one line a
 * signature: "— <name> <base64 of key hash (4 bytes) || signature>". Ed25519, algorithm byte 0x01.
 */
const ed25519 = 1;
const keyHashBytes = 4;
const signatureBytes = 64;
const namePattern = /^[^\s+\p{Z}\p{C}]+$/u;

/** Who signed, and the means to check it. */
export interface Verifier {
  readonly name: string;
  /** `<name>+<key hash>+<base64 of 0x01 || public key>`, as `/log/key` shows it. */
  readonly text: string;
  verify(message: Buffer, signature: Buffer): boolean;
  readonly keyHash: Buffer;
}

/** A verifier that can also sign. */
export interface Signer extends Verifier {
  sign(message: Buffer): Buffer;
}

/** PKCS #8 and SPKI around the 32 bytes of an Ed25519 key (RFC 8410). */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** A signer from the 32 secret bytes of an Ed25519 key. */
export function noteSigner(name: string, seed: Buffer): Signer {
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' });
  const bytes = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length);
  return { ...verifierOf(name, bytes), sign: (message) => sign(null, message, key) };
}

/** A verifier from its text, or undefined when that is not one of Ed25519 with the right key hash. */
export function parseVerifier(text: string): Verifier | undefined {
  const read = readKeyText(text, ed25519);
  return read && verifierOf(read.name, read.publicBytes);
}

/** What stands in a verifier key. */
interface KeyText {
  readonly name: string;
  readonly keyHash: Buffer;
  readonly publicBytes: Buffer;
  /** As it is written, without white space around it. */
  readonly text: string;
}

/** Reads a verifier key of one algorithm over 32 bytes; undefined when it is another, or its key hash is wrong. */
export function readKeyText(given: string, algorithm: number): KeyText | undefined {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(given.trim());
  const [, name = '', , encoded = ''] = match ?? [];
  const data = Buffer.from(encoded, 'base64');
  if (!namePattern.test(name) || data.length !== 33 || data[0] !== algorithm) return undefined;
  const keyHash = keyHashOf(name, data);
  const text = keyText(name, keyHash, data);
  return text === given.trim() ? { name, keyHash, publicBytes: data.subarray(1), text } : undefined;
}

const keyText = (name: string, keyHash: Buffer, data: Buffer): string =>
  `${name}+${keyHash.toString('hex')}+${data.toString('base64')}`;

const keyHashOf = (name: string, data: Buffer): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), data]), 'buffer').subarray(0, keyHashBytes);

/** The SPKI form of an Ed25519 key's 32 public bytes. */
export const spkiOf = (publicBytes: Buffer): Buffer => Buffer.concat([publicPrefix, publicBytes]);

function verifierOf(name: string, publicBytes: Buffer): Verifier {
  if (!namePattern.test(name)) {
    throw new TellerlineError('log_name_malformed', 500, `"${name}" cannot name a log: it holds a space or a plus.`);
  }
  const key: KeyObject = createPublicKey({
    key: spkiOf(publicBytes),
    format: 'der',
    type: 'spki',
  });
  const data = Buffer.concat([Buffer.of(ed25519), publicBytes]);
  const keyHash = keyHashOf(name, data);
  return {
    name,
    keyHash,
    text: keyText(name, keyHash, data),
    verify: (message, signature) => verify(null, message, key, signature),
  };
}

/** Signs a text, which must end in a newline. */
export function signNote(text: string, signer: Signer): string {
  const signature = Buffer.concat([signer.keyHash, signer.sign(Buffer.from(text))]);
  return `${text}\n— ${signer.name} ${signature.toString('base64')}\n`;
}

/**
 * The text of a note that this verifier's key signed; undefined when no signature of it is there and
 * right. Signatures of other keys (witnesses) are passed over.
 */
export function openNote(note: string, verifier: Verifier): string | undefined {
  const parts = noteParts(note);
  const signatures = signaturesOf(note);
  if (!parts || !signatures) return undefined;
  const own = signatures.filter(({ name, keyHash }) => name === verifier.name && keyHash.equals(verifier.keyHash));
  // One bad signature by the key that is asked for spoils the note, as in Go's own reader.
  const right = own.every(
    ({ signature }) => signature.length === signatureBytes && verifier.verify(Buffer.from(parts.text), signature),
  );
  return own.length > 0 && right ? parts.text : undefined;
}

/** Who signed a note, unchecked; undefined when one of its lines has not the form of a signature. */
export function signaturesOf(note: string): { name: string; keyHash: Buffer; signature: Buffer }[] | undefined {
  const signatures = noteParts(note)
    ?.lines.slice(0, -1)
    .split('\n')
    .map((line) => {
      const [, name = '', encoded = ''] = /^— (\S+) ([A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
      const bytes = Buffer.from(encoded, 'base64');
      if (name === '' || bytes.length <= keyHashBytes || bytes.toString('base64') !== encoded) return undefined;
      return { name, keyHash: bytes.subarray(0, keyHashBytes), signature: bytes.subarray(keyHashBytes) };
    });
  return signatures?.every((one) => one !== undefined) ? signatures : undefined;
}

/** A note's text and its signature lines, each with its newline; undefined when it has not the form of a note. */
export function noteParts(note: string): { readonly text: string; readonly lines: string } | undefined {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return undefined;
  return { text: note.slice(0, end + 1), lines: note.slice(end + 2) };
}
