import { isTellerlineError, type TellerlineError } from '#base';
import * as oauth from 'openid-client';
import type { BankRef } from './connection.ts';
import { bankAnswerUnreadable, bankRefused, bankUnreachable, plainCode } from './faults.ts';

/**
 * What an error of openid-client means to us, when its caller knows no better. It wraps what our own
 * outgoing client threw, so the cause is looked at first.
 */
export function protocolFault(bank: BankRef, error: unknown): TellerlineError {
  const ours = tellerlineCause(error);
  if (ours) return ours;
  if (error instanceof oauth.ResponseBodyError) {
    const temporary =
      error.status >= 500 || error.error === 'temporarily_unavailable' || error.error === 'server_error';
    return temporary
      ? bankUnreachable(bank, { status: error.status })
      : bankRefused(bank, plainCode(error.error), error.status);
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError)
    return bankRefused(bank, 'client-not-accepted', error.status);
  if (error instanceof oauth.ClientError) {
    const status = unexpectedStatus(error);
    if (status !== undefined && status >= 500) return bankUnreachable(bank, { status });
    return bankAnswerUnreadable(bank, status === undefined ? 'body' : 'status', plainCode(error.code), error);
  }
  return bankUnreachable(bank, { reason: 'protocol' }, error);
}

function tellerlineCause(error: unknown): TellerlineError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (isTellerlineError(at)) return at;
  }
  return undefined;
}

/** openid-client hands over the answer itself when its status was not the one expected. */
function unexpectedStatus(error: oauth.ClientError): number | undefined {
  return error.cause instanceof Response ? error.cause.status : undefined;
}
