import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { limits, secretName, TellerlineError, type Clock, type Random } from '#base';
import { sql, type Queryable } from '#db';

/** Who runs the hub: known by a secret that stands in a file beside its keys. */
export interface Operator {
  /** What opens one session, within the hour: for the address that a start prints. */
  invite(): string;
  /**
   * Opens a session by the secret or by an invitation, which is then used up. Answers what the cookie holds.
   *
   * @throws TellerlineError `operator_secret_wrong` 403
   */
  signIn(secret: string): Promise<string>;
  /** Whether a cookie is of a session that is not over. */
  holds(cookie: string | undefined): Promise<boolean>;
  /** Ends a session in every process: a copy of its cookie is worth nothing from then on. */
  signOut(cookie: string | undefined): Promise<void>;
  /** Forgets sessions that are over. */
  tidy(): Promise<void>;
}

/** What it is made of. */
export interface OperatorParts {
  readonly secret: string;
  readonly database: Queryable;
  readonly clock: Clock;
  readonly random: Random;
}

/** No cookie of ours is longer. */
const cookieCharactersMax = 100;

/** Makes it. A session stands in the database, under a hash that the secret keys: it holds in every process, and ends with the secret. */
export function createOperator({ secret, database, clock, random }: OperatorParts): Operator {
  const invitations = new Map<string, number>();
  const hashOf = (cookie: string): Buffer => createHmac('sha256', secret).update(`operator session ${cookie}`).digest();
  return {
    invite: () => {
      const invitation = secretName(random, 32);
      invitations.set(invitation, clock.nowMs() + limits.operatorInvitationMinutesMax * 60_000);
      return invitation;
    },
    signIn: async (given) => {
      const untilMs = invitations.get(given);
      invitations.delete(given);
      const nowMs = clock.nowMs();
      if ((untilMs === undefined || nowMs >= untilMs) && !isSame(given, secret))
        throw new TellerlineError(
          'operator_secret_wrong',
          403,
          'That does not open the operator’s pages: an address of a start opens them once, the secret in the key folder always.',
        );
      const cookie = secretName(random, 32);
      const endsAt = new Date(nowMs + limits.operatorSessionHoursMax * 3_600_000);
      await database.execute(sql`insert into operator_sessions (session_hash, started_at, ends_at)
        values (${hashOf(cookie)}, ${new Date(nowMs)}, ${endsAt})`);
      return cookie;
    },
    holds: async (cookie) => {
      if (!cookie || cookie.length > cookieCharactersMax) return false;
      const found = await database.query(sql`select from operator_sessions
        where session_hash = ${hashOf(cookie)} and ends_at > ${new Date(clock.nowMs())}`);
      return found.length > 0;
    },
    signOut: async (cookie) => {
      if (!cookie || cookie.length > cookieCharactersMax) return;
      await database.execute(sql`delete from operator_sessions where session_hash = ${hashOf(cookie)}`);
    },
    tidy: async () => {
      await database.execute(sql`delete from operator_sessions where ends_at <= ${new Date(clock.nowMs())}`);
    },
  };
}

/** Compares without telling how much of it is right. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
