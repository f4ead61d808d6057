import type { IdentityId } from '#base';
import type { Locale } from '#contract';
import type { Transaction } from '#db';
import type { Thread } from '../change.ts';
import type { FromPerson } from '../channel.ts';

/** Somebody who did something at a messenger, and where: a channel identity of a customer. */
export interface MetPerson extends Thread {
  readonly identityId: IdentityId;
  readonly channel: string;
  /** Of our page or number. */
  readonly account: string;
  /** They were greeted just now, with what they did first. */
  readonly justGreeted: boolean;
}

/** What became of a picture: taken and encoded anew, or why not. */
export type PictureTaken =
  | { readonly taken: true; readonly bytes: Buffer }
  | { readonly taken: false; readonly why: 'too-large' | 'not-a-picture' | 'not-there' };

/** What a person did, and what was fetched for it. */
export interface Arrived {
  readonly reading: FromPerson;
  readonly picture?: PictureTaken;
  /**
   * Enters, in the transaction of what it causes, that it was handled; false when it was before: then nothing is
   * to be done.
   */
  once(tx: Transaction): Promise<boolean>;
  /** Keeps the picture, in the same transaction. */
  keepPicture(tx: Transaction): Promise<void>;
}

/** What happens of what people do at messengers: the port that conversation implements. */
export interface Arrivals {
  /**
   * Begins with a new customer: keys, conversation; `enter` gives it its channel identity, and then it is greeted
   * there.
   */
  begin(
    tx: Transaction,
    manner: { readonly locale: Locale; readonly timeZone: string },
    enter: (thread: Thread) => Promise<IdentityId>,
  ): Promise<Thread & { readonly identityId: IdentityId }>;
  /** Takes what a person did. Thrown: it is tried again. */
  arrived(who: MetPerson, what: Arrived): Promise<void>;
}
