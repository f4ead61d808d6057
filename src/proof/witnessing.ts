import { isTellerlineError, TellerlineError, type Clock, type Log } from '#base';
import { signCheckpoint } from './checkpoint.ts';
import type { Cosigner } from './cosignature.ts';
import { consistencySpans, emptyRoot } from './merkle.ts';
import { noteParts, type Signer } from './note.ts';
import type { Head, LogStorage } from './storage.ts';
import { hashOfSpan, tilesFor } from './tiles.ts';

/** A witness that is asked for cosignatures. */
export interface Witness {
  readonly cosigner: Cosigner;
  /** Its submission prefix, without a slash at the end. */
  readonly address: string;
  /** False for one that the operator of this log runs too: it proves the protocol and nothing else. */
  readonly independent: boolean;
}

/** Calls a witness: POST with this body. Bounded in time and size; throws when there is no answer. */
export type WitnessCall = (
  address: string,
  body: string,
) => Promise<{ readonly status: number; readonly type: string; readonly body: string }>;

/** What witnessing is given. */
export interface WitnessingParts {
  readonly witnesses: readonly Witness[];
  readonly call: WitnessCall;
  readonly clock: Clock;
}

/** Asks witnesses to cosign (C2SP tlog-witness). */
export interface Witnessing {
  /**
   * Asks those that have not cosigned this checkpoint yet, and waits for their answers for a moment: a slow one
   * answers into a later call, one that fails is left alone for a while.
   *
   * @param first the first question of a process, before it signs anything: everybody is asked and waited for
   * @throws TellerlineError `log_witness_ahead`, `log_witness_disagrees`: nothing more may be signed
   */
  seek(head: Head | undefined, first?: 'first'): Promise<void>;
  /** Waits for the answers under way. */
  settle(): Promise<void>;
}

/** A round waits this long for cosignatures, so that a slow witness holds no checkpoint up for long. */
const waitMs = 250;
const pauseMsMin = 1_000;
const pauseMsMax = 60_000;
/** Conflicts in one asking: the first tells the witness's size, another that it has grown meanwhile. */
const triesMax = 3;

const fatal = ['log_witness_ahead', 'log_witness_disagrees'] as const;

/** One witness as this process knows it. Owned by the asking under way. */
interface Known {
  readonly witness: Witness;
  /** The tree that it cosigned last, as far as we know. */
  size: number;
  /** The tree for which we have its cosignature. */
  cosignedSize: number | undefined;
  failures: number;
  notBeforeMs: number;
  asking: Promise<void> | undefined;
}

/** Makes witnessing; it calls nobody until it is asked to. */
export function createWitnessing(
  parts: WitnessingParts & { readonly storage: LogStorage; readonly signer: Signer; readonly log: Log },
): Witnessing {
  const { witnesses, storage, signer, log, clock } = parts;
  const known = witnesses.map((witness): Known => {
    return { witness, size: 0, cosignedSize: undefined, failures: 0, notBeforeMs: 0, asking: undefined };
  });
  let remembered = false;
  let stop: TellerlineError | undefined;

  const remember = async (): Promise<void> => {
    const cosigned = new Map((await storage.cosigned()).map((one) => [one.name, one.size]));
    for (const one of known) one.size = cosigned.get(one.witness.cosigner.name) ?? 0;
    remembered = true;
  };
  const begin = (one: Known, head: Head): void => {
    one.asking ??= ask(parts, one, head)
      .then(() => {
        one.failures = 0;
      })
      .catch((error: unknown) => {
        if (fatal.some((code) => isTellerlineError(error, code))) stop ??= error as TellerlineError;
        one.failures += 1;
        one.notBeforeMs = clock.monotonicMs() + Math.min(pauseMsMax, pauseMsMin * 2 ** (one.failures - 1));
        log.warn({ err: error, witness: one.witness.cosigner.name }, 'a witness has not cosigned');
      })
      .finally(() => {
        one.asking = undefined;
      });
  };
  const settle = async (): Promise<void> => {
    await Promise.all(known.flatMap((one) => one.asking ?? []));
  };
  return {
    seek: async (head, first) => {
      if (known.length === 0) return;
      if (!remembered) await remember();
      const now = clock.monotonicMs();
      // The empty tree is the beginning of every log: its signature commits to nothing.
      const asked = head ?? emptyHead(signer);
      for (const one of known) {
        if (first || (one.cosignedSize !== asked.size && now >= one.notBeforeMs)) begin(one, asked);
      }
      await (first ? settle() : atMost(waitMs, settle()));
      if (stop) throw stop;
    },
    settle,
  };
}

function emptyHead(signer: Signer): Head {
  const tree = { size: 0, root: emptyRoot };
  return { ...tree, note: signCheckpoint(tree, signer) };
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  await Promise.race([work, late.promise]);
  clearTimeout(timer);
}

type AskingParts = WitnessingParts & { readonly storage: LogStorage };

/** Asks one witness to cosign one checkpoint; a conflict tells from which size on it wants the proof. */
async function ask(parts: AskingParts, one: Known, head: Head): Promise<void> {
  const { cosigner, address } = one.witness;
  for (let tries = 0; tries < triesMax; tries += 1) {
    if (one.size > head.size) return requireNotAhead(parts, one);
    const old = one.size;
    const path = await consistencyPath(parts.storage, old, head.size);
    const lines = path.map((hash) => `${hash.toString('base64')}\n`).join('');
    const answer = await parts.call(`${address}/add-checkpoint`, `old ${old}\n${lines}\n${head.note}`);
    if (answer.status === 200) return take(parts, one, head, answer.body);
    if (answer.status === 422) throw disagrees(cosigner.name, old);
    if (answer.status !== 409) throw new Error(`the witness answered ${answer.status}`);
    const size = sizeIn(answer);
    // It holds a tree of exactly this size, and will not have ours.
    if (old === head.size && (size === undefined || size === old)) throw disagrees(cosigner.name, old);
    if (size === undefined || size === old) throw new Error('the witness refused without its size');
    one.size = size;
  }
  throw new Error('the witness was in conflict with every question');
}

async function take({ storage }: AskingParts, one: Known, head: Head, lines: string): Promise<void> {
  const { cosigner } = one.witness;
  one.size = head.size;
  const cosignature = cosigner.find(noteParts(head.note)?.text ?? '', lines);
  if (!cosignature) throw new Error('the witness answered without a cosignature of its key');
  await storage.cosign({ name: cosigner.name, size: head.size, ...cosignature });
  one.cosignedSize = head.size;
}

/** Another sequencer may have signed meanwhile; else the witness remembers what we have lost. */
async function requireNotAhead({ storage }: AskingParts, one: Known): Promise<void> {
  const now = await storage.head();
  if ((now?.size ?? 0) >= one.size) return;
  throw new TellerlineError(
    'log_witness_ahead',
    500,
    'A witness has cosigned a longer log than there is here: an old copy of the database was put in its place, or a new one. A witness never goes back: to go on from here on purpose the log needs a new key. The sandbox’s own forgets when `sandbox-witness/tree` in the key folder is removed.',
    { witness: one.witness.cosigner.name, witnessed: one.size, here: now?.size ?? 0 },
  );
}

function disagrees(witness: string, size: number): TellerlineError {
  return new TellerlineError(
    'log_witness_disagrees',
    500,
    'A witness has cosigned a log that this one does not continue: it was rewritten, or the witness is at fault.',
    { witness, size },
  );
}

/** The consistency proof from one size to another, from the tiles; the empty tree needs none. */
async function consistencyPath(storage: LogStorage, from: number, to: number): Promise<Buffer[]> {
  const spans = consistencySpans(from, to);
  const tiles = await storage.tiles(tilesFor(spans));
  return spans.map((span) => {
    const hash = hashOfSpan(tiles, span);
    if (!hash) throw new Error('the tiles of the log are not whole');
    return hash;
  });
}

function sizeIn({ type, body }: { readonly type: string; readonly body: string }): number | undefined {
  const match = /^(0|[1-9]\d{0,15})\n$/.exec(body);
  return match && type.split(';')[0]?.trim() === 'text/x.tlog.size' ? Number(match[1]) : undefined;
}
