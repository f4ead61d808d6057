import { createPublicKey, verify } from 'node:crypto';
import { noteParts, readKeyText, spkiOf } from './note.ts';

/** A cosignature (C2SP tlog-cosignature, Ed25519): "a signature type of its own", 0x04, with its time. */
const algorithm = 4;
const keyHashBytes = 4;
const timeBytes = 8;
const signatureBytes = 64;

/** A cosignature that was checked. */
export interface Cosignature {
  /** The signature line, with its newline. */
  readonly line: string;
  /** When the witness signed, by its own clock. */
  readonly at: Date;
}

/** Who cosigns checkpoints, and the means to check it. */
export interface Cosigner {
  readonly name: string;
  /** `<name>+<key hash>+<base64 of 0x04 || public key>`. */
  readonly text: string;
  /** The newest right cosignature of a checkpoint's text among signature lines; those of other keys are passed over. */
  find(text: string, lines: string): Cosignature | undefined;
}

/** A cosigner from its verifier key, or undefined when that is not one of Ed25519 cosignatures (0x04) with the right key hash. */
export function parseCosigner(keyText: string): Cosigner | undefined {
  const read = readKeyText(keyText, algorithm);
  if (!read) return undefined;
  const { name, keyHash, publicBytes, text: own } = read;
  const key = createPublicKey({ key: spkiOf(publicBytes), format: 'der', type: 'spki' });
  const check = (text: string, line: string): Cosignature | undefined => {
    const [, signer = '', encoded = ''] = /^— (\S+) ([A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    if (signer !== name || bytes.length !== keyHashBytes + timeBytes + signatureBytes) return undefined;
    if (!bytes.subarray(0, keyHashBytes).equals(keyHash) || bytes.toString('base64') !== encoded) return undefined;
    const seconds = bytes.readBigUInt64BE(keyHashBytes);
    const message = Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
    const right = verify(null, message, key, bytes.subarray(keyHashBytes + timeBytes));
    const at = new Date(Number(seconds) * 1000);
    return right && !Number.isNaN(at.getTime()) ? { line: `${line}\n`, at } : undefined;
  };
  return {
    name,
    text: own,
    find: (text, lines) =>
      lines
        .split('\n')
        .flatMap((line) => check(text, line) ?? [])
        .toSorted((a, b) => b.at.getTime() - a.at.getTime())[0],
  };
}

/** The cosignature of a checkpoint by this witness; undefined when there is none that is right. */
export function cosignatureOf(note: string, cosigner: Cosigner): Cosignature | undefined {
  const parts = noteParts(note);
  return parts && cosigner.find(parts.text, parts.lines);
}
