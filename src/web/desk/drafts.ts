import type { Draft } from './state.ts';

const noDraft: Draft = { answer: '', note: '' };

/** Words not yet said, by case, and the client ids of what was sent and not answered: the same id is said once. */
export class Drafts {
  readonly #words = new Map<string, Draft>();
  readonly #clientIds = new Map<string, Map<string, string>>();

  of(caseId: string): Draft {
    return this.#words.get(caseId) ?? noDraft;
  }

  write(caseId: string, as: keyof Draft, text: string): void {
    this.#words.set(caseId, { ...this.of(caseId), [as]: text });
  }

  /** Takes out what was said; what was written before or behind it meanwhile stays. Words changed within stay whole. */
  without(caseId: string, as: keyof Draft, said: string): string {
    const now = this.of(caseId)[as];
    if (now.trimStart().startsWith(said)) return now.trimStart().slice(said.length).trimStart();
    return now.trimEnd().endsWith(said) ? now.trimEnd().slice(0, -said.length).trimEnd() : now;
  }

  /** What something goes under, however often it is sent, until it has arrived. @param what all that it says and means */
  clientId(caseId: string, what: string, newId: () => string): string {
    const ofCase = this.#clientIds.get(caseId) ?? new Map<string, string>();
    const clientId = ofCase.get(what) ?? newId();
    this.#clientIds.set(caseId, ofCase.set(what, clientId));
    return clientId;
  }

  /** It has arrived: the same again is another one. */
  sent(caseId: string, what: string): void {
    this.#clientIds.get(caseId)?.delete(what);
  }

  forget(caseId: string): void {
    this.#words.delete(caseId);
    this.#clientIds.delete(caseId);
  }

  clear(): void {
    this.#words.clear();
    this.#clientIds.clear();
  }
}

/** What words mean besides what they say: the same words that keep the turn are another thing to send. */
export const meaningOf = (as: keyof Draft, text: string, keepsTurn: boolean): string =>
  `${as} ${keepsTurn ? 'keeps-turn ' : ''}${text}`;
