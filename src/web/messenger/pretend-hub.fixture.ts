import type { ClientFrame, Entry, Me, Message, Page, ServerFrame } from '#contract';
import { HubProblem, Refusal, type HubSocket, type SocketHandlers } from '#web/hub';
import type { Hub } from './hub.ts';
import type { KeepingSurroundings, Storage } from './storage.ts';

/** What the network does with one call: carries it, loses it on the way there, or loses the answer. */
export type Fate = 'carry' | 'lose-request' | 'lose-answer';

/** RFC 6455's code of a connection that broke without a word. */
const broken = 1006;

interface Line {
  readonly handlers: SocketHandlers<ServerFrame>;
  readonly frames: ServerFrame[];
  open: boolean;
}

/**
 * A hub in memory behind a network that loses, doubles and reorders, with a clock of its own: for tests of
 * what a browser must hold on to. Nothing happens by itself; every step is asked for.
 */
export class PretendHub implements Hub, KeepingSurroundings {
  readonly written: Entry[] = [];
  readonly storage: Storage = memoryStorage();
  readonly #calls: { readonly run: () => void; readonly lose: () => void; readonly loseAnswer: () => void }[] = [];
  readonly #timers: { readonly at: number; readonly task: () => void }[] = [];
  #line: Line | undefined;
  #now = Date.parse('2026-11-20T19:14:00Z');
  #ids = 0;
  #ended = false;
  readonly acts = new Map<string, number>();

  nowMs(): number {
    return this.#now;
  }

  after(ms: number, task: () => void): () => void {
    const timer = { at: this.#now + ms, task };
    this.#timers.push(timer);
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
    };
  }

  /** What chance brings. */
  chance = 0.5;

  random(): number {
    return this.chance;
  }

  newId(): string {
    this.#ids += 1;
    return `00000000-0000-4000-8000-${String(this.#ids).padStart(12, '0')}`;
  }

  visible(): boolean {
    return true;
  }

  /** Calls under way. */
  get callsWaiting(): number {
    return this.#calls.length;
  }

  /** Frames sent and not yet delivered. */
  get framesWaiting(): number {
    return this.#line?.frames.length ?? 0;
  }

  get timersWaiting(): number {
    return this.#timers.length;
  }

  /** Lets the network decide on one waiting call. */
  decide(which: number, fate: Fate): void {
    const [call] = this.#calls.splice(which % Math.max(1, this.#calls.length), 1);
    if (fate === 'carry') call?.run();
    else if (fate === 'lose-request') call?.lose();
    else call?.loseAnswer();
  }

  /** Delivers one waiting frame, not always the oldest; `twice` leaves a copy on the way. */
  deliver(which: number, twice: boolean): void {
    const line = this.#line;
    if (!line || line.frames.length === 0) return;
    const at = which % line.frames.length;
    const [frame] = twice ? [line.frames[at]] : line.frames.splice(at, 1);
    if (frame) line.handlers.frame(frame);
  }

  /** Forgets one waiting frame. */
  drop(which: number): void {
    this.#line?.frames.splice(which, 1);
  }

  /** The connection breaks, or is closed with a code; what was on the way is lost. */
  cut(code = broken): void {
    const line = this.#line;
    this.#line = undefined;
    line?.handlers.closed(code);
  }

  /** Time passes to the next timer, or by `ms` where there is none before. */
  pass(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.splice(this.#timers.indexOf(due), 1);
      this.#now = Math.max(this.#now, due.at);
      due.task();
    }
    this.#now = until;
  }

  /** Enters something new and sends it to whoever is connected. */
  enter(make: (seq: number) => Entry): Entry {
    const entry = make(this.written.length + 1);
    this.written.push(entry);
    if (this.#line?.open) this.#line.frames.push({ frame: 'entries', entries: [entry] });
    return entry;
  }

  end(): void {
    this.#ended = true;
    this.written.length = 0;
    this.#line?.frames.push({ frame: 'ended' });
  }

  message(author: Message['author'], text: string, more: Pick<Message, 'clientId' | 'quiet'> = {}): Entry {
    const id = this.newId();
    const at = new Date(this.#now).toISOString();
    const message = {
      id,
      revision: 1,
      author,
      at,
      content: { kind: 'text' as const, text },
      ...more,
    };
    return this.enter((seq) => ({ entry: 'message', seq, message }));
  }

  #call<Answer>(act: () => Answer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const attempt = (then: (answer: Answer) => void): void => {
        try {
          then(act());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.#calls.push({
        run: () => attempt(resolve),
        lose: () => reject(new HubProblem()),
        loseAnswer: () => attempt(() => reject(new HubProblem())),
      });
    });
  }

  #me(): Me {
    const lastSeq = this.written.length;
    return { locale: 'en', timeZone: 'America/New_York', banks: [], links: [], lastSeq, readSeq: lastSeq };
  }

  open(): Promise<Me> {
    return this.#call(() => {
      this.#ended = false;
      return this.#me();
    });
  }

  me(): Promise<Me> {
    return this.#call(() => {
      this.#mustLive();
      return this.#me();
    });
  }

  settings(): Promise<void> {
    return this.#call(() => undefined);
  }

  entries(query: { readonly after: number } | { readonly before: number }, limit: number): Promise<Page> {
    return this.#call(() => {
      this.#mustLive();
      const wanted =
        'after' in query
          ? this.written.filter(({ seq }) => seq > query.after).slice(0, limit)
          : this.written.filter(({ seq }) => seq < query.before).slice(-limit);
      return { entries: wanted, lastSeq: this.written.length, readSeq: 0 };
    });
  }

  say(clientId: string, text: string): Promise<{ readonly seq: number }> {
    return this.#call(() => {
      this.#mustLive();
      if (text === '') throw new Refusal(422, { code: 'text_invalid', message: 'There is nothing to send.' });
      const known = this.written.find((entry) => entry.entry === 'message' && entry.message.clientId === clientId);
      return { seq: (known ?? this.message('customer', text, { clientId })).seq };
    });
  }

  act(token: string): Promise<Record<string, never>> {
    return this.#call(() => {
      const count = (this.acts.get(token) ?? 0) + 1;
      this.acts.set(token, count);
      if (count > 1) throw new Refusal(410, { code: 'act_used', message: 'This button was pressed already.' });
      return {};
    });
  }

  link(): Promise<{ readonly address: string }> {
    return this.#call(() => ({ address: '/link/one' }));
  }

  connect(handlers: SocketHandlers<ServerFrame>): HubSocket<ClientFrame> {
    const line: Line = { handlers, frames: [], open: false };
    this.#line = line;
    this.#calls.push({
      run: () => {
        if (this.#line === line) handlers.opened();
      },
      lose: () => handlers.closed(broken),
      loseAnswer: () => handlers.closed(broken),
    });
    return {
      send: (frame) => {
        if (frame.frame !== 'resume') return;
        const lastSeq = this.written.length;
        line.open = true;
        line.frames.push({ frame: 'hello', lastSeq, readSeq: 0 });
        const missed = this.written.filter(({ seq }) => seq > frame.after);
        if (missed.length > 0) line.frames.push({ frame: 'entries', entries: missed });
      },
      close: () => {
        if (this.#line === line) this.#line = undefined;
        handlers.closed(broken);
      },
    };
  }

  #mustLive(): void {
    if (this.#ended) throw new Refusal(401, { code: 'no_session', message: 'This session has ended.' });
  }
}

function memoryStorage(): Storage {
  const kept = new Map<string, string>();
  return {
    names: () => [...kept.keys()],
    get: (name) => kept.get(name),
    set: (name, value) => void kept.set(name, value),
    remove: (name) => void kept.delete(name),
  };
}
