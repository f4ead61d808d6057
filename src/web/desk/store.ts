import { openingState, type Announcement, type DeskState, type OpenedCase, type Trouble } from './state.ts';

/** What this desk shows, and whoever wants to know that it has changed. */
export class DeskStore {
  readonly #listeners = new Set<() => void>();
  #state: DeskState = openingState;

  /** Answers how to stop listening. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get state(): DeskState {
    return this.#state;
  }

  set(change: Partial<DeskState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  /** Of the case that is open; nothing where none is. */
  change(change: Partial<OpenedCase>): void {
    const { opened } = this.#state;
    if (opened) this.set({ opened: { ...opened, ...change } });
  }

  /** Shown where it was asked: at the open case, else at the inbox. */
  trouble(trouble: Trouble): void {
    if (this.#state.opened) this.change({ trouble });
    else this.set({ trouble });
  }

  /** Said aloud once. @param of the number of a case; without it, of the open one */
  announce(what: Announcement['what'], of = this.#state.opened?.view?.brief.number ?? 0): void {
    const number = (this.#state.announcement?.number ?? 0) + 1;
    this.set({ announcement: { number, what, of, urgent: what === 'fraud-waits' } });
  }

  /** Forgets everything. */
  end(phase: 'signed-out' | 'ended'): void {
    this.#state = openingState;
    this.set({ phase, loading: false });
  }
}
