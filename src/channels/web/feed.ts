import { limits, type Clock, type IdentityId, type Meter } from '#base';
import type { Entry, ServerFrame } from '#contract';
import type { Delivery, Manner, Thread } from '#delivery';
import type { Actor } from '#vault';

/** Who is at the other end of a socket. */
export interface SocketOwner {
  readonly identityId: IdentityId;
  readonly actor: Actor;
  readonly thread: Thread;
  readonly manner: Manner;
}

/** What a feed works with. */
export interface FeedParts {
  readonly delivery: Delivery;
  readonly clock: Clock;
  readonly meter: Meter;
}

/** What a feed sends through. */
export interface Wire {
  /** Nothing, once the wire is closed. */
  send(frame: ServerFrame): void;
  /** Sends, and is fulfilled when the browser has taken it or the wire is closed. */
  deliver(frame: ServerFrame): Promise<void>;
  isOpen(): boolean;
  /** Reading failed: the browser is to come back and resume. */
  fail(error: unknown): void;
}

/**
 * Feeds one connected browser: it says up to which number it has everything, gets what came after, then
 * what comes. What is handed on in memory goes out at once when it is the next number; after any gap the
 * feed reads on from the database, so nothing is skipped and nothing sent twice (promise P2).
 */
export class Feed {
  readonly #owner: SocketOwner;
  #manner: Manner;
  readonly #delivery: Delivery;
  readonly #clock: Clock;
  readonly #meter: Meter;
  readonly #wire: Wire;
  /** Everything up to this number has been sent; undefined until the browser resumes. */
  #sentSeq: number | undefined;
  #reading = false;
  /** Something was handed on while reading: read once more. */
  #newer = false;
  #disconnect: (() => void) | undefined;
  /** How far the browser says that it has read, and how far that is written. */
  #readSeq = 0;
  #writtenSeq = 0;
  #marking = false;

  constructor(owner: SocketOwner, { delivery, clock, meter }: FeedParts, wire: Wire) {
    this.#owner = owner;
    this.#manner = owner.manner;
    this.#delivery = delivery;
    this.#clock = clock;
    this.#meter = meter;
    this.#wire = wire;
  }

  /** Whether the browser has said where it stands; before that it is sent nothing. */
  get resumed(): boolean {
    return this.#sentSeq !== undefined;
  }

  /** Connects and sends what came after `after`. A browser that claims to know more than there is starts anew. */
  async resume(after: number): Promise<void> {
    if (this.resumed) return;
    this.#sentSeq = after;
    await this.#delivery.catchUp(async () => {
      // It may have gone while it waited for its turn.
      if (this.#wire.isOpen()) await this.#begin(after);
    });
  }

  async #begin(after: number): Promise<void> {
    const { thread } = this.#owner;
    this.#disconnect = this.#delivery.outlets.connect(thread.conversationId, {
      identityId: this.#owner.identityId,
      upTo: () => this.#sentSeq ?? 0,
      newer: () => this.#goOn(),
      manner: () => this.#manner,
      speak: (manner) => (this.#manner = manner),
      entries: (entries) => this.#handed(entries),
      frame: (frame) => this.#wire.send(frame),
    });
    const { lastSeq, readSeq } = await this.#delivery.standing(thread);
    if (after > lastSeq) this.#sentSeq = 0;
    this.#wire.send({ frame: 'hello', lastSeq, readSeq });
    await this.#readOn();
  }

  /** Moves the customer's reading mark forward, never back; of many marks at once only the furthest is written. */
  async markRead(seq: number): Promise<void> {
    this.#readSeq = Math.max(this.#readSeq, seq);
    if (this.#marking) return;
    this.#marking = true;
    try {
      while (this.#writtenSeq < this.#readSeq) {
        this.#writtenSeq = this.#readSeq;
        await this.#delivery.markRead(this.#owner.thread, this.#writtenSeq);
      }
    } finally {
      this.#marking = false;
    }
  }

  /** Disconnects; a reading under way ends by itself. */
  close(): void {
    this.#disconnect?.();
  }

  #handed(entries: readonly Entry[]): void {
    const sent = this.#sentSeq ?? 0;
    const fresh = entries.filter((entry) => entry.seq > sent);
    const first = fresh[0];
    if (!first) return;
    if (this.#reading || first.seq !== sent + 1) {
      this.#goOn();
      return;
    }
    this.#wire.send({ frame: 'entries', entries: fresh });
    this.#sentSeq = fresh.at(-1)?.seq ?? sent;
    this.#time(fresh.at(-1));
  }

  /** How long the newest of what was just written to the socket has been on its way. */
  #time(entry: Entry | undefined): void {
    // A change of something older has no time of its own, and nobody waits for a removal.
    if (entry?.entry !== 'message' || entry.message.author === 'customer') return;
    const nowMs = this.#clock.nowMs();
    const { at, content } = entry.message;
    this.#meter.reached('arrival', 'socket', nowMs - Date.parse(at));
    if (content.kind !== 'card' || content.card.card !== 'transaction') return;
    this.#meter.reached('bank', 'socket', nowMs - Date.parse(content.card.transaction.occurredAt));
  }

  #goOn(): void {
    this.#readOn().catch((error: unknown) => this.#wire.fail(error));
  }

  /**
   * Reads on from the last number sent: one page, and the ones after it by itself, each when the browser has
   * taken the one before. So what a slow browser lacks waits in the database and not in memory, and nobody
   * who waits for this waits for the browser.
   */
  async #readOn(): Promise<void> {
    this.#newer = true;
    if (this.#reading) return;
    this.#reading = true;
    this.#newer = false;
    try {
      const { taken } = await this.#readPage();
      if (this.#newer) void taken.then(() => this.#afterPage());
      else this.#reading = false;
    } catch (error) {
      this.#reading = false;
      throw error;
    }
  }

  #afterPage(): void {
    this.#reading = false;
    if (this.#wire.isOpen()) this.#goOn();
  }

  /** Sends the next page and notes whether there is more. `taken`: when the browser has it, in a box that is not awaited by itself. */
  async #readPage(): Promise<{ readonly taken: Promise<void> }> {
    const { actor, thread } = this.#owner;
    const after = this.#sentSeq ?? 0;
    const page = await this.#delivery.page(actor, thread, { after, limit: limits.entriesPerPageMax }, this.#manner);
    if (page.entries.length === 0) return { taken: Promise.resolve() };
    this.#sentSeq = page.entries.at(-1)?.seq ?? after;
    this.#newer ||= this.#sentSeq < page.lastSeq;
    return { taken: this.#wire.deliver({ frame: 'entries', entries: page.entries }) };
  }
}
