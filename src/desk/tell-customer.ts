import type { BankId, CaseId, IdentityId, LinkId, MessageId, ProposalId } from '#base';
import type { ChatField, Locale, LookReason, Proposal, Team } from '#contract';
import type { Transaction } from '#db';
import type { Thread } from '#delivery';
import type { Standing } from './customer-desk.ts';

/** Of which case the customer is told. */
export interface CaseTold {
  readonly thread: Thread;
  readonly caseId: CaseId;
  readonly number: number;
  readonly bankId: BankId;
  readonly linkId: LinkId;
  readonly topic: string;
  readonly team: Team;
  readonly locale: Locale;
  /** What they type goes to this case; else they have left it, and are called back. */
  readonly isTalk: boolean;
  /** Where it was asked, at another messenger. */
  readonly identityId?: IdentityId;
}

/** A message as it was written. */
export interface ToldMessage {
  readonly messageId: MessageId;
  /** Its number in the conversation. */
  readonly seq: number;
}

/**
 * How the customer is told of what staff do: the port that conversation implements. Each is part of the transaction in
 * which it is done, so that what staff did and what the customer reads stand together or not at all. What staff say
 * derives from the link (`body.from: 'link'`, purpose `customer-chat`, author `bank`) and goes with it.
 */
export interface TellCustomer {
  saidByStaff(tx: Transaction, of: CaseTold, said: { by: string; text: string }): Promise<ToldMessage | undefined>;
  sentPictureByStaff(
    tx: Transaction,
    of: CaseTold,
    sent: { by: string; pictureId: string },
  ): Promise<ToldMessage | undefined>;
  /** "agent-1 of Citi looked at your last 5 card purchases to answer this"; quiet. `count`: 0 when it is not known yet. */
  looked(
    tx: Transaction,
    of: CaseTold,
    look: { by: string; field: ChatField; reason: LookReason; count: number },
  ): Promise<void>;
  /** With the buttons that confirm and decline it. Answers its message. */
  proposed(
    tx: Transaction,
    of: CaseTold,
    proposal: Proposal & { proposalId: ProposalId & string; by: string },
  ): Promise<ToldMessage | undefined>;
  /** It waits no more: the buttons go. */
  proposalOver(tx: Transaction, of: CaseTold, proposal: Proposal & { messageId: MessageId }): Promise<void>;
  /** With the button that shares it for this talk. Answers its message. */
  askedForField(
    tx: Transaction,
    of: CaseTold,
    asked: { by: string; field: ChatField },
  ): Promise<ToldMessage | undefined>;
  /** Nobody has shared it, and the case is closed: the buttons go. */
  askOver(tx: Transaction, of: CaseTold, messageId: MessageId): Promise<void>;
  /** Somebody has it now. */
  claimed(tx: Transaction, of: CaseTold, by: string): Promise<void>;
  /** The same for somebody who has left the talk meanwhile: their turn has come. */
  calledBack(tx: Transaction, of: CaseTold, by: string): Promise<void>;
  /**
   * An answer was promised and has not come: said once for each promise, with nothing new promised. `place`: in the queue;
   * `by`: who has it; `isUp`: and has had it since before, so that colleagues may take it over.
   */
  late(
    tx: Transaction,
    of: CaseTold,
    missed: { readonly promisedAt: Date; readonly place?: number; readonly by?: string; readonly isUp?: boolean },
  ): Promise<void>;
  /** Another team, or nobody for now, has it. */
  passedOn(tx: Transaction, of: CaseTold): Promise<void>;
  /**
   * Whoever had it has left; it waits again. `answerBy`: what was promised, while that still stands. `isOpenNow`: somebody
   * may take it; else it is said where they read, and announced nowhere.
   */
  returned(
    tx: Transaction,
    of: CaseTold,
    was: { readonly by: string; readonly answerBy?: Date; readonly isOpenNow: boolean },
  ): Promise<void>;
  closed(tx: Transaction, of: CaseTold, by: string): Promise<void>;
  reopened(tx: Transaction, of: CaseTold, by: string): Promise<void>;
  /** Whoever has the case has read the customer's own message. */
  readByStaff(tx: Transaction, of: CaseTold, messageId: MessageId): Promise<void>;
  /** Places in the queue that have changed; after COMMIT, in a transaction of its own. */
  placesChanged(tx: Transaction, places: readonly (CaseTold & { readonly standing: Standing })[]): Promise<void>;
}
