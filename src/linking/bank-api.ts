import type { BankId } from '#base';
import type { AccountLabel, Balance, BankFace, Purpose, Transaction } from '#contract';
import type { FetchPace } from './fetch-schedule.ts';

/** What a bank's authorization left us with: opaque here, read and renewed by the bank's client alone. */
export interface BankTokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** Milliseconds since the epoch; access tokens live at most 900 s. */
  readonly accessExpiresAtMs: number;
  /** The DPoP key (private JWK) that the tokens are bound to. */
  readonly dpopKey: Record<string, unknown>;
}

/** A bank login that was begun and is not finished: secret, kept sealed with its attempt. JSON. */
export type PendingAuthorization = Record<string, unknown>;

/** What the customer is sent to the bank's login with. */
export interface BankLoginRequest {
  /** Comes back with the browser, which it ties to this login. */
  readonly state: string;
  readonly purposes: readonly Purpose[];
  readonly durationDays: number;
  readonly lookbackDays: number;
  /** Of a shop that is connected already: the code by which it knows its customer, which stays. */
  readonly standing?: string;
  /** What the bank's page names as the chat that is being joined. */
  readonly chat: string;
  readonly locale: string;
}

/** What a bank's login gave. */
export interface BankGrant {
  readonly grantId: string;
  readonly tokens: BankTokens;
  /** Who it was, as the bank's ID token names them (`sub`); absent when the bank sends none. */
  readonly subject?: string | undefined;
}

/** A link's tokens in use. `save` is called when they were renewed, before the new ones are used. */
export interface BankSession {
  readonly bank: BankId;
  readonly grantId: string;
  readonly tokens: () => BankTokens;
  readonly save: (tokens: BankTokens) => Promise<void>;
  /** USER: the customer is there and asked. BATCH: anything else (FDX-API-Actor-Type). */
  readonly actor: 'USER' | 'BATCH';
  /**
   * Enters one call before it is made; missing for the login itself and for the end of a grant, which no count
   * may hold up. @throws TellerlineError `bank_rate_limited`
   */
  readonly enterCall?: () => Promise<void>;
}

/** An account as the bank tells it. `accountId` is the bank's own id: sealed wherever it is kept. */
export interface BankAccount extends AccountLabel {
  readonly accountId: string;
  readonly currency: string;
  readonly balance?: Balance;
}

/** A transaction of the bank's history, in the same shape as an event's. */
export interface BankTransaction extends Transaction {
  readonly occurredAt: string;
}

/** One page of a bank's history, in the bank's own order. */
export interface TransactionPage {
  readonly transactions: readonly BankTransaction[];
  /** Where to go on; absent at the end. Opaque, and only good for the same window. */
  readonly next?: string;
}

/**
 * A bank's API as linking needs it; `banks` implements it for FDX, `app` wires it in.
 *
 * Every method may throw a TellerlineError with one of: `bank_unreachable`, `bank_slow`,
 * `bank_answer_unreadable` (names the field), `bank_rate_limited` (detail.retryAfterSeconds),
 * `bank_consent_lost` (the grant or its tokens are no longer good: the link needs reconnecting),
 * `bank_refused` (any other error of the bank; detail.bankCode), `bank_not_configured`,
 * `bank_metadata_mismatch` (its metadata is another issuer's: said like `bank_unreachable`), `bank_unknown`.
 */
export interface BankApi {
  /** The banks that can be linked, in the order to show. */
  faces(): readonly BankFace[];

  /** How a bank says what has happened: sends it (`push`), says that there is something to fetch (`thin`), or not at all (`poll`). */
  news(bank: BankId): 'push' | 'thin' | 'poll';

  /** How soon a bank that has to be asked is asked again. */
  pace(bank: BankId): FetchPace;

  /** How many calls a bank takes of one grant in any such window; so many are left to the customer's own questions. */
  allowance(bank: BankId): {
    readonly callsMax: number;
    readonly windowMinutes: number;
    readonly keptForCustomer: number;
  };

  /**
   * Pushes the authorization request (PAR, PKCE S256, DPoP, rich authorization request) and answers
   * where the bank's login is.
   */
  beginAuthorization(
    bank: BankId,
    request: BankLoginRequest,
  ): Promise<{ readonly continueTo: URL; readonly pending: PendingAuthorization }>;

  /**
   * Takes the browser's return from the bank: checks `state` and `iss`, redeems the code.
   *
   * @throws TellerlineError `authorization_declined` (the customer said no at the bank),
   *   `authorization_invalid` (wrong state, wrong or missing iss, code refused)
   */
  finishAuthorization(bank: BankId, returned: URL, pending: PendingAuthorization): Promise<BankGrant>;

  /**
   * Pushes a request for the bank's login alone (scope `openid`): nothing is granted, it only says who it is.
   */
  beginIdentification(
    bank: BankId,
    request: { readonly state: string; readonly locale: string },
  ): Promise<{ readonly continueTo: URL; readonly pending: PendingAuthorization }>;

  /** Takes the browser's return from such a login; answers the subject of the bank's ID token. @throws as `finishAuthorization` */
  finishIdentification(bank: BankId, returned: URL, pending: PendingAuthorization): Promise<string>;

  /** All accounts of the grant with their balances. */
  accounts(session: BankSession): Promise<readonly BankAccount[]>;

  /** One page of transactions of `[from, to]` (local dates, both included; always explicit). */
  transactions(
    session: BankSession,
    query: { readonly accountId: string; readonly from: string; readonly to: string; readonly next?: string },
  ): Promise<TransactionPage>;

  /** Asks the bank to push the events of this grant's accounts to us; safe to repeat. */
  subscribe(session: BankSession): Promise<void>;

  /**
   * Ends the grant at the bank (`PUT /consents/{id}/revocation`) and its tokens; safe to repeat.
   *
   * @throws TellerlineError `bank_consent_lost` when the bank no longer takes our tokens: nothing can be read
   *   there any more, but the bank has not confirmed either
   */
  revoke(session: BankSession): Promise<void>;
}
