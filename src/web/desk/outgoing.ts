import type { Draft } from './state.ts';

/** Words as they stood when somebody pressed to say them. */
export interface Pressed {
  readonly caseId: string;
  /** Of the case, for whoever reads that it was not said. */
  readonly number: number;
  readonly as: keyof Draft;
  /** Without space at its ends. */
  readonly text: string;
  /** It is no answer yet, and what was promised stands. */
  readonly keepsTurn: boolean;
  readonly clientId: string;
  /** The newest entry that was shown when it was pressed. */
  readonly seenSeq: number;
}

/** What was pressed to be said: one after the other, each as it was pressed, whichever case is open by its turn. */
export class Outgoing {
  #waiting: Pressed[] = [];
  #last: Promise<boolean> = Promise.resolve(true);

  /** What of a draft is not on its way already: pressing twice says nothing twice. */
  rest(caseId: string, as: keyof Draft, draft: string): string {
    const ahead = this.#waiting.filter((one) => one.caseId === caseId && one.as === as);
    return ahead.reduce(
      (left, { text }) => (left.startsWith(text) ? left.slice(text.length).trimStart() : left),
      draft.trim(),
    );
  }

  /** True when it was said. @param say says it, and answers whether that was done */
  enter(pressed: Pressed, say: (pressed: Pressed) => Promise<boolean>): Promise<boolean> {
    this.#waiting.push(pressed);
    const turn = async (): Promise<boolean> => {
      if (!this.#waiting.includes(pressed)) return false;
      try {
        const isSaid = await say(pressed);
        // What goes on from words that were not said would stand there without them.
        if (!isSaid) this.#drop((one) => one.caseId === pressed.caseId && one.as === pressed.as);
        return isSaid;
      } finally {
        this.#drop((one) => one === pressed);
      }
    };
    this.#last = this.#last.then(turn, turn);
    return this.#last;
  }

  /** Nobody sits here any more. */
  clear(): void {
    this.#waiting = [];
  }

  #drop(which: (one: Pressed) => boolean): void {
    this.#waiting = this.#waiting.filter((one) => !which(one));
  }
}
