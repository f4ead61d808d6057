import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '#base';
import { invariant, isTellerlineError, syncFolder, TellerlineError } from '#base';
import { dataKey, forgetKey, open, seal } from './cipher.ts';
import { createOnce, overwrite, ownFolder, readIfThere, readOwn, replace } from './key-file.ts';
import { rootGone, type KeyProvider, type RootOwner } from './key-provider.ts';

const keyBytes = 32;

/** Where things stand in the key folder. */
interface Places {
  readonly folder: string;
  /** The key-encrypting key, 32 bytes. */
  readonly kek: string;
  /** The next one, there while a rotation is under way: what was wrapped anew opens under it already. */
  readonly nextKek: string;
  /** The key of blind indexes, sealed under the key-encrypting key. */
  readonly index: string;
  /** `<owner>/<generation>`: roots, sealed under the key-encrypting key. */
  readonly roots: string;
}

/**
 * Keys in files of the operator's: made at the first start, mode 0600, refused when others may read
 * them. The key-encrypting key is read for each release and not kept, so another process may rotate it.
 *
 * @param folder outside the data folder, so that a copy of the data is no copy of the keys
 * @throws TellerlineError `key_file_open_to_others`, `key_file_damaged`
 */
export function fileKeyProvider(folder: string, random: Random): KeyProvider {
  const places: Places = {
    folder,
    kek: join(folder, 'kek'),
    nextKek: join(folder, 'kek.next'),
    index: join(folder, 'index'),
    roots: join(folder, 'roots'),
  };
  ownFolder(folder);
  ownFolder(places.roots);
  createOnce(places.kek, random.bytes(keyBytes), random);
  const indexKey = readOrDeriveIndexKey(places, random);
  return {
    holders: new Set(),
    index: (domain, value) => createHmac('sha256', indexKey).update(`${domain}\0${value}`).digest(),
    unwrapDirect: async (context, wrapped) => openUnderKek(places, `wrap|${context}`, wrapped),
    createRoot: async (owner, generation) => {
      ownFolder(join(places.roots, nameOf(owner)));
      const root = random.bytes(keyBytes);
      createOnce(
        rootPath(places, owner, generation),
        sealUnderKek(places, rootContext(owner, generation), root, random),
        random,
      );
      root.fill(0);
    },
    leaseRoot: async (owner, generation) => {
      const sealed = readIfThere(rootPath(places, owner, generation));
      if (!sealed) throw rootGone(owner, generation);
      return openUnderKek(places, rootContext(owner, generation), sealed);
    },
    destroyRootsBefore: async (owner, generation) => destroyBefore(places, owner, generation, random),
    rotateKek: async () => rotate(places, random),
  };
}

/** The keys that may open a file now: the key-encrypting key, and the next one while it is being put in place. */
function keks({ kek, nextKek }: Places): Buffer[] {
  // The next one first: between the two readings it may take the other's place.
  const next = readIfThere(nextKek);
  const found = [readOwn(kek), ...(next ? [next] : [])];
  for (const secret of found) {
    if (secret.length !== keyBytes) {
      throw new TellerlineError(
        'key_file_damaged',
        500,
        `The key file ${kek} does not hold a key of ${keyBytes} bytes.`,
      );
    }
  }
  return found;
}

function sealUnderKek(places: Places, context: string, secret: Buffer, random: Random): Buffer {
  const newest = keks(places).at(-1) as Buffer;
  return seal(dataKey(newest), context, secret, random);
}

function openUnderKek(places: Places, context: string, sealed: Buffer): Buffer {
  try {
    return openUnderOneOf(keks(places), context, sealed);
  } catch (error) {
    if (!isTellerlineError(error, 'sealed_unreadable')) throw error;
    // A rotation that began between the two readings has put another key in place.
    return openUnderOneOf(keks(places), context, sealed);
  }
}

function openUnderOneOf(secrets: readonly Buffer[], context: string, sealed: Buffer): Buffer {
  let failure: unknown;
  for (const secret of secrets) {
    try {
      return open(dataKey(secret), context, sealed);
    } catch (error) {
      if (!isTellerlineError(error, 'sealed_unreadable')) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** Blind indexes outlive every key-encrypting key. The first one is derived, as all were before they had a file. */
function readOrDeriveIndexKey(places: Places, random: Random): Buffer {
  const sealed = readIfThere(places.index);
  if (sealed) return openUnderKek(places, 'index', sealed);
  const derived = Buffer.from(hkdfSync('sha256', readOwn(places.kek), '', 'tellerline blind index v1', keyBytes));
  createOnce(places.index, sealUnderKek(places, 'index', derived, random), random);
  return derived;
}

function destroyBefore(places: Places, owner: RootOwner, generation: number, random: Random): void {
  const folder = join(places.roots, nameOf(owner));
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (!/^\d+$/.test(name) || Number(name) >= generation) continue;
    overwrite(join(folder, name), random);
    rmSync(join(folder, name));
  }
  syncFolder(folder);
}

/**
 * Wraps every file under the next key, then puts that in the old one's place. A rotation that was cut
 * off at any step is taken up by the next one; until then both keys open what is theirs.
 */
function rotate(places: Places, random: Random): void {
  createOnce(places.nextKek, random.bytes(keyBytes), random);
  const next = readOwn(places.nextKek);
  // Opened before the renaming, so that what is overwritten is the old file, whatever its name is then.
  const old = openSync(places.kek, 'r+');
  try {
    invariant(!timingSafeEqual(readOwn(places.kek), next), 'one rotation of the key-encrypting key at a time');
    const key = dataKey(next);
    for (const { path, context } of sealedFiles(places)) {
      const secret = openUnderKek(places, context, readOwn(path));
      replace(path, seal(key, context, secret, random), random);
      secret.fill(0);
    }
    for (const { path, context } of sealedFiles(places)) open(key, context, readOwn(path)).fill(0);
    forgetKey(key);
    renameSync(places.nextKek, places.kek);
    syncFolder(places.folder);
    writeSync(old, random.bytes(keyBytes), 0, keyBytes, 0);
    fsyncSync(old);
  } finally {
    next.fill(0);
    closeSync(old);
  }
}

function sealedFiles(places: Places): { path: string; context: string }[] {
  const roots = readdirSync(places.roots).flatMap((owner) =>
    readdirSync(join(places.roots, owner))
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({ path: join(places.roots, owner, name), context: rootContext(owner, Number(name)) })),
  );
  return [{ path: places.index, context: 'index' }, ...roots];
}

function nameOf(owner: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(owner)) throw new Error('the owner of a root has a name that is no file name');
  return owner;
}

const rootPath = (places: Places, owner: RootOwner, generation: number): string =>
  join(places.roots, nameOf(owner), String(generation));
const rootContext = (owner: string, generation: number): string => `root|${owner}|${generation}`;
