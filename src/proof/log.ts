import type { Clock, Log } from '#base';
import type { Database, Transaction } from '#db';
import { append, type EntryPlace } from './append.ts';
import type { CheckpointMemory } from './checkpoint-memory.ts';
import type { LogEntry } from './entry.ts';
import { proveEntries, type EntryProofs } from './entry-proofs.ts';
import type { Signer } from './note.ts';
import { createPublication, type Publication } from './publication.ts';
import { createSequencer, type Sequencer } from './sequencer.ts';
import { postgresStorage, type LogStorage } from './storage.ts';
import { createWitnessing, type Witness, type WitnessingParts } from './witnessing.ts';

/** Proofs for some entries, and the checkpoint under which they hold. */
export interface Proofs extends EntryProofs {
  readonly checkpoint: string;
}

/** How the log stands; nothing of it is of any person. */
export interface LogStatus {
  /** Leaves that the newest checkpoint covers, and when it was signed; null before the first. */
  readonly size: number;
  readonly checkpointAt: Date | null;
  /** Committed leaves that no checkpoint covers yet. */
  readonly behind: number;
  /** Why nothing more is signed, as a stable code; null while all is well. */
  readonly stopped: string | null;
  readonly witnesses: readonly {
    readonly name: string;
    /** Its verifier key, as this hub is configured with it. */
    readonly key: string;
    /** False for one that the operator of this log runs too. */
    readonly independent: boolean;
    /** How many leaves it has cosigned, and when, by its own clock; null when never. */
    readonly size: number | null;
    readonly at: Date | null;
  }[];
}

/** The transparency log. */
export interface ProofLog {
  /** See `append`. */
  append(tx: Transaction, entries: readonly LogEntry[]): Promise<EntryPlace[]>;
  /** The proofs of entries under the newest checkpoint; undefined when nothing has been signed yet. */
  proofs(places: readonly EntryPlace[]): Promise<Proofs | undefined>;
  /** The log's public key, as `/log/key` shows it. */
  readonly key: string;
  readonly publication: Publication;
  status(): Promise<LogStatus>;
  readonly sequencer: Sequencer;
}

/** @param parts.memory see `createSequencer`; @param parts.witnessing who is asked to cosign, and how */
export function createProofLog(parts: {
  database: Database;
  signer: Signer;
  log: Log;
  memory?: CheckpointMemory;
  witnessing?: WitnessingParts;
  /** For telling how late the log is. */
  clock?: Clock;
}): ProofLog {
  const { database, signer } = parts;
  const storage = postgresStorage(database);
  const witnesses = parts.witnessing?.witnesses ?? [];
  const witnessing =
    parts.witnessing && witnesses.length > 0 && createWitnessing({ ...parts, ...parts.witnessing, storage });
  const { memory, log, clock } = parts;
  const sequencer = createSequencer({
    storage,
    signer,
    log,
    ...(clock && { clock }),
    ...(memory && { memory }),
    ...(witnessing && { witnessing }),
  });
  return {
    append,
    proofs: async (places) => {
      const head = await storage.published();
      if (!head) return undefined;
      return { checkpoint: head.note, ...(await proveEntries({ db: database, storage }, places, head)) };
    },
    key: signer.text,
    publication: createPublication(storage, signer),
    status: () => statusOf(storage, witnesses, sequencer),
    sequencer,
  };
}

async function statusOf(storage: LogStorage, witnesses: readonly Witness[], sequencer: Sequencer): Promise<LogStatus> {
  const published = await storage.published();
  const cosigned = new Map((await storage.cosigned()).map((one) => [one.name, one]));
  return {
    size: published?.size ?? 0,
    checkpointAt: published?.signedAt ?? null,
    behind: await storage.waitingCount(),
    stopped: sequencer.stopped()?.code ?? null,
    witnesses: witnesses.map(({ cosigner: { name, text }, independent }) => {
      const last = cosigned.get(name);
      return { name, key: text, independent, size: last?.size ?? null, at: last?.at ?? null };
    }),
  };
}
