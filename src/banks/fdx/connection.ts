import type { BankId } from '#base';

/** A bank by its id and by the name that a sentence uses. */
export interface BankRef {
  readonly id: BankId;
  readonly name: string;
}

/**
 * One HTTP call to one bank and nobody else. Its answer has been read whole, within the time and size
 * limits; redirects were refused. Fails with a TellerlineError that names the bank.
 */
export type BankFetch = (address: string, request: BankRequest) => Promise<Response>;

/** What `BankFetch` sends; what openid-client's own fetch hook passes fits in it. */
export interface BankRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: ArrayBuffer | null | ReadableStream | string | Uint8Array | URLSearchParams | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How a bank speaks FDX: what differs from bank to bank, chosen in its directory entry and never guessed. */
export interface FdxDialect {
  /** FDX version that the entry was written against, such as "6.4". */
  readonly version: string;
  /** `page-key`: `pageKey` and `page.nextPageKey` (after 5.2); `offset`: `offset` and `page.nextOffset`. */
  readonly paging: 'page-key' | 'offset';
  /**
   * How a transaction's direction is written.
   *
   * - `magnitude`: a plain amount, and `debitCreditMemo` says which way it went
   * - `signed`: negative is money out, on every account
   * - `signed-by-account`: negative is money out on deposit accounts; on borrowed ones (cards, credit
   *   lines) positive is a purchase and negative a payment
   */
  readonly signs: 'magnitude' | 'signed' | 'signed-by-account';
  /** `flat`: accounts as they are; `wrapped`: each in one member such as `depositAccount` or `locAccount`. */
  readonly accountForm: 'flat' | 'wrapped';
  /** Transactions asked for at once; the most that the bank gives. */
  readonly pageSize: number;
  /** Calls in flight to this bank at once; more of them wait for their turn. */
  readonly callsAtOnceMax: number;
  /** Calls that the bank takes of one grant in any window, and how many of them only the customer's questions may use. */
  readonly allowance: {
    readonly callsMax: number;
    readonly windowMinutes: number;
    readonly keptForCustomer: number;
  };
}

/** Everything needed to speak to one bank, read from its directory entry and its environment. */
export interface BankConnection {
  readonly bank: BankRef;
  /** The authorization server's issuer, exactly as its metadata must name it. */
  readonly issuer: string;
  /** Where FDX begins, without a slash at the end: `https://…/fdx/v6`. */
  readonly baseUrl: string;
  /** Where the card-control API begins, without a slash at the end; absent where the bank has none. */
  readonly controlsUrl?: string;
  /** Origins (`https://host[:port]`) that this bank may be called at; nothing else is called for it. */
  readonly origins: readonly string[];
  readonly clientId: string;
  readonly clientKey: { readonly key: CryptoKey; readonly kid: string };
  /** OAuth scope to ask for; what is read is bound by the rich authorization request, not by it. */
  readonly scope: string;
  readonly dialect: FdxDialect;
  readonly fetch: BankFetch;
}
