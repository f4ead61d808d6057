import type { MessageId } from '#base';
import type { MetPerson } from '#delivery';
import type { Answer } from './turn.ts';

/** Where a button leads that the chat itself cannot do. */
export type ChatWay = 'link-bank' | 'reconnect' | 'add-passkey' | 'privacy' | 'sign-in';

/**
 * What a chat at a messenger leads to elsewhere. Each answers what is said there, or undefined where it has
 * nothing to say of it; then the chat answers as it would without.
 */
export interface ChatWays {
  /** A button that leads somewhere was pressed: the answer carries an address that is good once, for this person. */
  open?(who: MetPerson, way: ChatWay, bank: string | undefined): Promise<readonly Answer[] | undefined>;
  /**
   * Words that may be a code that this very chat has to give back; undefined: they are none. `key` is the same
   * whenever they are told: told again, they are answered as before.
   */
  confirm?(
    who: MetPerson,
    said: { readonly text: string; readonly key: string },
  ): Promise<readonly Answer[] | undefined>;
  /** A new address is asked for, of one message or of what came last. */
  show?(who: MetPerson, messageId: MessageId | undefined): Promise<readonly Answer[] | undefined>;
}
