import type { BankId, CaseId, CasePictureId, ConversationId, CustomerId, IdentityId, LinkId, ProposalId } from '#base';
import type { ChatField, Locale, Proposal, TalkCard, Team } from '#contract';
import type { Queryable, Transaction } from '#db';
import type { Thread } from '#delivery';

/** What a customer asks a bank's staff, as the conversation has understood it. */
export interface Opening {
  readonly linkId: LinkId;
  /** What it is about: an intent's name, or `fraud`, `dispute`, `other`. */
  readonly topic: string;
  /** How surely it was sorted so, 0–1. */
  readonly confidence?: number;
  /** The question in the customer's words; sealed under the link's key. */
  readonly asked?: string;
  /** What was answered or done before, a sentence each in the staff's language; at most ten. */
  readonly tried: readonly string[];
  readonly locale: Locale;
  /** Where it was asked, at another messenger; absent: in a browser. */
  readonly identityId?: IdentityId;
}

/** How somebody who waits stands. */
export interface Standing {
  /** Place in the queue, from 1; 0 when it is not in the queue: somebody has it, or it is closed. */
  readonly place: number;
  /** An honest forecast; of a desk that is closed from its opening on. Undefined: nobody is here who could take it, and nothing is known. */
  readonly expectedWaitSeconds: number | undefined;
  /** Between what it lies four times of five; with it, and as it is told. */
  readonly waitSpan: TalkCard['waitSpan'];
  /** By when an answer is promised; undefined while it is the customer's turn. */
  readonly answerBy: Date | undefined;
  readonly isOpenNow: boolean;
  /** Of a desk that is closed: when it opens. */
  readonly opensAt?: Date;
}

/** A case that was opened just now. */
export interface OpenedCase extends Standing {
  readonly caseId: CaseId;
  readonly number: number;
  readonly team: Team;
}

/** The case that what a customer types goes to. */
export interface Talk {
  readonly caseId: CaseId;
  readonly number: number;
  readonly bankId: BankId;
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly conversationId: ConversationId;
  readonly topic: string;
  readonly team: Team;
  readonly state: 'waiting' | 'claimed' | 'with-customer';
  /** Who has it, as customers see them. */
  readonly staff?: string;
  readonly locale: Locale;
}

/** One of a customer's cases, for "my cases" and its card. */
export interface CaseOfCustomer extends Omit<Talk, 'state'> {
  readonly state: Talk['state'] | 'closed';
  readonly isTalk: boolean;
  readonly openedAt: Date;
  readonly closedAt?: Date;
  readonly closedBy?: 'customer' | 'staff' | 'link';
  readonly rating?: number;
  readonly answerBy?: Date;
  /** What staff may look at now. */
  readonly shares: readonly ChatField[];
}

/** A proposal of staff, as it stands. */
export interface StandingProposal extends Proposal {
  readonly proposalId: ProposalId & string;
  readonly caseId: CaseId;
  readonly linkId: LinkId;
  readonly bankId: BankId;
  readonly by: string;
}

/**
 * What the conversation does with cases for its customer. Every call that takes a transaction is part of the one in
 * which the conversation writes what its customer sees, so that case and thread never differ. Locks are taken in the
 * order cases → link keys → conversations: call these before anything is written to the conversation.
 */
export interface CustomerDesk {
  /**
   * Opens a case by the customer's own button, which is the consent for its words: entered in ledger and log. From now
   * on what they type goes there; a talk with another bank is left, and goes on waiting.
   *
   * @throws TellerlineError `link_ended` 410, `cases_too_many` 429
   */
  open(tx: Transaction, thread: Thread, opening: Opening): Promise<OpenedCase>;
  /** The case to which typed words go now, locked for `said`; undefined: to Tellerline. */
  talkIn(tx: Transaction, thread: Thread): Promise<Talk | undefined>;
  /** The same without a lock, to look. */
  talkOf(db: Queryable, conversationId: ConversationId): Promise<Talk | undefined>;
  /** The customer's words, also an entry of the case; their message is written by the caller under `messageId`. The same message is said once. */
  said(
    tx: Transaction,
    talk: Talk,
    said: {
      readonly text: string;
      readonly messageId: string;
      /** Where it was said, at another messenger: staff's answers go there from now on. */
      readonly identityId?: IdentityId;
    },
  ): Promise<void>;
  /** A picture of theirs, decoded and encoded anew already (WebP). */
  sentPicture(
    tx: Transaction,
    talk: Talk,
    picture: { readonly bytes: Buffer; readonly messageId: string; readonly identityId?: IdentityId },
  ): Promise<CasePictureId>;
  /** A picture of one of their own cases. @throws TellerlineError `picture_unknown` 404 */
  picture(thread: Thread, identityId: IdentityId, pictureId: string): Promise<{ bytes: Buffer; type: string }>;
  /** What they type goes to Tellerline again; the case stays open and keeps its place. */
  leave(tx: Transaction, thread: Thread, caseId: CaseId): Promise<void>;
  /** Back to a case that is open. @throws TellerlineError `case_unknown` 404, `case_closed` 410 */
  resume(tx: Transaction, thread: Thread, caseId: CaseId): Promise<Talk>;
  /** Ends it: from COMMIT on staff read nothing of it. Closed before: nothing happens. @throws TellerlineError `case_unknown` 404 */
  close(tx: Transaction, thread: Thread, caseId: CaseId): Promise<void>;
  /** One to five, once it is closed; the last word counts. @throws TellerlineError `case_unknown` 404 */
  rate(tx: Transaction, thread: Thread, caseId: CaseId, rating: number): Promise<void>;
  /** Shares one more field for this talk, after the proof that a loosening act takes. @throws TellerlineError `case_unknown`, `case_closed` */
  share(tx: Transaction, thread: Thread, caseId: CaseId, field: ChatField): Promise<void>;
  /** A proposal of theirs that waits, locked. @throws TellerlineError `proposal_unknown` 404, `proposal_over` 410 */
  proposal(tx: Transaction, thread: Thread, proposalId: string): Promise<StandingProposal>;
  /** What the customer decided; carrying it out is the conversation's, through controls, in the same transaction. */
  settle(tx: Transaction, thread: Thread, proposalId: string, became: 'confirmed' | 'declined'): Promise<void>;
  /** Whether a bank's staff are there now, and else when they are back. */
  hours(db: Queryable, bankId: BankId): Promise<{ readonly isOpen: boolean; readonly opensAt?: Date }>;
  /** Their cases, newest first: open ones, and closed ones of the last year. */
  cases(db: Queryable, thread: Thread): Promise<readonly CaseOfCustomer[]>;
  /** How one of theirs stands in the queue now. @throws TellerlineError `case_unknown` 404 */
  standing(db: Queryable, thread: Thread, caseId: CaseId): Promise<Standing>;
  /** They are writing, in a browser or at a messenger that says so. In memory. */
  customerTyping(talk: Talk, on: boolean): void;
  /** They have, or have read, their conversation up to this number: staff see it beside their own words. */
  customerHas(conversationId: ConversationId, seq: number, what: 'delivered' | 'read'): Promise<void>;
}
