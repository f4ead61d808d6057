import type { CaseEntry } from '#contract';

const marks = ['sent', 'delivered', 'read'] as const;

/**
 * The entries of one case that this desk holds: gapless from where they begin, whatever the order and however often they
 * come. What lies beyond a gap waits until the gap is filled. An entry that comes again is its newer state: how far
 * words have come, what became of a proposal; neither ever goes back.
 */
export class CaseLog {
  #high: number;
  #shown: readonly CaseEntry[] = [];
  readonly #waiting = new Map<number, CaseEntry>();

  /** An empty log that begins after that number: of a long case the hub gives the newest entries. */
  constructor(after = 0) {
    this.#high = after;
  }

  /** The newest number up to which nothing is missing: what is asked to go on from. */
  get high(): number {
    return this.#high;
  }

  /** True while entries wait for some that have not come. */
  get hasGap(): boolean {
    return this.#waiting.size > 0;
  }

  /** What to show, oldest first; replaced only when it changes. */
  get shown(): readonly CaseEntry[] {
    return this.#shown;
  }

  /** Takes entries in any order. Answers those that were newly shown, in order. */
  receive(entries: readonly CaseEntry[]): readonly CaseEntry[] {
    const fresh: CaseEntry[] = [];
    let shown = [...this.#shown];
    for (const entry of entries) {
      if (entry.seq > this.#high) this.#waiting.set(entry.seq, newer(this.#waiting.get(entry.seq), entry));
      else shown = shown.map((known) => (known.seq === entry.seq ? newer(known, entry) : known));
    }
    for (let next = this.#waiting.get(this.#high + 1); next; next = this.#waiting.get(this.#high + 1)) {
      this.#waiting.delete(next.seq);
      this.#high = next.seq;
      fresh.push(next);
    }
    if (entries.length > 0) this.#shown = [...shown, ...fresh];
    return fresh;
  }

  /** Staff's words have come so far, up to these numbers. */
  mark(deliveredSeq: number, readSeq: number): void {
    this.#shown = this.#shown.map((entry) => {
      if ((entry.entry !== 'said' && entry.entry !== 'picture') || entry.by === undefined) return entry;
      const mark = entry.seq <= readSeq ? 'read' : entry.seq <= deliveredSeq ? 'delivered' : entry.mark;
      return mark === undefined ? entry : newer(entry, { ...entry, mark });
    });
  }
}

type Said = Extract<CaseEntry, { entry: 'said' | 'picture' }>;
const isSaid = (entry: CaseEntry): entry is Said => entry.entry === 'said' || entry.entry === 'picture';

/** Of two states of one entry the one that is further. */
function newer(known: CaseEntry | undefined, came: CaseEntry): CaseEntry {
  if (known && isSaid(known) && isSaid(came)) {
    const rank = (entry: Said): number => (entry.mark ? marks.indexOf(entry.mark) : -1);
    return rank(came) >= rank(known) ? came : known;
  }
  if (known?.entry === 'proposed' && came.entry === 'proposed') return known.proposal.state === 'waits' ? came : known;
  return came;
}
