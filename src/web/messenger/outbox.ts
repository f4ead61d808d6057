import type { Storage } from './storage.ts';

/**
 * Where a message of the customer's own is on its way: `waiting` to be sent, `sent` (stored by the hub,
 * not yet seen in the conversation), or `refused` with the hub's sentence.
 */
export type Outgoing = {
  readonly clientId: string;
  readonly text: string;
  /** When it was typed, by this device's clock. */
  readonly atMs: number;
} & (
  | { readonly state: 'waiting' }
  | { readonly state: 'sent'; readonly seq: number }
  | { readonly state: 'refused'; readonly reason: string }
);

const prefix = 'outbox.';

/**
 * What was typed and has not come back in the conversation. One stored item a message, so that two tabs
 * never overwrite each other's; both may send one, and the hub stores it once.
 */
export class Outbox {
  readonly #storage: Storage;
  #items: readonly Outgoing[];

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#items = storage
      .names()
      .filter((name) => name.startsWith(prefix))
      .flatMap((name) => read(storage.get(name)))
      .toSorted((a, b) => a.atMs - b.atMs);
  }

  /** In the order typed. */
  get items(): readonly Outgoing[] {
    return this.#items;
  }

  /** The next one to send. */
  get next(): Outgoing | undefined {
    return this.#items.find((item) => item.state === 'waiting');
  }

  /** Adds a message, or replaces the one of the same `clientId` by its next state. */
  put(item: Outgoing): void {
    const known = this.#items.some(({ clientId }) => clientId === item.clientId);
    this.#items = known
      ? this.#items.map((other) => (other.clientId === item.clientId ? item : other))
      : [...this.#items, item];
    // Stored as waiting whatever its state: after a reload it is sent again, which is safe.
    if (item.state === 'refused') this.#storage.remove(prefix + item.clientId);
    else
      this.#storage.set(
        prefix + item.clientId,
        JSON.stringify({ text: item.text, atMs: item.atMs, clientId: item.clientId }),
      );
  }

  drop(clientId: string): void {
    if (!this.#items.some((item) => item.clientId === clientId)) return;
    this.#items = this.#items.filter((item) => item.clientId !== clientId);
    this.#storage.remove(prefix + clientId);
  }

  /** The conversation is seen up to `high`: what was stored there, or came back by its `clientId`, is done. */
  settle(high: number, clientIds: ReadonlySet<string>): void {
    for (const item of this.#items) {
      if (clientIds.has(item.clientId) || (item.state === 'sent' && item.seq <= high)) this.drop(item.clientId);
    }
  }

  clear(): void {
    for (const { clientId } of this.#items) this.drop(clientId);
  }
}

function read(stored: string | undefined): Outgoing[] {
  try {
    const { clientId, text, atMs } = JSON.parse(stored ?? '') as Partial<Record<string, unknown>>;
    if (typeof clientId !== 'string' || typeof text !== 'string' || typeof atMs !== 'number') return [];
    return [{ clientId, text, atMs, state: 'waiting' }];
  } catch {
    // Not ours, or half written: there is nothing to send.
    return [];
  }
}
