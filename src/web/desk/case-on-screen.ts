import type { CaseBrief, CaseEntry, CaseView, DeskClientFrame, DeskServerFrame } from '#contract';
import { Refusal, type Surroundings } from '#web/hub';
import { CaseLog } from './case-log.ts';
import { meaningOf, type Drafts } from './drafts.ts';
import type { DeskHub } from './hub.ts';
import { withName } from './state.ts';
import type { DeskStore } from './store.ts';

/** Whoever has not typed for so long is not typing. */
const typingMsMax = 5000;
/** What is missing and was not answered is asked for again. */
const catchUpAgainMs = 3000;
/** Of a case of which nothing may be read any more. */
const nothingShown = { typing: [], customerTyping: false, looked: {}, asked: [] };

type Frame<Name extends DeskServerFrame['frame']> = Extract<DeskServerFrame, { frame: Name }>;

/** What the one open case needs of the desk around it. */
export interface CaseParts {
  readonly hub: DeskHub;
  readonly around: Surroundings;
  readonly store: DeskStore;
  readonly drafts: Drafts;
  readonly send: (frame: DeskClientFrame) => void;
  /** It was opened, which is a look: it counts, and it stands in the inbox. */
  readonly opened: (brief: CaseBrief) => void;
  readonly failed: (error: unknown) => void;
  /** True when the error says that nobody is signed in any more. */
  readonly isEnd: (error: unknown) => boolean;
  /** The case is out of this desk's reach. */
  readonly gone: (caseId: string) => void;
}

/** The one case that this desk has open: its entries by number and without a gap, until it is put away. */
export class CaseOnScreen {
  readonly #parts: CaseParts;
  readonly #store: DeskStore;
  #log = new CaseLog();
  #catchingUp = false;
  #iAmTyping = false;
  #callOffTyping: (() => void) | undefined;

  constructor(parts: CaseParts) {
    this.#parts = parts;
    this.#store = parts.store;
  }

  /** The newest entry that is shown. */
  get seenSeq(): number {
    return this.#log.high;
  }

  /** Opens a case, which is a look that the customer can see. */
  async open(caseId: string): Promise<void> {
    const { hub, failed } = this.#parts;
    const { opened } = this.#store.state;
    if (opened?.caseId === caseId && !opened.trouble) return;
    this.shut();
    this.#log = new CaseLog();
    const log = this.#log;
    this.#store.set({ opened: { caseId, entries: [], ...nothingShown, sending: false } });
    try {
      const view = await hub.open(caseId);
      if (log !== this.#log) return;
      this.#log = new CaseLog((view.entries[0]?.seq ?? view.lastSeq + 1) - 1);
      this.#log.receive(view.entries);
      this.#store.change({ view, entries: this.#log.shown });
      this.#follow(caseId);
      this.#parts.opened(view.brief);
      this.#read();
    } catch (error) {
      if (log === this.#log) failed(error);
    }
  }

  /** Opens what is open anew: it is looked at again. */
  async openAnew(caseId: string): Promise<void> {
    this.#store.set({ opened: undefined });
    await this.open(caseId);
  }

  /** Puts the open case away, and forgets what was shown of it. */
  shut(): void {
    const { opened } = this.#store.state;
    if (!opened) return;
    this.typing(false);
    this.#parts.send({ frame: 'shut', caseId: opened.caseId });
    this.#log = new CaseLog();
    this.#store.set({ opened: undefined });
  }

  /** The connection is new: the hub knows nothing of what is open here. */
  greeted(): void {
    this.#iAmTyping = false;
    const { opened } = this.#store.state;
    if (opened?.view && opened.view.brief.state !== 'closed') this.#follow(opened.caseId);
  }

  /** Nobody sits here any more. */
  end(): void {
    this.#callOffTyping?.();
    this.#log = new CaseLog();
  }

  /** Tells colleagues and the customer that somebody is writing; ends by itself. */
  typing(on: boolean): void {
    const { opened } = this.#store.state;
    if (!opened) return;
    this.#callOffTyping?.();
    this.#callOffTyping = on ? this.#parts.around.after(typingMsMax, () => this.typing(false)) : undefined;
    if (on === this.#iAmTyping) return;
    this.#iAmTyping = on;
    this.#parts.send({ frame: 'typing', caseId: opened.caseId, on });
  }

  /** The case as it stands now. Nothing of a closed one may be read any more, and it is opened anew after that. */
  brief(brief: CaseBrief): void {
    const { opened, me } = this.#store.state;
    if (!opened?.view || opened.caseId !== brief.caseId) return;
    const was = opened.view.brief.state;
    if (was !== 'closed' && brief.state === 'closed') return this.#forget(opened.view, brief);
    this.#store.change({ view: { ...opened.view, brief }, typing: brief.typing ?? [] });
    if (was !== 'closed' || brief.state === 'closed') return undefined;
    this.shut();
    // A look that the customer sees: by whoever has opened it again, and not by a colleague's doing.
    if (brief.claimedBy === me?.name) void this.open(brief.caseId);
    return undefined;
  }

  gone(caseId: string): void {
    if (this.#store.state.opened?.caseId !== caseId) return;
    this.#forgetWords(caseId);
    this.#store.set({
      opened: { caseId, entries: [], ...nothingShown, sending: false, trouble: { code: 'case_gone' } },
    });
  }

  /** What its customer shares from now on: what was looked at goes with what is shared no more. */
  shares(caseId: string, shares: CaseView['shares']): void {
    const { opened } = this.#store.state;
    if (opened?.caseId !== caseId || !opened.view) return;
    const shared = new Set(shares.flatMap((one) => (one.shared ? [one.field] : [])));
    const looked = Object.fromEntries(
      Object.values(opened.looked).flatMap((one) => (shared.has(one.field) ? [[one.field, one]] : [])),
    );
    const asked = opened.asked.filter((field) => !shared.has(field));
    this.#store.change({ view: { ...opened.view, shares }, looked, asked });
  }

  /** Entries that came, or that were written here. @param news somebody else's may be said aloud */
  take(caseId: string, entries: readonly CaseEntry[], { news = false }: { readonly news?: boolean } = {}): void {
    const { opened } = this.#store.state;
    if (opened?.caseId !== caseId || !opened.view) return;
    if (opened.view.brief.state === 'closed') {
      const known = new Set(opened.entries.map(({ seq }) => seq));
      const more = entries.filter(({ seq }) => !known.has(seq)).flatMap((entry) => withoutWords(entry));
      this.#store.change({ entries: [...opened.entries, ...more].toSorted((a, b) => a.seq - b.seq) });
      return;
    }
    const fresh = this.#log.receive(entries);
    this.#store.change({ entries: this.#log.shown });
    if (this.#log.hasGap) void this.catchUp();
    for (const entry of news ? fresh : []) this.#tell(caseId, entry);
    if (fresh.length > 0) this.#read();
  }

  /** How far the customer has them. */
  marks({ caseId, deliveredSeq, readSeq }: Frame<'marks'>): void {
    if (this.#store.state.opened?.caseId !== caseId) return;
    this.#log.mark(deliveredSeq, readSeq);
    this.#store.change({ entries: this.#log.shown });
  }

  /** Somebody else writes, a colleague or, without a name, the customer. */
  theyType({ caseId, by, on }: Frame<'typing'>): void {
    const { opened } = this.#store.state;
    if (opened?.caseId !== caseId) return;
    if (by === undefined) this.#store.change({ customerTyping: on });
    else this.#store.change({ typing: withName(opened.typing, by, on) });
  }

  /** Asks for what is missing, until nothing is. */
  async catchUp(): Promise<void> {
    const { opened } = this.#store.state;
    const caseId = opened?.view && opened.caseId;
    if (this.#catchingUp || caseId === undefined) return;
    this.#catchingUp = true;
    const log = this.#log;
    try {
      for (let more = true; more && log === this.#log;) {
        const before = log.high;
        const entries = await this.#parts.hub.entries(caseId, log.high);
        if (log === this.#log) this.take(caseId, entries, { news: true });
        more = log.high > before && entries.length > 0;
      }
      // More is missing than one answer holds: the case is opened as if for the first time.
      if (log === this.#log && log.hasGap) return await this.openAnew(caseId);
      this.#read();
    } catch (error) {
      if (log === this.#log && !this.#parts.isEnd(error)) await this.#notCaughtUp(caseId, error);
    } finally {
      this.#catchingUp = false;
    }
  }

  /** The look has run out. It is entered for the customer to see, so only somebody who is at the page looks again. */
  async lookAgain(caseId: string): Promise<void> {
    if (this.#store.state.opened?.caseId !== caseId || !this.#parts.around.visible()) return;
    this.typing(false);
    await this.openAnew(caseId);
  }

  async #notCaughtUp(caseId: string, error: unknown): Promise<void> {
    const refusal = error instanceof Refusal ? error : undefined;
    if (refusal?.code === 'case_not_opened') await this.lookAgain(caseId);
    else if (refusal?.status === 404 || refusal?.status === 410) this.#parts.gone(caseId);
    else this.#parts.around.after(catchUpAgainMs, () => void this.catchUp());
  }

  #follow(caseId: string): void {
    this.#parts.send({ frame: 'open', caseId, after: this.#log.high });
  }

  /** Tells the hub how far whoever sits here has read. */
  #read(): void {
    const { opened } = this.#store.state;
    if (opened && this.#log.high > 0 && this.#parts.around.visible())
      this.#parts.send({ frame: 'read', caseId: opened.caseId, seq: this.#log.high });
  }

  #tell(caseId: string, entry: CaseEntry): void {
    if (entry.entry !== 'said' && entry.entry !== 'picture') return;
    const { opened, me } = this.#store.state;
    const { drafts } = this.#parts;
    if (entry.by === undefined) this.#store.announce('customer-wrote');
    else if (entry.by !== me?.name) this.#store.announce('colleague-answered');
    else if (entry.entry === 'said' && entry.text === drafts.of(caseId).answer.trim() && !opened?.sending) {
      // An answer that seemed lost had arrived.
      drafts.write(caseId, 'answer', '');
      for (const keepsTurn of [true, false]) drafts.sent(caseId, meaningOf('answer', entry.text, keepsTurn));
      this.#store.set({});
      this.typing(false);
    }
  }

  /** Keeps of a case that was closed what became of it, and no word of its customer. */
  #forget(view: CaseView, brief: CaseBrief): void {
    const { question, shares, earlier } = view;
    const entries = (this.#store.state.opened?.entries ?? []).flatMap((entry) => withoutWords(entry));
    this.#forgetWords(brief.caseId);
    this.#store.change({
      view: {
        brief,
        question: { sortedAs: question.sortedAs, tried: [] },
        entries: [],
        lastSeq: view.lastSeq,
        shares: shares.map(({ field }) => ({ field, shared: false })),
        earlier,
      },
      entries,
      ...nothingShown,
    });
  }

  #forgetWords(caseId: string): void {
    this.typing(false);
    this.#log = new CaseLog();
    this.#parts.drafts.forget(caseId);
  }
}

/** What became of a case, without what anybody wrote. */
function withoutWords(entry: CaseEntry): CaseEntry[] {
  if (entry.entry !== 'happened') return [];
  const { note: _, ...rest } = entry;
  return [rest];
}
