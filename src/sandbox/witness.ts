import { createPrivateKey, createPublicKey, hash, randomBytes, sign, verify } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#base';

/**
 * A witness of C2SP tlog-witness for one log, with a key of its own. It knows nothing of the hub's code, so
 * it checks the protocol for real; but whoever runs the hub runs it too, so it is independent of nobody.
 */
export interface SandboxWitness {
  /** Its verifier key: `<name>+<key hash>+<base64 of 0x04 || public key>`. */
  readonly key: string;
  /** Answers `POST add-checkpoint`: the status, the type of the body, and the body. */
  addCheckpoint(body: string): WitnessAnswer;
}

/** What the witness answers. */
export interface WitnessAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const name = 'sandbox-witness';
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const spki = Buffer.from('302a300506032b6570032100', 'hex');
const proofLinesMax = 63;

interface Tree {
  readonly size: number;
  readonly root: Buffer;
}

/**
 * Opens the witness over its folder: `key`, 32 secret bytes, and `tree`, the newest tree that it has cosigned.
 *
 * @param logKey verifier key of the one log that it knows
 */
export function openWitness(folder: string, logKey: string, clock: Clock): SandboxWitness {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secret = createPrivateKey({ key: Buffer.concat([pkcs8, seedIn(folder)]), format: 'der', type: 'pkcs8' });
  const publicBytes = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(spki.length);
  const data = Buffer.concat([Buffer.of(4), publicBytes]);
  const keyHash = sha256(Buffer.from(`${name}\n`), data).subarray(0, 4);
  const cosign = (text: string): string => {
    const seconds = BigInt(Math.floor(clock.nowMs() / 1000));
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(seconds);
    const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), secret);
    return `— ${name} ${Buffer.concat([keyHash, time, signature]).toString('base64')}\n`;
  };
  const log = logOf(logKey);
  return {
    key: `${name}+${keyHash.toString('hex')}+${data.toString('base64')}`,
    // Without an await between the comparison and the writing: two requests cannot pass each other.
    addCheckpoint: (body) => {
      const asked = parse(body);
      if (!asked) return plain(400, 'This is not a request of add-checkpoint.');
      if (asked.origin !== log.name) return plain(404, 'This log is not known here.');
      if (!asked.lines.some((line) => log.signed(asked.text, line))) return plain(403, 'The log has not signed this.');
      if (asked.old > asked.size) return plain(400, 'The old size is larger than the new one.');
      const before = readTree(folder);
      if (asked.old !== before.size || (asked.old === asked.size && !asked.root.equals(before.root)))
        return { status: 409, type: 'text/x.tlog.size', body: `${before.size}\n` };
      if (!continues(before, asked, asked.proof)) return plain(422, 'The consistency proof does not hold.');
      writeTree(folder, asked);
      return plain(200, cosign(asked.text));
    },
  };
}

const plain = (status: number, body: string): WitnessAnswer => ({ status, type: 'text/plain; charset=utf-8', body });
const sha256 = (...parts: readonly Buffer[]): Buffer => hash('sha256', Buffer.concat(parts), 'buffer');

interface Asked extends Tree {
  readonly old: number;
  readonly proof: readonly Buffer[];
  readonly text: string;
  readonly origin: string;
  readonly lines: readonly string[];
}

function parse(body: string): Asked | undefined {
  const empty = body.indexOf('\n\n');
  const [oldLine = '', ...proofLines] = body.slice(0, Math.max(0, empty)).split('\n');
  const [, old] = /^old (0|[1-9]\d{0,15})$/.exec(oldLine) ?? [];
  const note = body.slice(empty + 2);
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const [, origin, size, root = ''] =
    /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*$/.exec(text) ?? [];
  const proof = proofLines.map((line) => Buffer.from(line, 'base64'));
  const whole = proof.every((one, n) => one.length === 32 && one.toString('base64') === proofLines[n]);
  if (empty < 0 || end < 0 || old === undefined || origin === undefined || !whole) return undefined;
  if (proof.length > proofLinesMax || !note.endsWith('\n')) return undefined;
  const lines = note.slice(end + 2, -1).split('\n');
  return { old: Number(old), proof, text, origin, size: Number(size), root: Buffer.from(root, 'base64'), lines };
}

/** The log's name, and whether a line is its signature of a text. */
function logOf(logKey: string): { name: string; signed: (text: string, line: string) => boolean } {
  const [name = '', keyHash = '', encoded = ''] = logKey.trim().split(/\+(?=[0-9a-f]{8}\+)|(?<=\+[0-9a-f]{8})\+/);
  const publicBytes = Buffer.from(encoded, 'base64').subarray(1);
  const key = createPublicKey({ key: Buffer.concat([spki, publicBytes]), format: 'der', type: 'spki' });
  return {
    name,
    signed: (text, line) => {
      const [, signer, signature = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
      const bytes = Buffer.from(signature, 'base64');
      if (signer !== name || bytes.subarray(0, 4).toString('hex') !== keyHash) return false;
      return verify(null, Buffer.from(text), key, bytes.subarray(4));
    },
  };
}

/** Whether one tree begins with another: RFC 6962, section 2.1.2, from the outside in. */
function continues(before: Tree, after: Tree, proof: readonly Buffer[]): boolean {
  if (before.size === 0 || before.size === after.size) return proof.length === 0;
  const left = [...proof];
  const node = (a: Buffer, b: Buffer): Buffer => sha256(Buffer.of(1), a, b);
  const roots = (old: number, size: number, whole: boolean): [Buffer, Buffer] | undefined => {
    if (old === size) {
      const own = whole ? before.root : left.pop();
      return own && [own, own];
    }
    let split = 1;
    while (split * 2 < size) split *= 2;
    const sibling = left.pop();
    const inner = old <= split ? roots(old, split, whole) : roots(old - split, size - split, false);
    if (!sibling || !inner) return undefined;
    const [was, is] = inner;
    return old <= split ? [was, node(is, sibling)] : [node(sibling, was), node(sibling, is)];
  };
  const found = roots(before.size, after.size, true);
  return left.length === 0 && found !== undefined && found[0].equals(before.root) && found[1].equals(after.root);
}

function seedIn(folder: string): Buffer {
  const path = join(folder, 'key');
  if (!existsSync(path)) replaceFile(path, randomBytes(32));
  return readFileSync(path);
}

function readTree(folder: string): Tree {
  const path = join(folder, 'tree');
  if (!existsSync(path)) return { size: 0, root: sha256() };
  const [size = '', root = ''] = readFileSync(path, 'utf8').split('\n');
  return { size: Number(size), root: Buffer.from(root, 'base64') };
}

function writeTree(folder: string, { size, root }: Tree): void {
  replaceFile(join(folder, 'tree'), Buffer.from(`${size}\n${root.toString('base64')}\n`));
}

/** Put in place whole and on disk before anything is answered. */
function replaceFile(path: string, content: Buffer): void {
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}
