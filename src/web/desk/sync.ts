import type { CaseBrief, CaseEntry, ChatField, DeskServerFrame, Look } from '#contract';
import { Refusal, type Surroundings } from '#web/hub';
import { CaseOnScreen } from './case-on-screen.ts';
import { Connection } from './connection.ts';
import { Drafts, meaningOf } from './drafts.ts';
import type { DeskHub, InboxView, NewProposal } from './hub.ts';
import { InboxList } from './inbox-list.ts';
import { Outgoing, type Pressed } from './outgoing.ts';
import { troubleOf, type DeskState, type Draft } from './state.ts';
import { DeskStore } from './store.ts';

/** Being here is told so often: the session is counted in minutes. */
const hereEveryMs = 60_000;

/**
 * Keeps this desk in step with the hub: who is signed in, the inbox, the one case that is open, then the socket, and
 * after each reconnect what was missed, by number. It keeps nothing beyond this page: no word of a customer is stored.
 */
export class DeskSync {
  readonly #hub: DeskHub;
  readonly #around: Surroundings;
  readonly #store = new DeskStore();
  readonly #drafts = new Drafts();
  readonly #inbox: InboxList;
  readonly #case: CaseOnScreen;
  readonly #connection: Connection;
  #hereAgainMs = 0;
  readonly #outgoing = new Outgoing();
  /** Missed promises that were said aloud, by case and promise. */
  readonly #lateTold = new Set<string>();

  constructor(hub: DeskHub, around: Surroundings) {
    this.#hub = hub;
    this.#around = around;
    const failed = (error: unknown): void => this.#failed(error);
    const isEnd = (error: unknown): boolean => this.#isEnd(error);
    this.#inbox = new InboxList(hub, this.#store, failed);
    this.#case = new CaseOnScreen({
      hub,
      around,
      store: this.#store,
      drafts: this.#drafts,
      send: (frame) => this.#connection.send(frame),
      opened: (brief) => {
        this.#row(brief);
        void this.#renewMe();
      },
      failed,
      isEnd,
      gone: (caseId) => this.#gone(caseId),
    });
    this.#connection = new Connection(hub, around, {
      ask: () => this.#whoAmI(),
      isEnd,
      greeted: (hello, again) => this.#greeted(hello, again),
      frame: (frame) => this.#frame(frame),
      offline: (offline) => this.#store.set({ offline }),
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#store.subscribe(listener);

  readonly snapshot = (): DeskState => this.#store.state;

  /** Asks who is signed in, and goes on from there. */
  start(): void {
    this.#connection.start();
  }

  /** The network is back, or somebody looks at the page again: try now instead of later. */
  wake(): void {
    if (this.#connection.up) void this.#case.catchUp();
    else this.#connection.hurry();
  }

  /** The device says that it has no network. */
  networkGone(): void {
    this.#connection.cut();
  }

  /** Shows another view of the inbox, or what is looked for in it. */
  show(view: InboxView, search = ''): void {
    this.#inbox.show(view, search);
  }

  /** The page of the inbox after what is shown. */
  async more(): Promise<void> {
    await this.#inbox.more();
  }

  /** Opens a case, which is a look that the customer can see. */
  async open(caseId: string): Promise<void> {
    await this.#case.open(caseId);
  }

  /** Puts the open case away, and forgets what was shown of it. */
  shut(): void {
    this.#case.shut();
  }

  draft(caseId: string): Draft {
    return this.#drafts.of(caseId);
  }

  /** Keeps words that are being written; other words are another thing to say. */
  write(caseId: string, as: keyof Draft, text: string): void {
    this.#drafts.write(caseId, as, text);
    this.#store.set({});
    if (as === 'answer' && caseId === this.#store.state.opened?.caseId) this.typing(text !== '');
  }

  /**
   * Says what is written, as an answer or a note; what is refused stays written. `keepsTurn`: it is no answer yet, and
   * what was promised stands. True when it is said.
   */
  say(as: keyof Draft, { keepsTurn = false } = {}): Promise<boolean> {
    const { opened } = this.#store.state;
    if (!opened) return Promise.resolve(false);
    const { caseId, view } = opened;
    const text = this.#outgoing.rest(caseId, as, this.draft(caseId)[as]);
    if (text === '') return Promise.resolve(false);
    const clientId = this.#drafts.clientId(caseId, meaningOf(as, text, keepsTurn), () => this.#around.newId());
    const number = view?.brief.number ?? 0;
    const pressed = { caseId, number, as, text, keepsTurn, clientId, seenSeq: this.#case.seenSeq };
    return this.#outgoing.enter(pressed, (one) => this.#say(one));
  }

  async #say({ caseId, number, as, text, keepsTurn, clientId, seenSeq }: Pressed): Promise<boolean> {
    const words = { text, clientId, seenSeq, ...(keepsTurn && { keepsTurn }) };
    const said = await this.#act(() => this.#hub.say(caseId, as, words), { of: { caseId, number } });
    if (!said) return false;
    this.#drafts.sent(caseId, meaningOf(as, text, keepsTurn));
    // What was written on meanwhile has not been said.
    this.write(caseId, as, this.#drafts.without(caseId, as, text));
    this.#case.take(caseId, [said]);
    this.#store.announce('sent', number);
    return true;
  }

  async sendPicture(picture: Blob): Promise<boolean> {
    const sent = { clientId: this.#around.newId(), seenSeq: this.#case.seenSeq };
    return this.#enter((caseId) => this.#hub.sendPicture(caseId, picture, sent));
  }

  async propose(proposal: NewProposal): Promise<boolean> {
    const of = this.#store.state.opened?.caseId ?? '';
    // The same again, because nothing was answered, is proposed once.
    const what = `propose ${JSON.stringify(proposal)}`;
    const clientId = this.#drafts.clientId(of, what, () => this.#around.newId());
    const isProposed = await this.#enter((caseId) => this.#hub.propose(caseId, { ...proposal, clientId }));
    if (isProposed) this.#drafts.sent(of, what);
    return isProposed;
  }

  /** Looks at one field, for a reason that the customer sees. */
  async look(look: Look): Promise<void> {
    const caseId = this.#store.state.opened?.caseId ?? '';
    const looked = await this.#act(() => this.#hub.look(caseId, look));
    if (looked) this.#store.change({ looked: { ...this.#store.state.opened?.looked, [look.field]: looked } });
    await this.#renewMe();
  }

  /** Asks the customer to share a field for this talk. */
  async askFor(field: ChatField): Promise<void> {
    const { opened } = this.#store.state;
    if (!opened) return;
    const done = await this.#act(async () => {
      await this.#hub.askFor(opened.caseId, field);
      return true;
    });
    if (done) this.#store.change({ asked: [...opened.asked, field] });
  }

  /** Takes a case, or the one that is due first; opens what was taken. Answers its id. */
  async claim(caseId?: string): Promise<string | undefined> {
    const brief = await this.#act(() => this.#hub.claim(caseId), { none: true });
    if (brief) this.#row(brief);
    return brief?.caseId;
  }

  /** Does something to the open case, shown up to that entry: another team's, closed, open again, or for anybody to take. */
  async move(move: (caseId: string, seenSeq: number) => Promise<CaseBrief>): Promise<boolean> {
    const caseId = this.#store.state.opened?.caseId ?? '';
    const brief = await this.#act(() => move(caseId, this.#case.seenSeq));
    if (brief) this.#row(brief);
    return brief !== undefined;
  }

  /** Takes the open case up again; one that was closed before it was opened here is opened then. */
  async reopen(): Promise<void> {
    const done = await this.move((caseId) => this.#hub.move(caseId, 'reopen'));
    const { opened } = this.#store.state;
    if (done && opened && !opened.view) await this.#case.openAnew(opened.caseId);
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
    this.#store.set({ harvest: undefined });
  }

  /** Tells colleagues and the customer that somebody is writing; ends by itself. */
  typing(on: boolean): void {
    this.#case.typing(on);
  }

  /** A trouble has been read. */
  settle(): void {
    this.#store.set({ trouble: undefined });
    this.#store.change({ trouble: undefined });
  }

  async watch(): Promise<void> {
    try {
      this.#store.set({ live: await this.#hub.live() });
    } catch (error) {
      this.#failed(error);
    }
  }

  async signOut(): Promise<void> {
    await this.#act(async () => {
      await this.#hub.signOut();
      return true;
    });
    this.#end('signed-out');
  }

  async #whoAmI(): Promise<void> {
    const first = this.#store.state.phase !== 'open';
    if (first && !(await this.#hub.isSignedIn())) throw notSignedIn();
    const me = await this.#hub.me();
    this.#store.set({ phase: 'open', me });
    // Whoever watches over the use of data sees no case.
    if (first && me.role !== 'privacy-officer') void this.#inbox.load();
  }

  #frame(frame: Exclude<DeskServerFrame, { frame: 'hello' }>): void {
    switch (frame.frame) {
      case 'case':
        this.#store.set({ counts: frame.counts });
        if (frame.gone) return this.#gone(frame.case.caseId);
        this.#row(frame.case, { news: true });
        return frame.shares && this.#case.shares(frame.case.caseId, frame.shares);
      case 'entries':
        return this.#case.take(frame.caseId, frame.entries, { news: true });
      case 'typing':
        return this.#theyType(frame);
      case 'marks':
        return this.#case.marks(frame);
      case 'look-over':
        return void this.#case.lookAgain(frame.caseId);
      case 'live':
        return this.#store.set({ live: frame.live });
      case 'harvest':
        return this.#store.set({ harvest: { name: frame.name, at: frame.at } });
      case 'ended':
        return this.#end('ended');
    }
  }

  #greeted({ me, counts }: Extract<DeskServerFrame, { frame: 'hello' }>, again: boolean): void {
    this.#store.set({ me, counts });
    this.#case.greeted();
    if (!again) return;
    // Rows may have changed and cases gone while nobody told us; entries are asked for by their number.
    if (me.role !== 'privacy-officer') void this.#inbox.load();
    void this.#case.catchUp();
  }

  /** A row that is new or has changed, and the open case if it is that one. */
  #row(brief: CaseBrief, { news = false }: { readonly news?: boolean } = {}): void {
    const was = this.#inbox.row(brief);
    this.#case.brief(brief);
    if (news && !was && brief.priority === 'fraud' && brief.state === 'waiting')
      this.#store.announce('fraud-waits', brief.number);
    if (!brief.late || this.#store.state.me?.role !== 'supervisor') return;
    // A row need not stand in the view that is shown: each frame of a late case would be news again.
    const promise = `${brief.caseId} ${brief.answerBy ?? ''}`;
    const isNew = news && !was?.late && !this.#lateTold.has(promise);
    this.#lateTold.add(promise);
    if (isNew) this.#store.announce('late', brief.number);
  }

  #gone(caseId: string): void {
    this.#inbox.gone(caseId);
    this.#case.gone(caseId);
  }

  #theyType(frame: Extract<DeskServerFrame, { frame: 'typing' }>): void {
    if (frame.by === this.#store.state.me?.name) return;
    this.#case.theyType(frame);
    if (frame.by !== undefined) this.#inbox.typing(frame.caseId, frame.by, frame.on);
  }

  async #enter(enter: (caseId: string) => Promise<CaseEntry>): Promise<boolean> {
    const caseId = this.#store.state.opened?.caseId ?? '';
    const entry = await this.#act(() => enter(caseId));
    if (entry) this.#case.take(caseId, [entry]);
    return entry !== undefined;
  }

  /**
   * One thing asked of the hub; a refusal is shown where it was asked. `of`: words of that case, said in their turn; of
   * another one that is open by then, it is shown there which they were.
   */
  async #act<Answer>(
    ask: () => Promise<Answer>,
    { none = false, of }: { readonly none?: boolean; readonly of?: Pick<Pressed, 'caseId' | 'number'> } = {},
  ): Promise<Answer | undefined> {
    const isElsewhere = (): boolean => of !== undefined && of.caseId !== this.#store.state.opened?.caseId;
    if (!isElsewhere()) this.settle();
    this.#store.change({ sending: true });
    try {
      const answer = await ask();
      if (none && answer === undefined) this.#store.set({ trouble: { code: 'nothing_to_claim' } });
      return answer;
    } catch (error) {
      if (of && isElsewhere()) {
        if (!this.#isEnd(error)) this.#store.trouble({ ...troubleOf(error), code: 'not_said', number: of.number });
        return undefined;
      }
      this.#failed(error);
      // Whatever stands in the way has come by now, or comes with this.
      if (error instanceof Refusal && (error.code === 'answer_collides' || error.code === 'customer_wrote'))
        void this.#case.catchUp();
      return undefined;
    } finally {
      this.#store.change({ sending: false });
    }
  }

  async #renewMe(): Promise<void> {
    try {
      this.#store.set({ me: await this.#hub.me() });
    } catch (error) {
      // The budget stays as it was shown; the next greeting brings it.
      this.#isEnd(error);
    }
  }

  #failed(error: unknown): void {
    if (!this.#isEnd(error)) this.#store.trouble(troubleOf(error));
  }

  /** True when the error says that nobody is signed in any more. */
  #isEnd(error: unknown): boolean {
    if (!(error instanceof Refusal) || error.status !== 401) return false;
    this.#end(this.#store.state.phase === 'opening' ? 'signed-out' : 'ended');
    return true;
  }

  /** Nothing of a customer stays on a desk that nobody sits at. */
  #end(phase: 'signed-out' | 'ended'): void {
    this.#connection.close();
    this.#case.end();
    this.#drafts.clear();
    this.#outgoing.clear();
    this.#lateTold.clear();
    this.#store.end(phase);
  }
}

const notSignedIn = (): Refusal => new Refusal(401, { code: 'staff_no_session', message: '' });
