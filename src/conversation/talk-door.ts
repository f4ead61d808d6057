import type { ActionId, BankId, CaseId, CustomerId, IdentityId } from '#base';
import type { DeletionReceipt } from '#contract';
import type { BrowserKind, Customer, Session } from '#customers';
import type { Arrivals, Thread } from '#delivery';
import type { JoinCode } from './joining.ts';
import type { Pressed } from './pressing.ts';
import type { CustomerWishes } from './wishes.ts';

/** The conversation with a customer: what is said, what is answered, what a button does. */
export interface Talk {
  /** Begins with a new customer: keys, conversation, greeting, and the first session with the secret for its cookie. */
  begin(manner: Pick<Customer, 'locale' | 'timeZone'>, kind: BrowserKind): Promise<Opened>;
  /**
   * Gives a browser the session of a customer who has proven themselves there. What the browser had so far, if
   * anything, must be a chat in which no bank was ever linked: `leave` deletes it afterwards.
   *
   * @throws TellerlineError `chat_in_use`
   */
  signIn(before: Session | undefined, customerId: CustomerId, kind: BrowserKind): Promise<Opened>;
  /**
   * Deletes the chat that a browser had before it signed in, or ends the session that it had of the same
   * customer. To be called when the browser holds its new cookie: its other windows come back with that one.
   */
  leave(before: Session, customerId: CustomerId): Promise<void>;
  /** Ends the session of a browser that has done its linking for another messenger's chat. */
  leaveLinking(session: Session): Promise<void>;
  /** A code by which this customer brings a chat at another messenger to their own; good once, for ten minutes. */
  joinCode(customerId: CustomerId): Promise<JoinCode>;
  /** Offers the first passkey, once. */
  offerPasskey(customerId: CustomerId): Promise<void>;
  /** Says that a passkey was added or removed, and takes the offer's buttons away. */
  sayPasskey(customerId: CustomerId, what: 'added' | 'removed', kind: BrowserKind): Promise<void>;
  /**
   * Takes what a customer says; stored when this answers, answered soon after. The same client id is
   * stored once.
   *
   * @throws TellerlineError `messages_too_many`
   */
  say(thread: Thread, message: SaidByCustomer): Promise<{ seq: number }>;
  /**
   * Carries out what a button does; `from`: where it was pressed, in a browser unless said otherwise. `session`: of
   * that browser, in which a loosening act has to be proven.
   *
   * @throws TellerlineError `act_invalid`, `act_expired`, `act_used`, `proof_needed`
   */
  act(
    customerId: CustomerId,
    token: string,
    from?: Pressed,
    session?: Pick<Session, 'sessionIndex'>,
  ): Promise<{ receipt?: DeletionReceipt }>;
  /**
   * Takes a picture for an open case of this customer's; the chat asks before the bank gets it.
   *
   * @throws TellerlineError `case_over`, `picture_too_large`, `picture_unreadable`, `case_pictures_many`, `messages_too_many`
   */
  addPicture(thread: Thread, caseId: ActionId, bytes: Buffer): Promise<void>;
  /** To whose staff what a customer types goes; undefined: to Tellerline. */
  goesTo(thread: Thread): Promise<GoesTo | undefined>;
  /** They are writing; nobody is told of it unless it goes to staff. */
  typing(thread: Thread, on: boolean): Promise<void>;
  /** A browser has, or its person has read, the conversation up to this number. */
  has(thread: Thread, seq: number, what: 'delivered' | 'read'): Promise<void>;
  /** A picture that staff sent, or the customer in a talk; of one's own cases alone. @throws TellerlineError `picture_unknown` */
  casePicture(thread: Thread, identityId: IdentityId, pictureId: string): Promise<{ bytes: Buffer; type: string }>;
  /** What people do at messengers. */
  readonly arrivals: Arrivals;
  /** Tells the digests whose hour has come; see `tellDigests`. */
  tellDigests(): Promise<void>;
  /** What a customer wants to be told, and when. */
  wishes(thread: Thread): CustomerWishes;
  /** Takes up what was said and not answered when an earlier process ended. */
  start(): void;
  /** Takes up nothing new and waits for the answers that are being made. */
  stop(): Promise<void>;
}

/** The case that a customer's words go to. */
export interface GoesTo {
  readonly caseId: CaseId;
  readonly number: number;
  readonly bankId: BankId;
  readonly staff?: string;
}

/** A session that was opened, and the secret for its cookie. */
export interface Opened {
  readonly session: Session;
  readonly secret: string;
}

/** What a customer says. */
export interface SaidByCustomer {
  /** The same at every repetition. */
  readonly clientId: string;
  readonly text: string;
  /** Where it was said; absent: in a browser. */
  readonly from?: Pressed;
}
