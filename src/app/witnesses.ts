import { existsSync, readFileSync } from 'node:fs';
import { isLoopbackHost, outgoing } from '#base';
import { parseCosigner, type Witness, type WitnessCall } from '#proof';

/** A witness answers in milliseconds; one that takes longer is asked again. */
const answerMsMax = 3_000;
/** Signature lines of a few keys. */
const answerBytesMax = 16 * 1024;

/**
 * Reads witnesses: a file with one a line, or the lines themselves, separated by commas. Each is a verifier
 * key and a submission prefix. Undefined when one of them is not.
 */
export function readWitnesses(text: string): Witness[] | undefined {
  if (text === '') return [];
  const listed = existsSync(text) ? readFileSync(text, 'utf8') : text;
  const lines = listed.split(/[\n,]/).map((line) => line.trim());
  const witnesses = lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [key = '', address = '', ...more] = line.split(/\s+/);
      const cosigner = parseCosigner(key);
      return cosigner && more.length === 0 && isAllowed(address) ? witnessAt(cosigner.text, address, true) : undefined;
    });
  return witnesses.every((one) => one !== undefined) ? witnesses : undefined;
}

/** A witness by its key and address; undefined when the key is none. */
export function witnessAt(key: string, address: string, independent: boolean): Witness | undefined {
  const cosigner = parseCosigner(key);
  return cosigner && { cosigner, address: address.replace(/\/$/, ''), independent };
}

/** Encrypted, or on this machine. */
function isAllowed(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname));
}

/** Calls these witnesses and nobody else: no redirect, an answer of a few kilobytes, three seconds. */
export function witnessCall(witnesses: readonly Witness[]): WitnessCall {
  const call = outgoing(
    'witness',
    witnesses.map(({ address }) => new URL(address).origin),
  );
  return async (address, body) => {
    const response = await call(address, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body,
      signal: AbortSignal.timeout(answerMsMax),
    });
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of response.body ?? []) {
      bytes += part.byteLength;
      // Leaving the loop cancels the rest.
      if (bytes > answerBytesMax) throw new Error('the witness answered more than signatures');
      parts.push(part);
    }
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, body: Buffer.concat(parts).toString('utf8') };
  };
}
