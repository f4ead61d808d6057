import type { ActionId, BankId } from '#base';
import type { ActionAnswer, BankCard, BankDispute, BankHold } from '#contract';
import type { BankSession } from '#linking';
import type { BankAsk } from './bank-action.ts';

/** One request to a bank that changes something. The same key is the same request. */
export interface BankOrder {
  readonly key: ActionId;
  readonly ask: BankAsk;
  readonly requestedAtMs: number;
  /** It may have been called for before: an error says nothing of what came of that. */
  readonly wasCalled: boolean;
  /** The bank carries it out until then, or not at all. */
  readonly validUntilMs: number;
}

/** A statement that a bank keeps. */
export interface BankStatement {
  readonly statementId: string;
  /** Local dates. */
  readonly from: string;
  readonly to: string;
}

/**
 * What a bank does for its customer, as docs/card-control-api.md has it; `banks` implements it, `app` wires it in.
 *
 * Every method may throw what `BankApi` lists. A throw says nothing of whether the bank did what it was asked:
 * `outcome` tells.
 */
export interface ControlsApi {
  /** Whether the bank lets anything be done to cards from here; asks nobody. */
  isOffered(bankId: BankId): boolean;
  /** The cards of the accounts that the customer shares. */
  cards(session: BankSession): Promise<readonly BankCard[]>;
  /** Asks for something to be done. Safe to repeat under the same key. */
  perform(session: BankSession, order: BankOrder): Promise<ActionAnswer>;
  /** What has become of a request; `absent` when the bank never had it. */
  outcome(session: BankSession, order: BankOrder): Promise<ActionAnswer | 'absent'>;
  /** How a held payment stands. */
  hold(session: BankSession, caseId: string): Promise<BankHold>;
  /** How a dispute stands. */
  dispute(session: BankSession, disputeId: string): Promise<BankDispute>;
  /** The statements of an account, newest first. */
  statements(session: BankSession, accountId: string): Promise<readonly BankStatement[]>;
  /** One of them as PDF. */
  statementPdf(session: BankSession, accountId: string, statementId: string): Promise<Buffer>;
}
