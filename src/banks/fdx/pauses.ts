import { limits, type Clock } from '#base';
import type { BankRef } from './connection.ts';
import { bankRateLimited } from './faults.ts';

/** The pause when a bank asks for one and does not say how long. */
export const retryAfterSecondsUnsaid = 60;

/**
 * Whatever a bank answers too many calls with 429, its metadata and its tokens as much as its data: it asks for a
 * pause, and is neither down nor says that there is nothing.
 *
 * @throws TellerlineError `bank_rate_limited` with `detail.retryAfterSeconds`
 */
export function requireNoPause(bank: BankRef, response: Response, clock: Clock): void {
  if (response.status === 429) throw bankRateLimited(bank, retryAfterSeconds(response, clock));
}

/** `Retry-After` in seconds or as a date (RFC 9110 10.2.3), at least 1. */
function retryAfterSeconds(response: Response, clock: Clock): number {
  const header = response.headers.get('retry-after') ?? '';
  const seconds = /^\d{1,9}$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - clock.nowMs()) / 1000);
  return Number.isNaN(seconds)
    ? retryAfterSecondsUnsaid
    : Math.min(Math.max(seconds, 1), limits.bankRetryAfterSecondsMax);
}
