import type { ConversationId, CustomerId, DeliveryId, IdentityId } from '#base';
import type { Entry, Message, Purpose } from '#contract';
import type { DeliveryDraft } from '#vault';
import type { Manner } from '../draw.ts';

/** How much of a card a channel identity is shown. */
export type Detail = DeliveryDraft['detail'];

/** One call to a messenger: what is to stand in a person's chat there. */
export interface Dispatch {
  readonly customerId: CustomerId;
  readonly conversationId: ConversationId;
  readonly identityId: IdentityId;
  /** The level at which the message is said: what no bank told is said in full everywhere. */
  readonly detail: Detail;
  /** What the message is told for; null when no bank told it. */
  readonly purpose: Purpose | null;
  /** Ours, the same at every attempt: an echo or a status that carries it settles the delivery. */
  readonly reference: DeliveryId;
  /** From 1. A higher one follows an outcome that is not known, or that was no. */
  readonly attempt: number;
  readonly entry: Entry['entry'];
  /** At the level of detail, in the newest revision; undefined of a removal. */
  readonly message: Message | undefined;
  readonly manner: Manner;
  /** The messenger's own id of what this message was sent as before; undefined when it was not. */
  readonly replaces: string | undefined;
}

/** What became of a call. What is thrown, and what takes too long, counts as `unknown`. */
export type Outcome =
  /** The messenger has it, under this id of its own. */
  | { readonly outcome: 'sent'; readonly platformId: string }
  /** There is nothing to say there: the messenger cannot edit, say, and what changed is not worth a message. */
  | { readonly outcome: 'skipped'; readonly code: string }
  /** It will never be taken. */
  | { readonly outcome: 'refused'; readonly code: string }
  /**
   * Not taken now, for certain. `afterMs`: when the messenger says so itself (Retry-After). `whole`: that it
   * said of everybody, and not of this person alone.
   */
  | { readonly outcome: 'later'; readonly code: string; readonly afterMs?: number; readonly whole?: boolean }
  /**
   * The person may not be written to there now, by the messenger's own rules. What is done then the customer has
   * chosen with the destination.
   */
  | { readonly outcome: 'closed'; readonly code: string }
  /** It may have been taken: an echo, a status or a resend will settle it. */
  | { readonly outcome: 'unknown'; readonly code: string };

/** One messenger, as its folder in `channels` implements it. */
export interface Sender {
  /** As in `channel_identities`. */
  readonly channel: string;
  /** Whether what was sent can be taken back there. */
  readonly removes: boolean;
  /** `false`: what it has shown it cannot change. It is given only those changes that are worth a message of their own. */
  readonly edits?: false;
  /** Calls at once. */
  readonly concurrencyMax: number;
  /** A call that takes longer is given up, its outcome unknown. */
  readonly timeoutMs: number;
  /** After an unknown outcome it is not sent again before this has passed, so that an echo may settle it. */
  readonly settleMs: number;
  /** Calls the messenger once. Ends, at the latest, when `signal` aborts. */
  send(dispatch: Dispatch, signal: AbortSignal): Promise<Outcome>;
}
