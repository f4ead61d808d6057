import { TellerlineError } from '#base';
import type { BankRef } from './connection.ts';

/**
 * What can go wrong at a bank, one function a kind. Sentences are for the customer; details are for the
 * log and never hold what the bank sent, only names of fields and codes.
 */

type Detail = Record<string, string | number | boolean>;

/** The bank does not answer, or answers that it cannot. */
export function bankUnreachable(bank: BankRef, detail: Detail = {}, cause?: unknown): TellerlineError {
  const message = `${bank.name} cannot be reached just now.`;
  return new TellerlineError('bank_unreachable', 503, message, { bank: bank.id, ...detail }, { cause });
}

/** The bank did not answer within `limits.bankCallMsMax`. */
export function bankSlow(bank: BankRef): TellerlineError {
  return new TellerlineError('bank_slow', 504, `${bank.name} takes too long to answer.`, { bank: bank.id });
}

/**
 * The bank answered something that is not what its API promises.
 *
 * @param field dotted path in the answer, or the part of it (`status`, `content-type`, `body`)
 * @param why what is wrong with it, in words that do not quote it
 */
export function bankAnswerUnreadable(bank: BankRef, field: string, why: string, cause?: unknown): TellerlineError {
  const message = `${bank.name} sent an answer that cannot be read.`;
  return new TellerlineError('bank_answer_unreadable', 502, message, { bank: bank.id, field, why }, { cause });
}

/** The bank asks for fewer calls (FDX 1207, HTTP 429). */
export function bankRateLimited(bank: BankRef, retryAfterSeconds: number): TellerlineError {
  const message = `${bank.name} asks for a pause before the next question.`;
  return new TellerlineError('bank_rate_limited', 503, message, { bank: bank.id, retryAfterSeconds });
}

/** The grant or its tokens are no longer good: the link needs reconnecting. */
export function bankConsentLost(bank: BankRef, why: string): TellerlineError {
  const message = `${bank.name} no longer gives access: the link has to be made again.`;
  return new TellerlineError('bank_consent_lost', 409, message, { bank: bank.id, why });
}

/** Any other refusal; `bankCode` is FDX's or OAuth's own error code. */
export function bankRefused(bank: BankRef, bankCode: string, httpStatus: number): TellerlineError {
  const message = `${bank.name} refused the request.`;
  return new TellerlineError('bank_refused', 502, message, { bank: bank.id, bankCode, httpStatus });
}

/** The metadata names another issuer, or endpoints at a place that is not this bank's. */
export function bankMetadataMismatch(bank: BankRef, field: string): TellerlineError {
  const message = `${bank.name} cannot be reached just now.`;
  return new TellerlineError('bank_metadata_mismatch', 502, message, { bank: bank.id, field });
}

/** The customer said no at the bank. */
export function authorizationDeclined(bank: BankRef): TellerlineError {
  return new TellerlineError('authorization_declined', 403, `Access was not allowed at ${bank.name}.`, {
    bank: bank.id,
  });
}

/** The return from the bank does not belong to a login that was begun here. */
export function authorizationInvalid(bank: BankRef, why: string): TellerlineError {
  const message = `The login at ${bank.name} did not come back as it should. Please link the bank again.`;
  return new TellerlineError('authorization_invalid', 400, message, { bank: bank.id, why });
}

/** An error code of the bank's as it may be logged: short, plain letters; anything else is only called other. */
export function plainCode(code: unknown): string {
  return (typeof code === 'string' || typeof code === 'number') && /^[A-Za-z0-9_.-]{1,64}$/.test(String(code))
    ? String(code)
    : 'other';
}
