import { limits, TellerlineError, type BankId, type Clock, type Log, type Random } from '#base';
import type { BankFace, Locale, StaffRole, StaffSessionFace } from '#contract';
import { sql, type Database } from '#db';
import type { PendingSignIn, StaffIdentity, StaffLogin } from './login.ts';
import { enterPerson, findPerson, roleOf } from './people.ts';
import {
  endStaffSessions,
  forgetOver,
  hashOf,
  openStaffSession,
  overAmong,
  requireStaffSession,
  staffSessions,
  touchStaffSession,
  type StaffSession,
} from './sessions.ts';

/** What sign-in of staff works with. */
export interface StaffSignInParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly login: StaffLogin;
}

/** Who of which bank's staff sits at a desk. Their bank's identity provider says who they are and what they may do. */
export interface StaffSignIn {
  /** Banks whose staff can sign in. */
  banks(): readonly BankFace[];
  /** Where the browser goes, and the state that it keeps until it comes back. @throws as `StaffLogin.begin` */
  begin(bank: string, locale: Locale): Promise<{ readonly continueTo: URL; readonly state: string }>;
  /**
   * Signs in whoever comes back. A sign-in is taken once, whatever becomes of it.
   *
   * @param kept the state that this browser was given
   * @throws TellerlineError `staff_sign_in_over` 410, `staff_role_unknown` 403, `staff_name_refused` 403, and as
   *   `StaffLogin.finish`
   */
  finish(
    returned: URLSearchParams,
    kept: string | undefined,
  ): Promise<{ readonly session: StaffSession; readonly secret: string }>;
  /** @throws TellerlineError `staff_no_session` 401 */
  require(secret: string | undefined): Promise<StaffSession>;
  /** Notes that somebody works at a desk: by what they do, not by what their page asks for. */
  touch(session: StaffSession): Promise<void>;
  /** Ends the asking session. */
  signOut(session: StaffSession): Promise<void>;
  /** The open sessions of one's bank. @throws TellerlineError `supervisors_only` 403 */
  sessions(session: StaffSession): Promise<StaffSessionFace[]>;
  /** Ends one of them. @throws TellerlineError `supervisors_only` 403, `staff_session_unknown` 404 */
  revoke(session: StaffSession, sessionId: string): Promise<void>;
  /** Which of these sessions are over. */
  overAmong(sessionIds: readonly string[]): Promise<readonly string[]>;
  /** Calls `told` with the sessions that were ended in this process; the answer stops that. */
  whenEnded(told: (sessionIds: readonly string[]) => void): () => void;
  /** Forgets what is over. */
  tidy(): Promise<void>;
}

/** Makes it over its parts. */
export function createStaffSignIn(parts: StaffSignInParts): StaffSignIn {
  const { database, clock, login } = parts;
  const listeners = new Set<(sessionIds: readonly string[]) => void>();
  const ended = (sessionIds: readonly string[]): void => {
    for (const listener of listeners) listener(sessionIds);
  };
  return {
    banks: () => login.banks(),
    begin: (bank, locale) => begin(parts, bank, locale),
    finish: (returned, kept) => finish(parts, returned, kept, ended),
    require: (secret) => requireStaffSession(database, secret, clock.nowMs()),
    touch: ({ sessionId }) => touchStaffSession(database, sessionId, clock.nowMs()),
    signOut: async ({ staff, sessionId }) => ended(await endStaffSessions(database, staff.bankId, { sessionId })),
    sessions: async (session) => {
      requireRole(session, 'supervisor');
      return staffSessions(database, session, clock.nowMs());
    },
    revoke: async (session, sessionId) => {
      requireRole(session, 'supervisor');
      const gone = await endStaffSessions(database, session.staff.bankId, { sessionId });
      if (gone.length === 0)
        throw new TellerlineError('staff_session_unknown', 404, 'There is no such session; it may be over by now.');
      ended(gone);
    },
    overAmong: (sessionIds) => overAmong(database, sessionIds, clock.nowMs()),
    whenEnded: (told) => {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    tidy: () => forgetOver(database, clock.nowMs()),
  };
}

const refusals: Readonly<Record<StaffRole, readonly [string, string]>> = {
  agent: ['agents_only', 'Only those who answer customers may do this.'],
  supervisor: ['supervisors_only', 'Only supervisors may do this.'],
  'privacy-officer': ['privacy_officers_only', 'Only privacy officers of the bank may do this.'],
};

/** @throws TellerlineError `agents_only`, `supervisors_only`, `privacy_officers_only` 403 */
export function requireRole({ staff }: Pick<StaffSession, 'staff'>, role: StaffRole): void {
  if (staff.role === role) return;
  const [code, message] = refusals[role];
  throw new TellerlineError(code, 403, message);
}

async function begin(
  { database, clock, login }: StaffSignInParts,
  bank: string,
  locale: Locale,
): Promise<{ readonly continueTo: URL; readonly state: string }> {
  if (!login.banks().some(({ id }) => id === bank))
    throw new TellerlineError('staff_sign_in_unavailable', 404, 'The staff of this bank do not sign in here.');
  const { continueTo, pending } = await login.begin(bank as BankId, locale);
  const expiresAt = new Date(clock.nowMs() + limits.staffSignInMinutesMax * 60_000);
  await database.execute(sql`insert into staff_sign_ins (state_hash, bank_id, issuer, nonce, code_verifier, expires_at)
    values (${hashOf(pending.state)}, ${bank}, ${pending.issuer}, ${pending.nonce}, ${pending.codeVerifier}, ${expiresAt})`);
  return { continueTo, state: pending.state };
}

async function finish(
  parts: StaffSignInParts,
  returned: URLSearchParams,
  kept: string | undefined,
  ended: (sessionIds: readonly string[]) => void,
): Promise<{ readonly session: StaffSession; readonly secret: string }> {
  const { bankId, pending } = await take(parts, returned, kept);
  const identity = await parts.login.finish(bankId, returned, pending);
  const role = roleOf(identity.roles);
  if (role === undefined) {
    await endOf(parts, bankId, identity, ended);
    parts.log.info({ bank: bankId }, 'somebody of a bank’s staff has no role at the desk');
    throw new TellerlineError(
      'staff_role_unknown',
      403,
      'Your bank has given you no role at this desk. Whoever looks after its identity provider can.',
    );
  }
  const nowMs = parts.clock.nowMs();
  const { gone, ...opened } = await parts.database.transaction(async (tx) => {
    const { staff, isOther } = await enterPerson(tx, bankId, identity, role, nowMs);
    // An open desk goes on as who it was opened by: with what its bank has taken away since.
    const before = isOther ? await endStaffSessions(tx, bankId, { staffId: staff.staffId }) : [];
    return { gone: before, ...(await openStaffSession(tx, staff, parts.random, nowMs)) };
  });
  ended(gone);
  return opened;
}

/** Takes what was remembered of a sign-in out of the database: of two returns at once one finds it. */
async function take(
  { database, clock }: StaffSignInParts,
  returned: URLSearchParams,
  kept: string | undefined,
): Promise<{ readonly bankId: BankId; readonly pending: PendingSignIn }> {
  const states = returned.getAll('state');
  const [state] = states;
  // Another browser's address would sign somebody in as whoever sent it.
  const isOwn = state !== undefined && states.length === 1 && state.length <= 200 && state === kept;
  const [row] = isOwn
    ? await database.query<Omit<PendingSignIn, 'state'> & { bankId: BankId; expiresAt: Date }>(sql`
        delete from staff_sign_ins where state_hash = ${hashOf(state)}
        returning bank_id as "bankId", issuer, nonce, code_verifier as "codeVerifier", expires_at as "expiresAt"`)
    : [];
  if (!row || state === undefined || row.expiresAt.getTime() <= clock.nowMs())
    throw new TellerlineError('staff_sign_in_over', 410, 'This sign-in is over, or was not begun in this browser.');
  const { bankId, issuer, nonce, codeVerifier } = row;
  return { bankId, pending: { issuer, state, nonce, codeVerifier } };
}

/** Whoever has lost their role has lost their open desks too. */
async function endOf(
  { database }: StaffSignInParts,
  bankId: BankId,
  identity: StaffIdentity,
  ended: (sessionIds: readonly string[]) => void,
): Promise<void> {
  const gone = await database.transaction(async (tx) => {
    const staffId = await findPerson(tx, bankId, identity);
    return staffId === undefined ? [] : endStaffSessions(tx, bankId, { staffId });
  });
  ended(gone);
}
