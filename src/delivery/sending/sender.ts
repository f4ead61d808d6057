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
  /** The messenger said of this delivery that the person wrote too long ago: only what needs no window may go. */
  readonly windowOver: boolean;
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
  /** The person wrote too long ago for what was sent: it goes again at once, as what needs no window. */
  | { readonly outcome: 'window'; readonly code: string }
  /** It may have been taken: an echo, a status or one resend will settle it. `part`: of which part that is; from 0. */
  | { readonly outcome: 'unknown'; readonly code: string; readonly part?: number };

/** What a messenger says later of something that it had taken and could not show. */
export interface ToldFailed {
  /** The page or the number that it went from. */
  readonly account: string;
  readonly identityId: IdentityId;
  /** As in the dispatch. */
  readonly attempt: number;
  /** As in the dispatch. */
  readonly windowOver: boolean;
  /** The messenger's number of the error, where it names one. */
  readonly code: number | undefined;
}

/** What that asks for: the same as if the call had been answered so. */
export type Failed = Extract<Outcome, { readonly outcome: 'refused' | 'later' | 'closed' | 'window' }>;

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
  /** Reads an error that comes as a status, after the call was answered. Absent: what failed so is refused. */
  failed?(told: ToldFailed): Promise<Failed>;
}
