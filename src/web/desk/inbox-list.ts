import type { CaseBrief } from '#contract';
import { byUrgency } from './clock.ts';
import type { DeskHub, InboxView } from './hub.ts';
import { belongs, withName } from './state.ts';
import type { DeskStore } from './store.ts';

/** The inbox as this desk shows it: one view, page by page, and each row as it changes. */
export class InboxList {
  readonly #hub: DeskHub;
  readonly #store: DeskStore;
  readonly #failed: (error: unknown) => void;
  /** Grows with every question to the inbox; an answer to an older one is ignored. */
  #asking = 0;

  constructor(hub: DeskHub, store: DeskStore, failed: (error: unknown) => void) {
    this.#hub = hub;
    this.#store = store;
    this.#failed = failed;
  }

  /** Shows another view of the inbox, or what is looked for in it. */
  show(view: InboxView, search = ''): void {
    this.#store.set({ view, search, cases: [], next: undefined, loading: true });
    void this.load();
  }

  /** The page of the inbox after what is shown. */
  async more(): Promise<void> {
    const { next, loading } = this.#store.state;
    if (next !== undefined && !loading) await this.load(next);
  }

  /** Reads the view anew, or with `after` the page that follows. */
  async load(after?: string): Promise<void> {
    const asking = ++this.#asking;
    const { view, search } = this.#store.state;
    this.#store.set({ loading: true });
    try {
      const page = await this.#hub.inbox({ view, search, ...(after !== undefined && { after }) });
      if (asking !== this.#asking) return;
      const kept = after === undefined ? [] : this.#store.state.cases;
      const known = new Set(kept.map(({ caseId }) => caseId));
      const cases = [...kept, ...page.cases.filter(({ caseId }) => !known.has(caseId))].toSorted(byUrgency);
      this.#store.set({ cases, counts: page.counts, next: page.next, loading: false });
    } catch (error) {
      if (asking !== this.#asking) return;
      this.#store.set({ loading: false });
      this.#failed(error);
    }
  }

  /** A row that is new or has changed. It moves only when what it is sorted by has changed. Answers how it was shown before. */
  row(brief: CaseBrief): CaseBrief | undefined {
    const { cases, view, me, search } = this.#store.state;
    const was = cases.find(({ caseId }) => caseId === brief.caseId);
    const rest = cases.filter(({ caseId }) => caseId !== brief.caseId);
    const stays = belongs(brief, view, me?.name ?? '') && (was !== undefined || search === '');
    this.#store.set({ cases: stays ? [...rest, brief].toSorted(byUrgency) : rest });
    return was;
  }

  gone(caseId: string): void {
    this.#store.set({ cases: this.#store.state.cases.filter((brief) => brief.caseId !== caseId) });
  }

  /** A colleague writes, or writes no more. */
  typing(caseId: string, by: string, on: boolean): void {
    this.#store.set({
      cases: this.#store.state.cases.map((brief) =>
        brief.caseId === caseId ? { ...brief, typing: withName(brief.typing ?? [], by, on) } : brief,
      ),
    });
  }
}
