import type { AccountRef, ActionId, BankId, CardRef, CustomerId, LinkId, MessageId, RecordId } from '#base';
import type {
  AccountLabel,
  ActionAnswer,
  BankDispute,
  BankHold,
  CardAction,
  CardLimit,
  DisputeReason,
  Evidence,
  HoldAnswer,
  Purchase,
  Purpose,
  Refusal,
} from '#contract';

/** What a bank is asked to do. It is kept sealed under the link's key. */
export type BankAsk =
  | {
      readonly kind: 'card';
      readonly cardRef: CardRef;
      /** The bank's own id. */
      readonly cardId: string;
      readonly cardLast4: string;
      readonly account: AccountLabel;
      readonly action: CardAction;
      readonly limit?: CardLimit;
      /** It goes with "no, it was not me": a new card is offered once it is done. */
      readonly forAlert?: true;
      /** Of a limit that was not proven: the one that it was compared with; null: none. */
      readonly insteadOf?: CardLimit | null;
      /** Of a limit: the generation that it began, for the button that takes it off again. */
      readonly limitGeneration?: number;
    }
  /** An answer to a payment that the bank holds. */
  | { readonly kind: 'hold'; readonly caseId: string; readonly answer: HoldAnswer }
  | {
      readonly kind: 'dispute';
      readonly accountId: string;
      readonly account: AccountLabel;
      readonly purchase: Purchase;
      readonly reason: DisputeReason;
      readonly words?: string;
      /** Our own record of the purchase, where there is one. */
      readonly recordId?: RecordId;
    }
  | {
      readonly kind: 'evidence';
      readonly disputeId: string;
      readonly evidence: Evidence;
      /** Of a receipt: our own record of it, by which it is known again. The bank does not get it. */
      readonly receiptId?: RecordId;
    };

/** The kinds of what a bank can be asked. */
export type AskKind = BankAsk['kind'];

/** What is kept of an ask once its bank has settled it: a picture lies at the bank then, or nobody wants it. */
export const keptOnceSettled = (ask: BankAsk): BankAsk =>
  ask.kind === 'evidence' && ask.evidence.kind === 'picture'
    ? { ...ask, evidence: { ...ask.evidence, base64: '' } }
    : ask;

/** Under which purpose each kind is done and told. */
export const purposeOfKind: Readonly<Record<AskKind, Purpose>> = {
  card: 'account-management',
  hold: 'fraud-alerts',
  dispute: 'account-management',
  evidence: 'account-management',
};

/**
 * How far an action has come.
 *
 * - `requested`: stored, and no call was begun
 * - `sent`: a call was begun; the bank may have it, or has said that it is at it
 * - `unknown`: neither confirmed nor refused within `limits.bankActionUnknownMs`; it is asked about further
 * - `confirmed`, `refused`: the bank's own word, or ours that it was never sent; final
 */
export type ActionState = 'requested' | 'sent' | 'unknown' | 'confirmed' | 'refused';

/** From each state to those that may follow it; there is no way back from an end. */
export const actionTransitions: Readonly<Record<ActionState, readonly ActionState[]>> = {
  requested: ['sent', 'unknown', 'refused'],
  sent: ['confirmed', 'refused', 'unknown'],
  unknown: ['confirmed', 'refused'],
  confirmed: [],
  refused: [],
};

/** Whether nothing follows a state. */
export const isSettled = (state: ActionState): boolean => actionTransitions[state].length === 0;

/** Why something was not done: the bank's reason, or that it never went out and will not any more. */
export type NotDone = Refusal | 'not-sent';

/** How a bank's word settled an action. Kept sealed with what was asked. */
export type Settled =
  | {
      readonly result: 'confirmed';
      /** RFC 3339, by the bank. */
      readonly at: string;
      readonly hold?: BankHold;
      readonly dispute?: BankDispute;
      readonly replacement?: NonNullable<ActionAnswer['replacement']>;
    }
  | { readonly result: 'refused'; readonly at: string; readonly reason: NotDone; readonly hold?: BankHold };

/** An action as it is told of. */
export interface BankAction {
  readonly actionId: ActionId;
  readonly customerId: CustomerId;
  readonly linkId: LinkId;
  readonly bankId: BankId;
  /** The account that it is about, where it is one. */
  readonly accountRef?: AccountRef;
  readonly ask: BankAsk;
  readonly state: ActionState;
  readonly settled?: Settled;
  /** The message that says how far it has come. */
  readonly messageId: MessageId;
  readonly requestedAtMs: number;
}
