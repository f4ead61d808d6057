import type { Message } from '#contract';
import type { Dispatch, PersonIds } from '#delivery';

/** What is posted to a messenger, without whom it is for and without our reference: those are added when it is sent. */
export type Body = Readonly<Record<string, unknown>>;

/** Where a person is met, and when they wrote last: opened for one call, and kept nowhere. */
export interface PersonAddress {
  /** The page's or number's id at the messenger. */
  readonly account: string;
  readonly person: PersonIds;
  /** Milliseconds since the epoch; undefined: they never wrote. */
  readonly heardAtMs: number | undefined;
}

/** A dispatch with something to say. */
export type Told = Dispatch & { readonly message: Message };

/** What a message becomes at a messenger. */
export type Composed =
  /** These, one after the other: the last carries the buttons. */
  | { readonly bodies: readonly Body[] }
  /** It may not be said to this person now, in any form that there is; a stable code says why. */
  | { readonly closed: string };

/** Decides by the window what may be sent, and makes the bodies: the one place that knows both. */
export type Compose = (told: Told, address: PersonAddress) => Promise<Composed>;
