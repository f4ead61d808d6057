import { isTellerlineError, systemClock, TellerlineError, type Clock, type Log } from '#base';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { openRemembered, type CheckpointMemory } from './checkpoint-memory.ts';
import { CompactRange, leafHash, type TreeHead } from './merkle.ts';
import type { Signer } from './note.ts';
import type { Head, LogReading, LogStorage, Round } from './storage.ts';
import { edgeTiles, grow, hashOfSpan } from './tiles.ts';
import type { Witnessing } from './witnessing.ts';

/** From one look for waiting leaves to the next. */
const roundMs = 200;
/** Leaves placed in one round, so that a round stays short. */
const leavesPerRoundMax = 4096;
/** Leaves read at once when the tree is recomputed: hashing them holds up nothing else for long. */
const leavesPerReading = 2048;

/** What became of a round; `more`: signed, and as many were waiting as one round takes. */
export type RoundOutcome = 'signed' | 'more' | 'idle' | 'busy';

/** Gives committed leaves their places and signs the tree that they make. */
export interface Sequencer {
  /**
   * One round. `signed`: there is a new checkpoint; `busy`: another sequencer is at work.
   *
   * @throws TellerlineError `log_key_changed`, `log_went_back`, `log_memory_damaged`, `log_damaged`,
   *   `log_witness_ahead`, `log_witness_disagrees`: it must not go on; any other error: nothing was done, or all of it was and the
   *   next round finds it
   */
  round(): Promise<RoundOutcome>;
  /** Runs rounds until `stop`; the first has ended, well or not, when this is fulfilled. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Why nothing more is signed, when that is so. */
  stopped(): TellerlineError | undefined;
  /**
   * How long ago this process last saw the log whole: nothing waiting, or the tree grown, whoever signed it.
   * Infinity before the first time.
   */
  lateMs(): number;
}

/**
 * A sequencer. What it trusts is its own memory: the right edge of the tree that it has itself computed
 * from every leaf. Storage is checked against that before anything is signed.
 *
 * @param parts.memory what was signed before this process began; without it an old copy of the database
 *   that was put in place meanwhile is not noticed
 * @param parts.witnessing who cosigns; asked before anything is signed whether they know of more
 */
export function createSequencer(parts: {
  storage: LogStorage;
  signer: Signer;
  log: Log;
  memory?: CheckpointMemory;
  witnessing?: Witnessing;
  clock?: Pick<Clock, 'monotonicMs'>;
}): Sequencer {
  const { storage, signer, log, memory, witnessing, clock = systemClock } = parts;
  // Owned by the running round; replaced only when that round's transaction is known to be committed.
  let [known, isCompared] = [new CompactRange(), false];

  let [seenSize, seenMs] = [-1, Number.NEGATIVE_INFINITY];

  const compareOnce = async (note: string | undefined, head: Head | undefined): Promise<void> => {
    if (isCompared) return;
    if (note !== undefined) known = await requireContinued(storage, note, head, signer);
    await witnessing?.seek(head, 'first');
    isCompared = true;
  };
  const round = async (): Promise<RoundOutcome> => {
    const outcome = await signRound();
    if (outcome !== 'busy') seenMs = clock.monotonicMs();
    if (witnessing && outcome !== 'busy') await witnessing.seek(await storage.head());
    return outcome;
  };
  const signRound = async (): Promise<RoundOutcome> => {
    // Before the head, which another process may move on in between: what is remembered is then never ahead of it.
    const note = isCompared ? undefined : memory?.read();
    const [head, waiting] = [await storage.head(), await storage.isWaiting()];
    if (head && head.size > seenSize) [seenSize, seenMs] = [head.size, clock.monotonicMs()];
    await compareOnce(note, head);
    if (head && head.size > known.size) known = await recompute(storage, known, head, signer);
    if (head && !waiting) return 'idle';
    const done = await storage.round((turn) => signNext(turn, known, signer));
    if (typeof done === 'string') return done;
    const placed = done.range.size - known.size;
    known = done.range;
    seenSize = known.size;
    await memory?.write(done.note);
    return placed < leavesPerRoundMax ? 'signed' : 'more';
  };

  return {
    ...roundAfterRound(round, log, async () => witnessing?.settle()),
    round,
    lateMs: () => clock.monotonicMs() - seenMs,
  };
}

/** Runs rounds until told to stop, or until one says that the log must not go on. */
function roundAfterRound(
  round: () => Promise<RoundOutcome>,
  log: Log,
  settle: () => Promise<void>,
): Pick<Sequencer, 'start' | 'stop' | 'stopped'> {
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let reason: TellerlineError | undefined;
  const turn = async (): Promise<void> => {
    let pauseMs = roundMs;
    try {
      if ((await round()) === 'more') pauseMs = 0;
    } catch (error) {
      if (isTellerlineError(error)) {
        log.fatal({ err: error, alarm: error.code }, 'the proof log is not as it was signed: nothing more is signed');
        stopped = true;
        reason = error;
      } else {
        log.warn({ err: error }, 'a round of the proof log failed and is tried again');
      }
    }
    if (!stopped) timer = setTimeout(run, pauseMs);
  };
  const run = (): void => {
    running = turn();
  };
  return {
    start: () => {
      run();
      return running;
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
      await settle();
    },
    stopped: () => reason,
  };
}

/** Places what is waiting and signs the new tree; answers its right edge and its checkpoint. */
async function signNext(
  turn: Round,
  known: CompactRange,
  signer: Signer,
): Promise<{ range: CompactRange; note: string } | 'idle' | 'busy'> {
  const head = await turn.holdHead();
  if (head === 'busy') return 'busy';
  if (!head && known.size > 0) throw wentBack(known.size, 0);
  const range = (head ? await recompute(turn, known, head, signer) : known).clone();
  await requireStored(turn, range);

  const waiting = await turn.waiting(leavesPerRoundMax);
  if (head && waiting.length === 0) return 'idle';
  const first = range.size;
  const edge = await turn.tiles(edgeTiles(first));
  const hashes = waiting.map(({ leaf }) => leafHash(leaf));
  for (const one of hashes) range.append(one);
  const grown = grow(edge, first, hashes);
  await turn.place(
    first,
    waiting.map(({ leafId }) => leafId),
  );
  await turn.writeTiles(grown);
  await requireStored(turn, range);

  const next: TreeHead = { size: range.size, root: range.root() };
  const note = signCheckpoint(next, signer);
  const swapped = await turn.swapHead(head, { ...next, note });
  // Somebody else signed in between. Throwing undoes the round, and what was signed here is never seen.
  if (!swapped) throw new Error('another sequencer was first');
  return { range, note };
}

/** Reads back what is about to be signed: the tiles as stored must have the root that was computed. */
async function requireStored(turn: LogReading, range: CompactRange): Promise<void> {
  const stored = await turn.tiles(edgeTiles(range.size));
  if (!hashOfSpan(stored, { lo: 0, hi: range.size })?.equals(range.root())) throw damaged('tiles', range.size);
}

/** Brings the right edge forward to a checkpoint by hashing every leaf in between, and compares. */
async function recompute(from: LogReading, known: CompactRange, head: Head, signer: Signer): Promise<CompactRange> {
  const signed = openCheckpoint(head.note, signer);
  if (!signed) {
    throw new TellerlineError(
      'log_key_changed',
      500,
      'The newest checkpoint is not signed by this log’s key. Put the key file back that belongs to this database.',
    );
  }
  if (signed.size !== head.size || !signed.root.equals(head.root)) throw damaged('checkpoint', head.size);
  if (head.size < known.size) throw wentBack(known.size, head.size);
  const range = known.clone();
  while (range.size < head.size) {
    const to = Math.min(head.size, range.size + leavesPerReading);
    const leaves = await from.leaves(range.size, to);
    if (leaves.length !== to - range.size) throw damaged('leaves', to);
    for (const leaf of leaves) range.append(leafHash(leaf));
  }
  if (!range.root().equals(head.root)) throw damaged('leaves', head.size);
  return range;
}

/**
 * The right edge of the tree that was signed last, recomputed from what is stored: it must still begin with
 * that.
 */
async function requireContinued(
  storage: LogReading,
  note: string,
  head: Head | undefined,
  signer: Signer,
): Promise<CompactRange> {
  const remembered = openRemembered(note, signer, head?.note);
  if (!remembered) return new CompactRange();
  if (!head || head.size < remembered.size) throw wentBack(remembered.size, head?.size ?? 0);
  return recompute(storage, new CompactRange(), { ...remembered, note }, signer);
}

function wentBack(was: number, is: number): TellerlineError {
  const message =
    'The log is shorter than it was: an old copy of the database was put in its place, or a new one. To go on from it on purpose, remove log-checkpoint from the key folder and start again; whoever kept a later checkpoint will see it.';
  return new TellerlineError('log_went_back', 500, message, { was, is });
}

function damaged(what: 'leaves' | 'tiles' | 'checkpoint', size: number): TellerlineError {
  return new TellerlineError('log_damaged', 500, 'What is stored of the log is not what was signed.', { what, size });
}
