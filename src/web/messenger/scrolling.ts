/** What the person sees of the thread. */
export interface View {
  /** The end of the thread is in sight, or nearly. */
  readonly atEnd: boolean;
  /** The sequence number of the last message that has been in sight; 0 for none. */
  readonly seenSeq: number;
  /** The top is near: older messages are wanted. */
  readonly nearTop: boolean;
}

/** Closer to the end than this counts as the end: half a line. */
const endPx = 24;
const nearTopPx = 900;

/**
 * Keeps what is being read where it is. At the end of the thread the end is kept; elsewhere the topmost
 * visible row keeps its place on the screen, whatever is added above, below or grows. By hand and not by
 * the browser's own anchoring, which Safari lacks and which gives up at the very top.
 */
export class ScrollKeeper {
  readonly #scroller: HTMLElement;
  readonly #list: HTMLElement;
  readonly #onView: (view: View) => void;
  readonly #observer: ResizeObserver;
  #keepEnd = true;
  #anchor: { readonly row: Element; readonly top: number } | undefined;
  #frame = 0;
  #seen = 0;

  constructor(scroller: HTMLElement, list: HTMLElement, onView: (view: View) => void) {
    this.#scroller = scroller;
    this.#list = list;
    this.#onView = onView;
    this.#observer = new ResizeObserver(() => this.hold());
    this.#observer.observe(list);
    this.#observer.observe(scroller);
    scroller.addEventListener('scroll', this.#scrolled, { passive: true });
  }

  stop(): void {
    this.#observer.disconnect();
    this.#scroller.removeEventListener('scroll', this.#scrolled);
    cancelAnimationFrame(this.#frame);
  }

  /** Puts what was in sight back in its place; to be called after every change of the thread, before it is painted. */
  hold(): void {
    if (this.#keepEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    else if (this.#anchor?.row.isConnected) {
      const moved = this.#anchor.row.getBoundingClientRect().top - this.#top - this.#anchor.top;
      if (Math.abs(moved) > 0.5) this.#scroller.scrollTop += moved;
    }
    this.#report();
  }

  /** Goes to the end and stays there. */
  toEnd(smooth: boolean): void {
    this.#keepEnd = true;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior: smooth && !calm ? 'smooth' : 'instant' });
  }

  /** Brings a row into sight, a little below the top. */
  toRow(row: Element): void {
    const top = row.getBoundingClientRect().top - this.#top;
    this.#keepEnd = false;
    this.#anchor = { row, top: Math.min(top, 72) };
    this.hold();
    this.#remember();
  }

  get #top(): number {
    return this.#scroller.getBoundingClientRect().top;
  }

  get #fromEnd(): number {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  readonly #scrolled = (): void => {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.#remember();
      this.#report();
    });
  };

  #remember(): void {
    this.#keepEnd = this.#fromEnd < endPx;
    // A message, never a divider: a day's divider moves up when older messages of that day come.
    let row: Element | null | undefined = this.#rowAt(this.#top);
    while (row && seqOf(row) === undefined) row = row.nextElementSibling;
    this.#anchor = row ? { row, top: row.getBoundingClientRect().top - this.#top } : undefined;
  }

  #report(): void {
    const bottom = this.#scroller.getBoundingClientRect().bottom;
    const cut = this.#keepEnd ? undefined : this.#rowAt(bottom - 8);
    const last = cut ? cut.previousElementSibling : this.#list.lastElementChild;
    this.#seen = Math.max(this.#seen, this.#seqUpTo(last));
    this.#onView({
      atEnd: this.#keepEnd,
      seenSeq: this.#seen,
      nearTop: this.#scroller.scrollTop < nearTopPx,
    });
  }

  #seqUpTo(row: Element | null): number {
    for (let one = row; one; one = one.previousElementSibling) {
      const seq = seqOf(one);
      if (seq !== undefined) return seq;
    }
    return 0;
  }

  /** The first row that reaches below `y` (pixels of the window). Rows lie in order, so halving finds it. */
  #rowAt(y: number): Element | undefined {
    const rows = this.#list.children;
    let from = 0;
    let to = rows.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) > y) to = middle;
      else from = middle + 1;
    }
    return rows[from];
  }
}

/** The sequence number of a message's row; a divider has none. */
function seqOf(row: Element): number | undefined {
  return row instanceof HTMLElement && row.dataset['seq'] ? Number(row.dataset['seq']) : undefined;
}
