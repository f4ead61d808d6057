import type { Entry, Message } from '#contract';

/** A message where it stands: `seq` is the entry that first brought it, `message` its newest revision. */
export interface ShownMessage {
  readonly seq: number;
  readonly message: Message;
}

/**
 * The stretch of a conversation that this browser holds: gapless from `low` to `high`, whatever the order
 * and however often entries arrive. What lies beyond a gap waits until the gap is filled. A message is
 * shown once, where it was first said, in its newest revision; a removed one is never shown again.
 */
export class EntryLog {
  #low: number;
  #high: number;
  readonly #waiting = new Map<number, Entry>();
  readonly #positions = new Map<string, number>();
  readonly #newest = new Map<string, Message>();
  readonly #removed = new Set<string>();
  #shown: readonly ShownMessage[] = [];

  /** An empty stretch that grows upward from `after + 1` and downward from `after`. */
  constructor(after: number) {
    this.#low = after + 1;
    this.#high = after;
  }

  /** The oldest sequence number held; `high + 1` while nothing is held. */
  get low(): number {
    return this.#low;
  }

  /** The newest sequence number up to which nothing is missing: what `resume` asks to go on from. */
  get high(): number {
    return this.#high;
  }

  /** True while entries wait above `high` for some that have not come. */
  get hasGap(): boolean {
    for (const seq of this.#waiting.keys()) if (seq > this.#high) return true;
    return false;
  }

  /** What to show, oldest first. The array and its members are replaced only when they change. */
  get shown(): readonly ShownMessage[] {
    return this.#shown;
  }

  /** Takes entries in any order. Answers the messages that were newly shown at the end, in order. */
  receive(entries: readonly Entry[]): readonly ShownMessage[] {
    for (const entry of entries) {
      if (entry.seq < this.#low || entry.seq > this.#high) this.#waiting.set(entry.seq, entry);
    }
    const touched = new Set<string>();
    const newerFrom = this.#high + 1;
    const newer = this.#take(
      () => this.#high + 1,
      () => (this.#high += 1),
    );
    const older = this.#take(
      () => this.#low - 1,
      () => (this.#low -= 1),
    );
    for (const entry of [...older.toReversed(), ...newer]) touched.add(this.#apply(entry));
    if (touched.size > 0) this.#redraw(touched);
    return this.#shown.filter(({ seq }) => seq >= newerFrom);
  }

  #take(next: () => number, advance: () => number): Entry[] {
    const taken: Entry[] = [];
    for (let entry = this.#waiting.get(next()); entry; entry = this.#waiting.get(next())) {
      this.#waiting.delete(entry.seq);
      advance();
      taken.push(entry);
    }
    return taken;
  }

  /** Enters one entry and answers the id of the message it is about. */
  #apply(entry: Entry): string {
    if (entry.entry === 'removal') {
      this.#removed.add(entry.messageId);
      this.#newest.delete(entry.messageId);
      return entry.messageId;
    }
    const { message } = entry;
    // An edit may come before its message when the message lies in an older page: it is kept, not placed.
    if (entry.entry === 'message') this.#positions.set(message.id, entry.seq);
    const known = this.#newest.get(message.id);
    if (!this.#removed.has(message.id) && (!known || known.revision < message.revision)) {
      // A change moves nothing: the message was said when it was first said.
      this.#newest.set(message.id, known ? { ...message, at: known.at } : message);
    }
    return message.id;
  }

  #redraw(touched: ReadonlySet<string>): void {
    const kept = this.#shown.filter(({ message }) => !touched.has(message.id));
    const drawn = [...touched].flatMap((id): ShownMessage[] => {
      const seq = this.#positions.get(id);
      const message = this.#newest.get(id);
      return seq !== undefined && message ? [{ seq, message }] : [];
    });
    if (drawn.length > 0) this.#shown = [...kept, ...drawn].toSorted((a, b) => a.seq - b.seq);
    else if (kept.length < this.#shown.length) this.#shown = kept;
  }
}
