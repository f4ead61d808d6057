import type { AccountRef, ActionId, BankId, CustomerId, LinkId, MessageId } from '#base';
import type { ActionState, AskKind, BankAction, BankAsk, Settled } from './bank-action.ts';

/** An action that is about to be stored. */
export interface NewAction {
  readonly actionId: ActionId;
  readonly customerId: CustomerId;
  readonly linkId: LinkId;
  readonly bankId: BankId;
  readonly accountRef?: AccountRef | undefined;
  readonly messageId: MessageId;
  readonly ask: BankAsk;
}

/** An action that this process has taken up, and nobody else while its lease lasts. */
export interface ActionClaim {
  readonly actionId: ActionId;
  readonly linkId: LinkId;
  readonly bankId: BankId;
  readonly kind: AskKind;
  readonly state: ActionState;
  /** Grows with each taking up; whoever has an older one writes nothing more. */
  readonly fence: number;
  /** A call that asks for it may have been made: from then on it is asked about before it is asked for again. */
  readonly isCalled: boolean;
  /** How often it was taken up before. */
  readonly attempts: number;
  readonly requestedAtMs: number;
}

/** What becomes of an action that was taken up. */
export type Settling =
  | { readonly as: 'settled'; readonly settled: Settled }
  /** Taken up again then; null: never again, nobody will learn what became of it. */
  | { readonly as: 'open'; readonly nextAtMs: number | null };

/**
 * What the machine keeps. PostgreSQL implements it, and a model in memory that passes the same sequences of commands.
 * `Tx` is the transaction in which an action is stored. What is told of an action (`BankAction`) is told in the
 * transaction that changes it.
 */
export interface ActionStore<Tx> {
  /**
   * Stores an action, due at once, under a time of its own that is later than that of any before on the same link:
   * so the bank can put them in order. Answers that time.
   */
  put(tx: Tx, action: NewAction, nowMs: number): Promise<number>;
  /** Takes up at most so many of those that are due and nobody has, the oldest first. */
  claim(nowMs: number, most: number, leaseMs: number): Promise<readonly ActionClaim[]>;
  /**
   * The last thing before a call: what is to be asked for, while the action stands, is claimed by nobody else and its
   * link is not ended. `call`: from COMMIT on it counts as called. Undefined when it does not stand.
   */
  begin(claim: ActionClaim, nowMs: number, how: 'call' | 'ask'): Promise<BankAsk | undefined>;
  /** Stores what became of it and gives it back; false, and nothing changed, when it is gone or another's. */
  settle(claim: ActionClaim, settling: Settling, nowMs: number): Promise<boolean>;
  /** Marks what has been open for so long as unknown, each once, and answers them. It takes no key; `tellUnknown` tells. */
  markUnknown(
    nowMs: number,
    afterMs: number,
    most: number,
  ): Promise<readonly Pick<BankAction, 'actionId' | 'bankId'>[]>;
  /** Links with something that was marked and is to be told by now, at most so many. */
  untold(nowMs: number, most: number): Promise<readonly LinkId[]>;
  /**
   * Tells what was marked of a link. While its key cannot be had nothing is told, and it is tried again after a pause.
   *
   * @throws TellerlineError `key_service_unavailable`
   */
  tellUnknown(linkId: LinkId, nowMs: number, pauseMs: number): Promise<void>;
  /** When the next one is due, or will be unknown; undefined when nothing is open. */
  nextAtMs(unknownAfterMs: number): Promise<number | undefined>;
}

/** Says in the conversation how far an action has come, in the transaction that moves it. `isNew`: nothing was said of it yet. */
export type Tell<Tx> = (tx: Tx, action: BankAction, isNew: boolean) => Promise<void>;
