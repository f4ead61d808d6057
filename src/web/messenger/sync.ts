import type { Action, ClientFrame, Entry, Locale, Page, ServerFrame } from '#contract';
import { Refusal, type HubSocket } from '#web/hub';
import { EntryLog, type ShownMessage } from './entry-log.ts';
import type { Hub } from './hub.ts';
import { Outbox } from './outbox.ts';
import { openingState, type ConversationState } from './state.ts';
import type { KeepingSurroundings } from './storage.ts';

const firstPage = 60;
const pageMax = 200;
const olderPage = 80;
const backoffMs = { first: 400, max: 20_000 } as const;
/** The hub is being restarted: everybody comes back, and not all at once. */
const restart = { code: 1012, ms: 5000 } as const;
/** A connection that heals within this time is never spoken of. */
const quietMs = 2500;
/** What the hub said is there and has not come by then is asked for. */
const overdueMs = 3000;
const typingMsMax = 20_000;
/** A socket that opens and then says nothing is given up. */
const helloMsMax = 10_000;

type TimerName = 'retry' | 'offline' | 'overdue' | 'typing' | 'resend';
const timerNames: readonly TimerName[] = ['retry', 'offline', 'overdue', 'typing', 'resend'];

/**
 * Keeps this browser's copy of the conversation in step with the hub's: session, newest page, then the
 * socket from where the copy ends; what is missing is asked for; what was typed is sent until it is stored.
 */
export class Sync {
  readonly #hub: Hub;
  readonly #around: KeepingSurroundings;
  readonly #person: { readonly locale: Locale; readonly timeZone: string };
  readonly #listeners = new Set<() => void>();
  readonly #outbox: Outbox;
  #state: ConversationState = openingState;
  #log = new EntryLog(0);
  #socket: HubSocket<ClientFrame> | undefined;
  /** Grows with every connection and every reset; what belongs to an older one is ignored. */
  #generation = 0;
  #attempts = 0;
  #connected = false;
  #reading = 0;
  #sending = false;
  #catchingUp = false;
  readonly #arrivedMs = new Map<string, number>();
  #callOff: Partial<Record<TimerName, () => void>> = {};

  constructor(hub: Hub, around: KeepingSurroundings, person: { readonly locale: Locale; readonly timeZone: string }) {
    this.#hub = hub;
    this.#around = around;
    this.#person = person;
    this.#outbox = new Outbox(around.storage);
    this.#state = { ...openingState, outgoing: this.#outbox.items };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): ConversationState => this.#state;

  /** Opens the session and shows the newest page; goes on trying until it is there. */
  start(): void {
    const generation = ++this.#generation;
    void this.#open().catch((error: unknown) => this.#lost(generation, error));
  }

  /** The network is back, or somebody looks at the page again: try now instead of later. */
  wake(): void {
    if (this.#connected) void this.#catchUp();
    else if (this.#callOff.retry) this.#retryNow();
    void this.#flush();
  }

  /** The device says that it has no network: the socket may not notice for minutes. */
  networkGone(): void {
    this.#dropSocket();
    this.#lost(++this.#generation);
    this.#set({ offline: true });
  }

  /** The page was hidden: the unread divider has done its work. */
  hidden(): void {
    this.#set({ unreadAfter: undefined });
  }

  /** Sends words; kept until they are stored, even when this page is closed in between. */
  say(text: string): void {
    this.#outbox.put({ clientId: this.#around.newId(), text, atMs: this.#around.nowMs(), state: 'waiting' });
    this.#set({ outgoing: this.#outbox.items, unreadAfter: undefined });
    void this.#flush();
  }

  /** Sends a refused message again. */
  sayAgain(clientId: string): void {
    const item = this.#outbox.items.find((one) => one.clientId === clientId);
    if (!item) return;
    this.#outbox.put({ clientId, text: item.text, atMs: item.atMs, state: 'waiting' });
    this.#set({ outgoing: this.#outbox.items });
    void this.#flush();
  }

  /** Tells the hub, where it is connected; what is lost is not told again. */
  tell(frame: ClientFrame): void {
    this.#socket?.send(frame);
  }

  /** The customer has read up to `seq`. */
  read(seq: number): void {
    if (seq <= this.#reading) return;
    this.#reading = seq;
    if (this.#connected) this.#socket?.send({ frame: 'read', seq });
  }

  /** Presses a button by its token. A token counts once, so pressing again after no answer is safe. */
  async press(token: string, act?: Action['act']): Promise<void> {
    // What only asks on may be asked again.
    if (act !== 'ask-case' && this.#state.presses[token]?.state === 'pressed') return;
    this.#press(token, { state: 'pressed' });
    try {
      const { receipt } = await this.#hub.act(token);
      if (receipt) this.#set({ receipt });
    } catch (error) {
      const press =
        error instanceof Refusal
          ? ({ state: 'refused', reason: error.message, code: error.problem.code } as const)
          : ({ state: 'unknown' } as const);
      this.#press(token, press);
    }
  }

  /** Fetches the page above the oldest message held. */
  async older(): Promise<void> {
    if (this.#state.loadingOlder || !this.#state.hasOlder) return;
    const generation = this.#generation;
    const log = this.#log;
    this.#set({ loadingOlder: true });
    try {
      const page = await this.#hub.entries({ before: log.low }, olderPage);
      if (log === this.#log) this.#take(page.entries, { news: false });
    } catch (error) {
      if (generation === this.#generation) this.#ended(error);
    } finally {
      this.#set({ loadingOlder: false });
    }
  }

  /** Tells the hub of a setting; the screen has it already. */
  async settings(settings: { readonly locale?: Locale; readonly timeZone?: string }): Promise<void> {
    if (this.#state.me) this.#set({ me: { ...this.#state.me, ...settings } });
    await this.#hub.settings(settings);
  }

  /** When a message came to this screen, by this device's clock. */
  arrivedMs(id: string): number | undefined {
    return this.#arrivedMs.get(id);
  }

  dismissReceipt(): void {
    this.#set({ receipt: undefined });
  }

  async #open(): Promise<void> {
    const generation = this.#generation;
    const me = await this.#hub.open(this.#person);
    const log = new EntryLog(me.lastSeq);
    const wanted = Math.min(pageMax, Math.max(firstPage, me.lastSeq - me.readSeq + 20));
    const page: Page =
      me.lastSeq > 0
        ? await this.#hub.entries({ before: me.lastSeq + 1 }, wanted)
        : { entries: [], lastSeq: 0, readSeq: 0 };
    if (generation !== this.#generation) return;
    this.#log = log;
    this.#reading = me.readSeq;
    this.#take(page.entries, { news: false });
    const unread = this.#log.shown.some(({ seq, message }) => seq > me.readSeq && message.author !== 'customer');
    this.#set({ phase: 'open', me, unreadAfter: unread && me.readSeq > 0 ? me.readSeq : undefined });
    this.#connect();
    if (me.timeZone !== this.#person.timeZone) await this.settings({ timeZone: this.#person.timeZone });
  }

  #connect(): void {
    const generation = ++this.#generation;
    const mine = (act: () => void) => (): void => {
      if (generation === this.#generation) act();
    };
    this.#socket = this.#hub.connect({
      opened: mine(() => {
        this.#socket?.send({ frame: 'resume', after: this.#log.high });
        this.#later('overdue', helloMsMax, () => {
          this.#dropSocket();
          this.#lost(this.#generation);
        });
      }),
      frame: (frame) => mine(() => this.#frame(frame))(),
      closed: (code) => mine(() => this.#lost(generation, undefined, code))(),
    });
  }

  #frame(frame: ServerFrame): void {
    switch (frame.frame) {
      case 'hello':
        return this.#welcome(frame.lastSeq, frame.readSeq);
      case 'entries':
        this.#take(frame.entries, { news: true });
        if (this.#log.hasGap) void this.#catchUp();
        return;
      case 'typing':
        return this.#typing(frame.on);
      case 'marks':
        return this.#mark(frame.deliveredSeq, frame.readSeq);
      case 'changed':
        return void this.#refresh();
      case 'ended':
        return this.#reset();
    }
  }

  #welcome(lastSeq: number, readSeq: number): void {
    this.#connected = true;
    this.#attempts = 0;
    this.#off('offline');
    this.#off('overdue');
    this.#set({ offline: false });
    if (this.#reading > readSeq) this.#socket?.send({ frame: 'read', seq: this.#reading });
    void this.#flush();
    if (lastSeq > this.#log.high) this.#later('overdue', overdueMs, () => void this.#catchUp());
  }

  /** Entries into the copy; `news` are announced, what is loaded from before is not. */
  #take(entries: readonly Entry[], { news }: { readonly news: boolean }): void {
    const before = this.#log.high;
    const fresh = this.#log.receive(entries);
    const clientIds = new Set<string>();
    for (const entry of entries) {
      if (!('message' in entry)) continue;
      const { id, clientId } = entry.message;
      if (clientId) clientIds.add(clientId);
      if (!this.#arrivedMs.has(id)) this.#arrivedMs.set(id, this.#around.nowMs());
    }
    this.#outbox.settle(this.#log.high, clientIds);
    const theirs = news ? fresh.filter(({ message }) => message.author !== 'customer') : [];
    this.#set({
      messages: this.#log.shown,
      outgoing: this.#outbox.items,
      hasOlder: this.#log.low > 1,
      ...(theirs.length > 0 ? this.#newsOf(theirs, before) : {}),
    });
  }

  #newsOf(theirs: readonly ShownMessage[], before: number): Partial<ConversationState> {
    this.#off('typing');
    const unseen = !this.#around.visible() && this.#state.unreadAfter === undefined;
    const aloud = theirs.filter(({ message }) => !message.quiet);
    return {
      typing: false,
      ...(unseen ? { unreadAfter: before } : {}),
      ...(aloud[0] && {
        announcement: {
          number: (this.#state.announcement?.number ?? 0) + 1,
          urgent: aloud.some(({ message }) => message.urgent === true),
          texts: aloud.map(({ message }) => message.content.text),
        },
      }),
    };
  }

  /** Marks only go on, in whatever order they come. */
  #mark(deliveredSeq: number, readSeq: number): void {
    const { marks } = this.#state;
    this.#set({
      marks: {
        deliveredSeq: Math.max(marks.deliveredSeq, deliveredSeq),
        readSeq: Math.max(marks.readSeq, readSeq),
      },
    });
  }

  #typing(on: boolean): void {
    this.#off('typing');
    if (on) this.#later('typing', typingMsMax, () => this.#set({ typing: false }));
    this.#set({ typing: on });
  }

  /** Asks for everything after what is held, page by page, until nothing is missing. */
  async #catchUp(): Promise<void> {
    if (this.#catchingUp) return;
    this.#catchingUp = true;
    const generation = this.#generation;
    const log = this.#log;
    try {
      for (let missing = true; missing && log === this.#log;) {
        const page = await this.#hub.entries({ after: log.high }, pageMax);
        if (log !== this.#log) return;
        this.#take(page.entries, { news: true });
        missing = page.entries.length > 0 && (log.hasGap || log.high < page.lastSeq);
      }
    } catch (error) {
      if (generation !== this.#generation || this.#ended(error)) return;
      this.#later('overdue', overdueMs, () => void this.#catchUp());
    } finally {
      this.#catchingUp = false;
    }
  }

  /** Sends what waits, one after the other, in the order typed. */
  async #flush(): Promise<void> {
    if (this.#sending || this.#state.phase !== 'open') return;
    this.#sending = true;
    this.#off('resend');
    try {
      for (let item = this.#outbox.next; item; item = this.#outbox.next) {
        const { clientId, text, atMs } = item;
        const log = this.#log;
        try {
          const { seq } = await this.#hub.say(clientId, text);
          // It may have come back through the socket before this answer.
          const waits = this.#outbox.items.some((one) => one.clientId === clientId);
          if (waits && log === this.#log) this.#outbox.put({ clientId, text, atMs, state: 'sent', seq });
          this.#outbox.settle(this.#log.high, new Set());
          if (seq > this.#log.high) this.#later('overdue', overdueMs, () => void this.#catchUp());
        } catch (error) {
          const refused = error instanceof Refusal && error.status < 500 && ![401, 408, 429].includes(error.status);
          if (!refused) throw error;
          this.#outbox.put({ clientId, text, atMs, state: 'refused', reason: error.message });
        }
        this.#set({ outgoing: this.#outbox.items });
      }
    } catch (error) {
      if (!this.#ended(error)) {
        const seconds = error instanceof Refusal ? (error.problem.retryAfterSeconds ?? 5) : 5;
        this.#later('resend', seconds * 1000, () => void this.#flush());
      }
    } finally {
      this.#sending = false;
    }
  }

  async #refresh(): Promise<void> {
    const generation = this.#generation;
    try {
      const me = await this.#hub.me();
      if (generation === this.#generation) this.#set({ me });
    } catch (error) {
      // Without an answer the header stays as it was; the next `changed` or connection brings it.
      this.#ended(error);
    }
  }

  /** The connection is gone, or could not be made: says so after a while, and tries again. */
  #lost(generation: number, error?: unknown, code?: number): void {
    if (generation !== this.#generation || this.#ended(error)) return;
    this.#connected = false;
    this.#socket = undefined;
    this.#off('overdue');
    if (!this.#callOff.offline) this.#later('offline', quietMs, () => this.#set({ offline: true, typing: false }));
    const ceiling = Math.min(backoffMs.max, backoffMs.first * 2 ** this.#attempts);
    this.#attempts += 1;
    const chance = this.#around.random();
    const pause = code === restart.code ? restart.ms * chance : ceiling * (0.5 + chance / 2);
    this.#later('retry', pause, () => this.#retryNow());
  }

  #retryNow(): void {
    this.#off('retry');
    if (this.#state.phase === 'opening') return this.start();
    const generation = ++this.#generation;
    // Asked first, so that an ended session is told from a lost connection.
    this.#hub.me().then(
      (me) => {
        if (generation !== this.#generation) return;
        this.#set({ me });
        this.#connect();
      },
      (error: unknown) => this.#lost(generation, error),
    );
  }

  /** True when the error says that the session is over; then everything of it is forgotten. */
  #ended(error: unknown): boolean {
    if (!(error instanceof Refusal) || error.status !== 401 || this.#state.phase === 'opening') return false;
    this.#reset();
    return true;
  }

  #reset(): void {
    this.#dropSocket();
    for (const name of timerNames) this.#off(name);
    this.#outbox.clear();
    this.#around.storage.remove('draft');
    this.#log = new EntryLog(0);
    this.#reading = 0;
    this.#attempts = 0;
    const { receipt, announcement, presses } = this.#state;
    this.#set({ ...openingState, receipt, announcement, presses });
    this.start();
  }

  #dropSocket(): void {
    const socket = this.#socket;
    this.#generation += 1;
    this.#connected = false;
    this.#socket = undefined;
    socket?.close();
  }

  #press(token: string, press: ConversationState['presses'][string]): void {
    this.#set({ presses: { ...this.#state.presses, [token]: press } });
  }

  #later(name: TimerName, ms: number, task: () => void): void {
    this.#off(name);
    this.#callOff[name] = this.#around.after(ms, () => {
      delete this.#callOff[name];
      task();
    });
  }

  #off(name: TimerName): void {
    this.#callOff[name]?.();
    delete this.#callOff[name];
  }

  #set(change: Partial<ConversationState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
