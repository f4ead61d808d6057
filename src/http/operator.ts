import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { limits, secretName, TellerlineError, type Clock, type Random } from '#base';

/** Who runs the hub: known by a secret that stands in a file beside its keys. */
export interface Operator {
  /** What opens one session, within the hour: for the address that a start prints. */
  invite(): string;
  /**
   * Opens a session by the secret or by an invitation, which is then used up. Answers what the cookie holds.
   *
   * @throws TellerlineError `operator_secret_wrong` 403
   */
  signIn(secret: string): string;
  /** Whether a cookie is one of ours and not over. */
  holds(cookie: string | undefined): boolean;
}

/** What it is made of. */
export interface OperatorParts {
  readonly secret: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** Makes it. A session is a signed time: it holds in every process that has the secret, and ends with the secret. */
export function createOperator({ secret, clock, random }: OperatorParts): Operator {
  const invitations = new Map<string, number>();
  const signed = (untilMs: string): string =>
    `${untilMs}.${createHmac('sha256', secret).update(`operator session until ${untilMs}`).digest('base64url')}`;
  return {
    invite: () => {
      const invitation = secretName(random, 32);
      invitations.set(invitation, clock.nowMs() + limits.operatorInvitationMinutesMax * 60_000);
      return invitation;
    },
    signIn: (given) => {
      const untilMs = invitations.get(given);
      invitations.delete(given);
      const isInvited = untilMs !== undefined && clock.nowMs() < untilMs;
      if (isInvited || isSame(given, secret))
        return signed(String(clock.nowMs() + limits.operatorSessionHoursMax * 3_600_000));
      throw new TellerlineError(
        'operator_secret_wrong',
        403,
        'That does not open the operator’s pages: an address of a start opens them once, the secret in the key folder always.',
      );
    },
    holds: (cookie) => {
      const untilMs = cookie?.split('.')[0] ?? '';
      if (cookie === undefined || !/^\d{1,15}$/.test(untilMs) || !isSame(cookie, signed(untilMs))) return false;
      return clock.nowMs() < Number(untilMs);
    },
  };
}

/** Compares without telling how much of it is right. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
