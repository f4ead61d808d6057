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

  /** What the words as they stand go under, however often they are sent. */
  clientId(caseId: string, as: keyof Draft, newId: () => string): string {
    const name = `${as} ${caseId}`;
    const clientId = this.#clientIds.get(name) ?? newId();
    this.#clientIds.set(name, clientId);
    return clientId;
  }

  forget(caseId: string): void {
    this.#words.delete(caseId);
    for (const as of ['answer', 'note']) this.#clientIds.delete(`${as} ${caseId}`);
  }

  clear(): void {
    this.#words.clear();
    this.#clientIds.clear();
  }
}
