import type { BankId } from '#base';
import type { BankFace, Locale, StaffRole } from '#contract';

/** What is remembered from the way to a bank's identity provider to the return. */
export interface PendingSignIn {
  readonly issuer: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Somebody of a bank's staff, as its identity provider has just said in a signed token. Nothing of it is checked but the token. */
export interface StaffIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  /** Those that the bank's settings know. */
  readonly roles: readonly StaffRole[];
  readonly teams: readonly string[];
  readonly locales: readonly string[];
}

/** The port to banks' identity providers. */
export interface StaffLogin {
  /** Banks whose staff can sign in. */
  banks(): readonly BankFace[];
  /**
   * Where the browser goes, and what is remembered until it comes back.
   *
   * @throws TellerlineError `bank_unknown`, `staff_sign_in_unavailable`, `bank_not_configured`, `bank_unreachable` and
   *   others of the way to a bank
   */
  begin(bank: BankId, locale: Locale): Promise<{ readonly continueTo: URL; readonly pending: PendingSignIn }>;
  /**
   * Checks the return, redeems its code once, and checks the ID token: signature, issuer, audience, nonce, time.
   *
   * @throws TellerlineError `authorization_invalid`, `authorization_declined`, `bank_unreachable` and others
   */
  finish(bank: BankId, returned: URLSearchParams, pending: PendingSignIn): Promise<StaffIdentity>;
}
