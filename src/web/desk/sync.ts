import type { CaseBrief, CaseEntry, CaseView, ChatField, DeskServerFrame, Look } from '#contract';
import { CaseLog } from './case-log.ts';
import { byUrgency } from './clock.ts';
import { Connection } from './connection.ts';
import { Refusal, type Surroundings } from '#web/hub';
import type { DeskHub, InboxView, NewProposal } from './hub.ts';
import {
  belongs,
  openingState,
  troubleOf,
  type Announcement,
  type DeskState,
  type Draft,
  type OpenedCase,
} from './state.ts';

/** Whoever has not typed for so long is not typing. */
const typingMsMax = 5000;
/** What is missing and was not answered is asked for again. */
const catchUpAgainMs = 3000;
/** Being here is told so often: the session is counted in minutes. */
const hereEveryMs = 60_000;
const noDraft: Draft = { answer: '', note: '' };
/** Of a case of which nothing may be read any more. */
const nothingShown = { typing: [], customerTyping: false, looked: {}, asked: [] };

/**
 * Keeps this desk in step with the hub: who is signed in, the inbox, the one case that is open, then the socket, and
 * after each reconnect what was missed, by number. It keeps nothing beyond this page: no word of a customer is stored.
 */
export class DeskSync {
  readonly #hub: DeskHub;
  readonly #around: Surroundings;
  readonly #listeners = new Set<() => void>();
  /** Words not yet sent, with the client id that they go under until they change, by case. */
  readonly #drafts = new Map<string, Draft>();
  readonly #clientIds = new Map<string, string>();
  #state: DeskState = openingState;
  #log = new CaseLog();
  /** Grows with every question to the inbox. */
  #asking = 0;
  #catchingUp = false;
  #iAmTyping = false;
  #hereAgainMs = 0;
  #callOffTyping: (() => void) | undefined;
  readonly #connection: Connection;

  constructor(hub: DeskHub, around: Surroundings) {
    this.#hub = hub;
    this.#around = around;
    this.#connection = new Connection(hub, around, {
      ask: () => this.#whoAmI(),
      isEnd: (error) => this.#isEnd(error),
      greeted: (hello, again) => this.#greeted(hello, again),
      frame: (frame) => this.#frame(frame),
      offline: (offline) => this.#set({ offline }),
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): DeskState => this.#state;

  /** Asks who is signed in, and goes on from there. */
  start(): void {
    this.#connection.start();
  }

  /** The network is back, or somebody looks at the page again: try now instead of later. */
  wake(): void {
    if (this.#connection.up) void this.#catchUp();
    else this.#connection.hurry();
  }

  /** The device says that it has no network. */
  networkGone(): void {
    this.#connection.cut();
  }

  /** Shows another view of the inbox, or what is looked for in it. */
  show(view: InboxView, search = ''): void {
    this.#set({ view, search, cases: [], next: undefined, loading: true });
    void this.#loadInbox();
  }

  /** The page of the inbox after what is shown. */
  async more(): Promise<void> {
    const { next, loading } = this.#state;
    if (next !== undefined && !loading) await this.#loadInbox(next);
  }

  /** Opens a case, which is a look that the customer can see. */
  async open(caseId: string): Promise<void> {
    if (this.#state.opened?.caseId === caseId && !this.#state.opened.trouble) return;
    this.shut();
    this.#log = new CaseLog();
    const log = this.#log;
    this.#set({
      opened: { caseId, entries: [], typing: [], customerTyping: false, looked: {}, asked: [], sending: false },
    });
    try {
      const view = await this.#hub.open(caseId);
      if (log !== this.#log) return;
      this.#log = new CaseLog((view.entries[0]?.seq ?? view.lastSeq + 1) - 1);
      this.#log.receive(view.entries);
      this.#change({ view, entries: this.#log.shown });
      this.#connection.send({ frame: 'open', caseId, after: this.#log.high });
      this.#row(view.brief);
      this.#read();
      void this.#renewMe();
    } catch (error) {
      if (log === this.#log) this.#troubleOf(error);
    }
  }

  /** Puts the open case away, and forgets what was shown of it. */
  shut(): void {
    const { opened } = this.#state;
    if (!opened) return;
    this.typing(false);
    this.#connection.send({ frame: 'shut', caseId: opened.caseId });
    this.#log = new CaseLog();
    this.#set({ opened: undefined });
  }

  draft(caseId: string): Draft {
    return this.#drafts.get(caseId) ?? noDraft;
  }

  /** Keeps words that are being written; other words are another thing to say. */
  write(caseId: string, as: keyof Draft, text: string): void {
    this.#drafts.set(caseId, { ...this.draft(caseId), [as]: text });
    this.#clientIds.delete(`${as} ${caseId}`);
    this.#set({});
    if (as === 'answer') this.typing(text !== '');
  }

  /** Says what is written, as an answer or a note; what is refused stays written. True when it is said. */
  async say(as: keyof Draft): Promise<boolean> {
    const { opened } = this.#state;
    if (!opened || opened.sending) return false;
    const { caseId } = opened;
    const text = this.draft(caseId)[as].trim();
    if (text === '') return false;
    const name = `${as} ${caseId}`;
    const clientId = this.#clientIds.get(name) ?? this.#around.newId();
    this.#clientIds.set(name, clientId);
    const said = await this.#act(() => this.#hub.say(caseId, as, { text, clientId, seenSeq: this.#log.high }));
    if (!said) return false;
    this.write(caseId, as, '');
    this.#take(caseId, [said]);
    this.#announce('sent');
    return true;
  }

  async sendPicture(picture: Blob): Promise<boolean> {
    const sent = { clientId: this.#around.newId(), seenSeq: this.#log.high };
    return this.#enter((caseId) => this.#hub.sendPicture(caseId, picture, sent));
  }

  async propose(proposal: NewProposal): Promise<boolean> {
    return this.#enter((caseId) => this.#hub.propose(caseId, proposal));
  }

  /** Looks at one field, for a reason that the customer sees. */
  async look(look: Look): Promise<void> {
    const caseId = this.#state.opened?.caseId ?? '';
    const looked = await this.#act(() => this.#hub.look(caseId, look));
    if (looked) this.#change({ looked: { ...this.#state.opened?.looked, [look.field]: looked } });
    await this.#renewMe();
  }

  /** Asks the customer to share a field for this talk. */
  async askFor(field: ChatField): Promise<void> {
    const { opened } = this.#state;
    if (!opened) return;
    const done = await this.#act(async () => {
      await this.#hub.askFor(opened.caseId, field);
      return true;
    });
    if (done) this.#change({ asked: [...opened.asked, field] });
  }

  /** Takes a case, or the one that is due first; opens what was taken. Answers its id. */
  async claim(caseId?: string): Promise<string | undefined> {
    const brief = await this.#act(() => this.#hub.claim(caseId), { none: true });
    if (brief) this.#row(brief);
    return brief?.caseId;
  }

  /** Does something to the open case, shown up to that entry: another team's, closed, open again, or for anybody to take. */
  async move(move: (caseId: string, seenSeq: number) => Promise<CaseBrief>): Promise<boolean> {
    const caseId = this.#state.opened?.caseId ?? '';
    const brief = await this.#act(() => move(caseId, this.#log.high));
    if (brief) this.#row(brief);
    return brief !== undefined;
  }

  /** Takes the open case up again; one that was closed before it was opened here is opened then. */
  async reopen(): Promise<void> {
    const done = await this.move((caseId) => this.#hub.move(caseId, 'reopen'));
    const { opened } = this.#state;
    if (!done || !opened || opened.view) return;
    this.#set({ opened: undefined });
    await this.open(opened.caseId);
  }

  /** Somebody is at the desk: by what they press, not by what this page does by itself. */
  here(): void {
    const nowMs = this.#around.nowMs();
    if (nowMs < this.#hereAgainMs || !this.#connection.up) return;
    this.#hereAgainMs = nowMs + hereEveryMs;
    this.#connection.send({ frame: 'here' });
  }

  /** That somebody was stopped has been read. */
  settleHarvest(): void {
    this.#set({ harvest: undefined });
  }

  /** Tells colleagues and the customer that somebody is writing; ends by itself. */
  typing(on: boolean): void {
    const { opened } = this.#state;
    if (!opened) return;
    this.#callOffTyping?.();
    this.#callOffTyping = on ? this.#around.after(typingMsMax, () => this.typing(false)) : undefined;
    if (on === this.#iAmTyping) return;
    this.#iAmTyping = on;
    this.#connection.send({ frame: 'typing', caseId: opened.caseId, on });
  }

  /** A trouble has been read. */
  settle(): void {
    this.#set({ trouble: undefined });
    this.#change({ trouble: undefined });
  }

  async watch(): Promise<void> {
    try {
      this.#set({ live: await this.#hub.live() });
    } catch (error) {
      this.#troubleOf(error);
    }
  }

  async signOut(): Promise<void> {
    await this.#act(async () => {
      await this.#hub.signOut();
      return true;
    });
    this.#end('signed-out');
  }

  async #loadInbox(after?: string): Promise<void> {
    const asking = ++this.#asking;
    const { view, search } = this.#state;
    this.#set({ loading: true });
    try {
      const page = await this.#hub.inbox({ view, search, ...(after !== undefined && { after }) });
      if (asking !== this.#asking) return;
      const kept = after === undefined ? [] : this.#state.cases;
      const known = new Set(kept.map(({ caseId }) => caseId));
      const cases = [...kept, ...page.cases.filter(({ caseId }) => !known.has(caseId))].toSorted(byUrgency);
      this.#set({ cases, counts: page.counts, next: page.next, loading: false });
    } catch (error) {
      if (asking !== this.#asking) return;
      this.#set({ loading: false });
      this.#troubleOf(error);
    }
  }

  async #whoAmI(): Promise<void> {
    const me = await this.#hub.me();
    const first = this.#state.phase !== 'open';
    this.#set({ phase: 'open', me });
    // Whoever watches over the use of data sees no case.
    if (first && me.role !== 'privacy-officer') void this.#loadInbox();
  }

  #frame(frame: Exclude<DeskServerFrame, { frame: 'hello' }>): void {
    switch (frame.frame) {
      case 'case':
        this.#set({ counts: frame.counts });
        if (frame.gone) return this.#gone(frame.case.caseId);
        this.#row(frame.case, { news: true });
        return frame.shares && this.#shares(frame.case.caseId, frame.shares);
      case 'entries':
        return this.#take(frame.caseId, frame.entries, { news: true });
      case 'typing':
        return this.#theyType(frame);
      case 'marks':
        return this.#marks(frame);
      case 'look-over':
        if (this.#state.opened?.caseId === frame.caseId) void this.#lookAgain(frame.caseId);
        return undefined;
      case 'live':
        return this.#set({ live: frame.live });
      case 'harvest':
        return this.#set({ harvest: { name: frame.name, at: frame.at } });
      case 'ended':
        return this.#end('ended');
    }
  }

  #greeted({ me, counts }: Extract<DeskServerFrame, { frame: 'hello' }>, again: boolean): void {
    this.#iAmTyping = false;
    this.#set({ me, counts });
    const { opened } = this.#state;
    if (opened?.view && opened.view.brief.state !== 'closed')
      this.#connection.send({ frame: 'open', caseId: opened.caseId, after: this.#log.high });
    if (!again) return;
    // Rows may have changed and cases gone while nobody told us; entries are asked for by their number.
    if (me.role !== 'privacy-officer') void this.#loadInbox();
    void this.#catchUp();
  }

  /** A row that is new or has changed. It moves only when what it is sorted by has changed. */
  #row(brief: CaseBrief, { news = false }: { readonly news?: boolean } = {}): void {
    const { cases, view, me, search, opened } = this.#state;
    const known = cases.some(({ caseId }) => caseId === brief.caseId);
    const rest = cases.filter(({ caseId }) => caseId !== brief.caseId);
    const stays = belongs(brief, view, me?.name ?? '') && (known || search === '');
    this.#set({ cases: stays ? [...rest, brief].toSorted(byUrgency) : rest });
    if (opened?.view && opened.caseId === brief.caseId) this.#showBrief(opened.view, brief);
    if (news && !known && brief.priority === 'fraud' && brief.state === 'waiting')
      this.#announce('fraud-waits', brief.number);
  }

  /** The open case as it stands now. Nothing of a closed one may be read any more, and it is opened anew after that. */
  #showBrief(view: CaseView, brief: CaseBrief): void {
    const was = view.brief.state;
    if (was !== 'closed' && brief.state === 'closed') return this.#forget(view, brief);
    this.#change({ view: { ...view, brief }, typing: brief.typing ?? [] });
    if (was !== 'closed' || brief.state === 'closed') return undefined;
    this.shut();
    // A look that the customer sees: by whoever has opened it again, and not by a colleague's doing.
    if (brief.claimedBy === this.#state.me?.name) void this.open(brief.caseId);
    return undefined;
  }

  /** Keeps of a case that was closed what became of it, and no word of its customer. */
  #forget(view: CaseView, brief: CaseBrief): void {
    const { question, shares, earlier } = view;
    const entries = (this.#state.opened?.entries ?? []).flatMap((entry) => withoutWords(entry));
    this.#forgetWords(brief.caseId);
    this.#change({
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
    this.#drafts.delete(caseId);
    for (const as of ['answer', 'note']) this.#clientIds.delete(`${as} ${caseId}`);
  }

  #gone(caseId: string): void {
    this.#set({ cases: this.#state.cases.filter((brief) => brief.caseId !== caseId) });
    const { opened } = this.#state;
    if (opened?.caseId !== caseId) return;
    this.#forgetWords(caseId);
    this.#set({ opened: { caseId, entries: [], ...nothingShown, sending: false, trouble: { code: 'case_gone' } } });
  }

  /** What its customer shares from now on: what was looked at goes with what is shared no more. */
  #shares(caseId: string, shares: CaseView['shares']): void {
    const { opened } = this.#state;
    if (opened?.caseId !== caseId || !opened.view) return;
    const shared = new Set(shares.flatMap((one) => (one.shared ? [one.field] : [])));
    const looked = Object.fromEntries(
      Object.values(opened.looked).flatMap((one) => (shared.has(one.field) ? [[one.field, one]] : [])),
    );
    const asked = opened.asked.filter((field) => !shared.has(field));
    this.#change({ view: { ...opened.view, shares }, looked, asked });
  }

  #take(caseId: string, entries: readonly CaseEntry[], { news = false }: { readonly news?: boolean } = {}): void {
    const { opened, me } = this.#state;
    if (opened?.caseId !== caseId || !opened.view) return;
    if (opened.view.brief.state === 'closed') {
      const known = new Set(opened.entries.map(({ seq }) => seq));
      const more = entries.filter(({ seq }) => !known.has(seq)).flatMap((entry) => withoutWords(entry));
      this.#change({ entries: [...opened.entries, ...more].toSorted((a, b) => a.seq - b.seq) });
      return;
    }
    const fresh = this.#log.receive(entries);
    this.#change({ entries: this.#log.shown });
    if (this.#log.hasGap) void this.#catchUp();
    for (const entry of news ? fresh : []) {
      if (entry.entry !== 'said' && entry.entry !== 'picture') continue;
      if (entry.by === undefined) this.#announce('customer-wrote');
      else if (entry.by !== me?.name) this.#announce('colleague-answered');
      // An answer that seemed lost had arrived.
      else if (entry.entry === 'said' && entry.text === this.draft(caseId).answer.trim() && !opened.sending)
        this.write(caseId, 'answer', '');
    }
    if (fresh.length > 0) this.#read();
  }

  #marks({ caseId, deliveredSeq, readSeq }: Extract<DeskServerFrame, { frame: 'marks' }>): void {
    if (this.#state.opened?.caseId !== caseId) return;
    this.#log.mark(deliveredSeq, readSeq);
    this.#change({ entries: this.#log.shown });
  }

  /** Tells the hub how far whoever sits here has read. */
  #read(): void {
    const { opened } = this.#state;
    if (opened && this.#log.high > 0 && this.#around.visible())
      this.#connection.send({ frame: 'read', caseId: opened.caseId, seq: this.#log.high });
  }

  #theyType({ caseId, by, on }: Extract<DeskServerFrame, { frame: 'typing' }>): void {
    const { opened, cases, me } = this.#state;
    if (by === me?.name) return;
    if (opened?.caseId === caseId) {
      if (by === undefined) this.#change({ customerTyping: on });
      else this.#change({ typing: withName(opened.typing, by, on) });
    }
    if (by !== undefined)
      this.#set({
        cases: cases.map((brief) =>
          brief.caseId === caseId ? { ...brief, typing: withName(brief.typing ?? [], by, on) } : brief,
        ),
      });
  }

  /** Asks for what is missing of the open case, until nothing is. */
  async #catchUp(): Promise<void> {
    const caseId = this.#state.opened?.view && this.#state.opened.caseId;
    if (this.#catchingUp || caseId === undefined) return;
    this.#catchingUp = true;
    const log = this.#log;
    try {
      for (let more = true; more && log === this.#log;) {
        const before = log.high;
        const entries = await this.#hub.entries(caseId, log.high);
        if (log === this.#log) this.#take(caseId, entries, { news: true });
        more = log.high > before && entries.length > 0;
      }
      // More is missing than one answer holds: the case is opened as if for the first time.
      if (log === this.#log && log.hasGap) {
        this.#set({ opened: undefined });
        return await this.open(caseId);
      }
      this.#read();
    } catch (error) {
      if (log !== this.#log || this.#isEnd(error)) return;
      if (!(error instanceof Refusal)) this.#around.after(catchUpAgainMs, () => void this.#catchUp());
      else if (error.code === 'case_not_opened') await this.#lookAgain(caseId);
      else if (error.status === 404 || error.status === 410) this.#gone(caseId);
      else this.#around.after(catchUpAgainMs, () => void this.#catchUp());
    } finally {
      this.#catchingUp = false;
    }
  }

  /** The look has run out. It is entered for the customer to see, so only somebody who is at the page looks again. */
  async #lookAgain(caseId: string): Promise<void> {
    if (!this.#around.visible()) return;
    this.typing(false);
    this.#set({ opened: undefined });
    await this.open(caseId);
  }

  async #enter(enter: (caseId: string) => Promise<CaseEntry>): Promise<boolean> {
    const caseId = this.#state.opened?.caseId ?? '';
    const entry = await this.#act(() => enter(caseId));
    if (entry) this.#take(caseId, [entry]);
    return entry !== undefined;
  }

  /** One thing asked of the hub; a refusal is shown where it was asked. */
  async #act<Answer>(ask: () => Promise<Answer>, { none = false } = {}): Promise<Answer | undefined> {
    this.settle();
    this.#change({ sending: true });
    try {
      const answer = await ask();
      if (none && answer === undefined) this.#set({ trouble: { code: 'nothing_to_claim' } });
      return answer;
    } catch (error) {
      this.#troubleOf(error);
      // Whatever stands in the way has come by now, or comes with this.
      if (error instanceof Refusal && (error.code === 'answer_collides' || error.code === 'customer_wrote'))
        void this.#catchUp();
      return undefined;
    } finally {
      this.#change({ sending: false });
    }
  }

  async #renewMe(): Promise<void> {
    try {
      this.#set({ me: await this.#hub.me() });
    } catch (error) {
      // The budget stays as it was shown; the next greeting brings it.
      this.#isEnd(error);
    }
  }

  #troubleOf(error: unknown): void {
    if (this.#isEnd(error)) return;
    const trouble = troubleOf(error);
    if (this.#state.opened) this.#change({ trouble });
    else this.#set({ trouble });
  }

  /** True when the error says that nobody is signed in any more. */
  #isEnd(error: unknown): boolean {
    if (!(error instanceof Refusal) || error.status !== 401) return false;
    this.#end(this.#state.phase === 'opening' ? 'signed-out' : 'ended');
    return true;
  }

  /** Forgets everything: nothing of a customer stays on a desk that nobody sits at. */
  #end(phase: 'signed-out' | 'ended'): void {
    this.#connection.close();
    this.#callOffTyping?.();
    this.#drafts.clear();
    this.#clientIds.clear();
    this.#log = new CaseLog();
    this.#state = openingState;
    this.#set({ phase, loading: false });
  }

  #announce(what: Announcement['what'], of = this.#state.opened?.view?.brief.number ?? 0): void {
    const number = (this.#state.announcement?.number ?? 0) + 1;
    this.#set({ announcement: { number, what, of, urgent: what === 'fraud-waits' } });
  }

  #change(change: Partial<OpenedCase>): void {
    const { opened } = this.#state;
    if (opened) this.#set({ opened: { ...opened, ...change } });
  }

  #set(change: Partial<DeskState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** What became of a case, without what anybody wrote. */
function withoutWords(entry: CaseEntry): CaseEntry[] {
  if (entry.entry !== 'happened') return [];
  const { note: _, ...rest } = entry;
  return [rest];
}

function withName(names: readonly string[], name: string, on: boolean): string[] {
  const others = names.filter((one) => one !== name);
  return on ? [...others, name] : others;
}
