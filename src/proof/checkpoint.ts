import { hashBytes, type TreeHead } from './merkle.ts';
import { openNote, signNote, type Signer, type Verifier } from './note.ts';

/**
 * A checkpoint (C2SP tlog-checkpoint): a signed note of three lines, the log's name, the number of leaves
 * in decimal, the root in base64.
 */
export function signCheckpoint({ size, root }: TreeHead, signer: Signer): string {
  return signNote(`${signer.name}\n${size}\n${root.toString('base64')}\n`, signer);
}

/** The tree that a checkpoint commits to; undefined unless its signature and its form are right. */
export function openCheckpoint(note: string, verifier: Verifier): TreeHead | undefined {
  const text = openNote(note, verifier);
  const [, origin, count = '', encoded = ''] =
    /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]+=*)\n(?:[^\n]+\n)*$/.exec(text ?? '') ?? [];
  const [size, root] = [Number(count), Buffer.from(encoded, 'base64')];
  if (origin !== verifier.name || !Number.isSafeInteger(size)) return undefined;
  return root.length === hashBytes && root.toString('base64') === encoded ? { size, root } : undefined;
}
