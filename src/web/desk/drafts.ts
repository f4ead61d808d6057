import type { Draft } from './state.ts';

const noDraft: Draft = { answer: '', note: '' };

/** Words not yet said, by case, with the client id that they go under until they change: the same id is said once. */
export class Drafts {
  readonly #words = new Map<string, Draft>();
  readonly #clientIds = new Map<string, string>();

  of(caseId: string): Draft {
    return this.#words.get(caseId) ?? noDraft;
  }

  /** Other words are another thing to say. */
  write(caseId: string, as: keyof Draft, text: string): void {
    this.#words.set(caseId, { ...this.of(caseId), [as]: text });
    this.#clientIds.delete(`${as} ${caseId}`);
  }

  /** What the words as they stand, or something else that is sent, go under, however often they are sent. */
  clientId(caseId: string, what: string, newId: () => string): string {
    const name = `${what} ${caseId}`;
    const clientId = this.#clientIds.get(name) ?? newId();
    this.#clientIds.set(name, clientId);
    return clientId;
  }

  /** It has arrived: the same again is another one. */
  sent(caseId: string, what: string): void {
    this.#clientIds.delete(`${what} ${caseId}`);
  }

  forget(caseId: string): void {
    this.#words.delete(caseId);
    for (const name of this.#clientIds.keys()) if (name.endsWith(` ${caseId}`)) this.#clientIds.delete(name);
  }

  clear(): void {
    this.#words.clear();
    this.#clientIds.clear();
  }
}
