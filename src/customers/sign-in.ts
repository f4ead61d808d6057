import { TellerlineError, type Clock, type CustomerId, type PasskeyId, type Random, type SessionId } from '#base';
import type { LooseningAct, NewPasskey, PasskeyAnswer, PasskeyFace, SessionFace } from '#contract';
import type { Database, Queryable, Transaction } from '#db';
import type { BrowserKind } from './browser-kind.ts';
import { giveChallenge, takeChallenge, type PasskeyPurpose } from './challenges.ts';
import { findCustomer, lockCustomer } from './customers.ts';
import { heldSignIn, type HeldSignIn } from './held.ts';
import { addPasskey, lockPasskey, markUsed, passkeyFaces, passkeysOf, removePasskey } from './passkeys.ts';
import { enterProof, hasFreshProof, proofNeeded, requireFreshProof } from './proofs.ts';
import { endedAmong, endSessions, isProven, markProven, sessionsOf, type Session } from './sessions.ts';
import {
  addingOptions,
  challengeIn,
  checkAnswer,
  passkeySite,
  readNewPasskey,
  refused,
  signingOptions,
  type PasskeySite,
} from './webauthn.ts';

/** What passkeys and sessions work with. */
export interface SignInParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  /** The hub's public address: passkeys are bound to its host and origin. */
  readonly publicUrl: () => string;
}

/** What a browser's passkey dialogue is opened with, as WebAuthn has it in JSON. */
export type PasskeyOptions = Record<string, unknown>;

/** Passkeys and sessions of customers. */
export interface SignIn {
  /** A customer's passkeys. */
  passkeys(customerId: CustomerId): Promise<PasskeyFace[]>;
  /** Whether this session may add one without a further proof: the first, soon after a login that vouches. */
  mayAdd(session: Session): Promise<boolean>;
  /** @throws TellerlineError `proof_needed`, `passkeys_unavailable` */
  beginAdding(session: Session): Promise<PasskeyOptions>;
  /** Adds a passkey. @throws TellerlineError `proof_needed`, `passkey_challenge_over`, `passkey_refused`, `passkey_known` */
  add(session: Session, passkey: NewPasskey, made: BrowserKind): Promise<void>;
  /** Removes a passkey; takes a proof for `remove-passkey` of that id. @throws TellerlineError `proof_needed`, `passkey_unknown` */
  remove(session: Session, passkeyId: PasskeyId): Promise<void>;

  /** Begins to sign in by a passkey of whichever customer; bound to the session that the browser has now. */
  beginSignIn(session: Session): Promise<PasskeyOptions>;
  /** Who it is. @throws TellerlineError `passkey_challenge_over`, `passkey_refused` */
  proveSignIn(session: Session, answer: PasskeyAnswer): Promise<CustomerId>;

  /** Begins to prove an act by one of the customer's passkeys. @throws TellerlineError `passkey_none` */
  beginProof(session: Session, act: LooseningAct): Promise<PasskeyOptions>;
  /** Takes the signature; the act may then be done once, within five minutes. @throws as `proveSignIn` */
  prove(session: Session, act: LooseningAct, answer: PasskeyAnswer): Promise<void>;

  /** All that is kept of a customer's browsers and passkeys, for the customer alone. */
  held(customerId: CustomerId): Promise<HeldSignIn>;
  /** A customer's sessions, the one used last first. */
  sessions(session: Session): Promise<SessionFace[]>;
  /** Ends one session or all others; answers how many. Their open windows learn it at once, in every process within seconds. */
  end(session: Session, which: SessionId | 'others'): Promise<number>;
  /** Which of these sessions are there no more. */
  endedAmong(sessionIndexes: readonly Buffer[]): Promise<Buffer[]>;
  /** Calls `told` with what names the sessions that were ended in this process; the answer stops that. */
  whenEnded(told: (sessionIndexes: readonly Buffer[]) => void): () => void;
}

const addingAct = { act: 'add-passkey', subject: '' } as const;

/** Makes passkeys and sessions over their parts. */
export function createSignIn(parts: SignInParts): SignIn {
  const { database, clock } = parts;
  const listeners = new Set<(sessionIndexes: readonly Buffer[]) => void>();
  const site = (): PasskeySite => passkeySite(parts.publicUrl());
  const challenge = (session: Session, purpose: PasskeyPurpose): Promise<Buffer> =>
    giveChallenge(database, session, purpose, parts.random, clock.nowMs());

  return {
    passkeys: (customerId) => passkeyFaces(database, customerId),
    mayAdd: (session) => mayAdd(database, session, clock.nowMs()),
    beginAdding: async (session) => {
      const nowMs = clock.nowMs();
      const free = await mayAdd(database, session, nowMs);
      if (!free && !(await hasFreshProof(database, session, addingAct, nowMs))) throw proofNeeded();
      const { customerId } = session;
      const known = await passkeysOf(database, customerId);
      const name = await nameOf(database, customerId, nowMs);
      return addingOptions(site(), { customerId, name }, await challenge(session, { for: 'add' }), known);
    },
    add: (session, passkey, made) => add(parts, site(), session, passkey, made),
    remove: (session, passkeyId) =>
      database.transaction(async (tx) => {
        await lockCustomer(tx, session.customerId);
        await requireFreshProof(tx, session, { act: 'remove-passkey', subject: passkeyId }, clock.nowMs());
        if (await removePasskey(tx, session.customerId, passkeyId)) return;
        throw new TellerlineError('passkey_unknown', 404, 'There is no such passkey. Nothing was changed.');
      }),
    beginSignIn: async (session) => signingOptions(site(), await challenge(session, { for: 'sign-in' })),
    proveSignIn: (session, answer) => answered(parts, site(), session, { for: 'sign-in' }, answer),
    beginProof: async (session, act) => {
      const known = await passkeysOf(database, session.customerId);
      if (known.length === 0)
        throw new TellerlineError('passkey_none', 409, 'There is no passkey yet. Use the login at your bank.');
      return signingOptions(site(), await challenge(session, { for: 'proof', ...act }), known);
    },
    prove: async (session, act, answer) => {
      const customerId = await answered(parts, site(), session, { for: 'proof', ...act }, answer);
      if (customerId !== session.customerId) throw refused();
      await enterProof(database, session, act, 'passkey', clock.nowMs());
      await markProven(database, session, clock.nowMs());
    },
    held: (customerId) => heldSignIn(database, customerId),
    sessions: (session) => sessionsOf(database, session, clock.nowMs()),
    end: async (session, which) => {
      const ended = await database.transaction((tx) => endSessions(tx, session, which));
      for (const told of listeners) told(ended);
      return ended.length;
    },
    endedAmong: (sessionIndexes) => endedAmong(database, sessionIndexes),
    whenEnded: (told) => {
      listeners.add(told);
      return () => listeners.delete(told);
    },
  };
}

async function mayAdd(db: Queryable, session: Session, nowMs: number): Promise<boolean> {
  if ((await passkeysOf(db, session.customerId)).length > 0) return false;
  return isProven(db, session, nowMs);
}

async function add(
  { database, clock }: SignInParts,
  site: PasskeySite,
  session: Session,
  passkey: NewPasskey,
  made: BrowserKind,
): Promise<void> {
  const { customerId } = session;
  const challenge = challengeIn(passkey.response.clientDataJSON);
  await takeChallenge(database, session, { for: 'add' }, challenge, clock.nowMs());
  const read = await readNewPasskey(site, passkey, challenge);
  await database.transaction(async (tx: Transaction) => {
    // Under the customer's lock: of two first passkeys at once, the second is no first.
    await lockCustomer(tx, customerId);
    const nowMs = clock.nowMs();
    if (!(await mayAdd(tx, session, nowMs))) await requireFreshProof(tx, session, addingAct, nowMs);
    await addPasskey(tx, { customerId, ...read, ...made }, nowMs);
  });
}

/** Whose passkey answered a challenge. The challenge is used up whatever comes of it. */
async function answered(
  { database, clock }: SignInParts,
  site: PasskeySite,
  session: Session,
  purpose: PasskeyPurpose,
  answer: PasskeyAnswer,
): Promise<CustomerId> {
  const challenge = challengeIn(answer.response.clientDataJSON);
  await takeChallenge(database, session, purpose, challenge, clock.nowMs());
  return database.transaction(async (tx) => {
    const passkey = await lockPasskey(tx, answer.id);
    if (!passkey) throw refused();
    const used = await checkAnswer(site, passkey, answer, challenge);
    await markUsed(tx, passkey, used, clock.nowMs());
    return passkey.customerId;
  });
}

/** What the device lists the passkey under: nothing of the person, but two chats can be told apart. */
async function nameOf(db: Queryable, customerId: CustomerId, nowMs: number): Promise<string> {
  const customer = await findCustomer(db, customerId);
  const day = new Intl.DateTimeFormat(customer?.locale === 'es' ? 'es-US' : 'en-US', {
    dateStyle: 'medium',
    timeZone: customer?.timeZone ?? 'UTC',
  }).format(new Date(nowMs));
  return `Tellerline, ${day}`;
}
