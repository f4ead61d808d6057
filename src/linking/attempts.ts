import { isDeepStrictEqual } from 'node:util';
import type { AttemptId, BankId, CustomerId, IdentityId } from '#base';
import { limits, secretName, TellerlineError } from '#base';
import { composeDisclosure } from '#consent';
import {
  chatFieldsWithin,
  isShopId,
  type ChatField,
  type Detail,
  type Disclosure,
  type Locale,
  type Purpose,
} from '#contract';
import { findCustomer, lockCustomer, type Session } from '#customers';
import { sql, type Queryable } from '#db';
import type { PendingAuthorization } from './bank-api.ts';
import { linksOf, shopCode } from './links.ts';
import type { LinkingParts, SignedDisclosure } from './parts.ts';
import { bankWithdrawn, isWithdrawn, requireNotWithdrawn } from './withdrawal.ts';

/**
 * Where an attempt stands. `confirming`: the bank's login is done, and the code has to be said in the chat that
 * asked; `storing`: it was said, and the link is being stored. Both only where another messenger asked.
 */
export type AttemptState = 'open' | 'at-bank' | 'confirming' | 'storing' | 'done' | 'declined' | 'failed';

/**
 * One walk from "Link a bank" to the bank and back, bound to the browser session that began it, or that claimed
 * the address which a chat at another messenger was given.
 */
export interface Attempt {
  readonly attemptId: AttemptId;
  readonly customerId: CustomerId;
  /** Null until a browser has claimed it. */
  readonly sessionIndex: Buffer | null;
  readonly bankId: BankId;
  readonly intent: 'link' | 'sign-in' | 'proof';
  readonly state: AttemptState;
  /** The chat that asked, and what it is called; null where the browser asked itself. */
  readonly identityId: IdentityId | null;
  readonly chat: string | null;
  readonly sealed: Buffer | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** When its disclosure was first handed to the browser; null before. */
  readonly shownAt: Date | null;
}

/** What an attempt keeps, sealed, while the customer is at the bank. */
export interface AtBank {
  readonly pending: PendingAuthorization;
  readonly signed: SignedDisclosure;
}

/**
 * Begins an attempt and answers its one-time address.
 *
 * @throws TellerlineError `bank_unknown`, `bank_withdrawn`, `link_attempts_too_many`
 */
export async function openAttempt(parts: LinkingParts, session: Session, bank: string): Promise<AttemptId> {
  const face = parts.banks.faces().find((one) => one.id === bank);
  if (!face) throw new TellerlineError('bank_unknown', 404, 'This bank is not in the directory.');
  const { customerId, sessionIndex } = session;
  const now = parts.clock.nowMs();
  const attemptId = secretName(parts.random) as AttemptId;
  await parts.database.transaction(async (tx) => {
    await requireNotWithdrawn(tx, face.id as BankId);
    // Counted under the customer's lock: a hundred presses at once are a hundred.
    await lockCustomer(tx, customerId);
    await countAttempts(tx, parts, customerId);
    await tx.execute(sql`
      insert into link_attempts (attempt_id, customer_id, session_index, bank_id, state, created_at, expires_at)
      values (${attemptId}, ${customerId}, ${sessionIndex}, ${bank}, 'open', ${new Date(now)},
        ${new Date(now + limits.linkAttemptMinutesMax * 60_000)})`);
  });
  return attemptId;
}

/** @throws TellerlineError `link_attempts_too_many` when a customer went to banks very often within the hour */
export async function countAttempts(
  db: Queryable,
  { clock }: Pick<LinkingParts, 'clock'>,
  customerId: CustomerId,
): Promise<void> {
  const since = new Date(clock.nowMs() - 3_600_000);
  const [recent] = await db.query<{ count: bigint }>(sql`
    select count(*) from link_attempts where customer_id = ${customerId} and created_at > ${since}`);
  if (Number(recent?.count ?? 0) >= limits.linkAttemptsPerHourMax)
    throw tooOften('That was begun very often within the hour.');
}

/** Keeps a login that was begun at a bank and signs nothing: it has no page of ours and goes there at once. */
export async function writeAttemptAtBank(
  parts: LinkingParts,
  { customerId, sessionIndex }: Session,
  begun: {
    readonly bankId: BankId;
    readonly intent: 'sign-in' | 'proof';
    readonly state: string;
    readonly kept: object;
  },
): Promise<void> {
  const attemptId = secretName(parts.random) as AttemptId;
  const now = parts.clock.nowMs();
  const sealer = await parts.vault.customerSealer(parts.database, customerId, 'conversation');
  await parts.database.execute(sql`
    insert into link_attempts (attempt_id, customer_id, session_index, bank_id, intent, state, state_index, sealed,
      created_at, expires_at)
    values (${attemptId}, ${customerId}, ${sessionIndex}, ${begun.bankId}, ${begun.intent}, 'at-bank',
      ${parts.vault.index('link-state', begun.state)}, ${sealer.seal('link_attempts.state', attemptId, begun.kept)},
      ${new Date(now)}, ${new Date(now + limits.linkAttemptMinutesMax * 60_000)})`);
}

function tooOften(sentence: string): TellerlineError {
  return new TellerlineError('link_attempts_too_many', 429, `${sentence} Try again later.`);
}

/** What an address can look like; anything else is not looked up. */
const attemptForm = /^[\w-]{32}$/;

/** The columns of an `Attempt`. */
export const attemptColumns = `attempt_id as "attemptId", identity_id as "identityId", chat, customer_id as "customerId", session_index as "sessionIndex",
  bank_id as "bankId", intent, state, sealed, created_at as "createdAt", expires_at as "expiresAt",
  shown_at as "shownAt"`;

/**
 * The attempt of an address, when it is this browser's and still open.
 *
 * @throws TellerlineError `link_address_unknown` 404, `link_address_foreign` 403 (another browser's),
 *   `link_address_over` 410 (used, declined or too old)
 */
export async function requireAttempt(parts: LinkingParts, session: Session, attemptId: string): Promise<Attempt> {
  const attempt = await requireOwnAttempt(parts, session, attemptId);
  // Coming back from the bank by the browser's own button is no replay: the page may be signed again.
  const walking = attempt.state === 'open' || attempt.state === 'at-bank';
  if (!walking || attempt.expiresAt.getTime() <= parts.clock.nowMs()) throw attemptOver();
  return attempt;
}

/**
 * The attempt of an address, wherever it stands, when it is this browser's.
 *
 * @throws TellerlineError `link_address_unknown` 404, `link_address_foreign` 403
 */
export async function requireOwnAttempt(parts: LinkingParts, session: Session, attemptId: string): Promise<Attempt> {
  const [attempt] = attemptForm.test(attemptId)
    ? await parts.database.query<Attempt>({
        text: `select ${attemptColumns} from link_attempts where attempt_id = $1 and intent = 'link'`,
        values: [attemptId],
      })
    : [];
  if (!attempt)
    throw new TellerlineError('link_address_unknown', 404, 'There is no such address. Begin again in the chat.');
  requireSameBrowser(attempt, session);
  return attempt;
}

/** Whether an attempt, by its address or by the state of a bank's return, is walked by this browser. */
export async function isWalkedBy(
  { database, vault }: Pick<LinkingParts, 'database' | 'vault'>,
  { sessionIndex }: Session,
  of: { readonly attempt: string } | { readonly state: string },
): Promise<boolean> {
  const found =
    'attempt' in of
      ? await database.query(
          sql`select from link_attempts where attempt_id = ${of.attempt} and session_index = ${sessionIndex}`,
        )
      : await database.query(sql`select from link_attempts
          where state_index = ${vault.index('link-state', of.state)} and session_index = ${sessionIndex}`);
  return found.length > 0;
}

/**
 * Claims the attempt that a bank's return names: only the first return, in the same browser, gets it.
 *
 * @throws TellerlineError `link_return_unknown` 404, `link_address_foreign` 403, `link_address_over` 410
 */
export async function claimReturn(parts: LinkingParts, session: Session, state: string): Promise<Attempt> {
  const index = parts.vault.index('link-state', state);
  const [attempt] = await parts.database.query<Attempt>({
    text: `select ${attemptColumns} from link_attempts where state_index = $1`,
    values: [index],
  });
  if (!attempt)
    throw new TellerlineError('link_return_unknown', 404, 'This return does not belong to any login begun here.');
  requireSameBrowser(attempt, session);
  const claimed = await parts.database.execute(sql`
    update link_attempts set state = 'failed', sealed = null
    where attempt_id = ${attempt.attemptId} and state = 'at-bank' and expires_at > ${new Date(parts.clock.nowMs())}`);
  if (claimed === 0) throw attemptOver();
  return attempt;
}

/** @throws TellerlineError `link_address_foreign` */
export function requireSameBrowser(attempt: Pick<Attempt, 'sessionIndex'>, session: Session): void {
  if (isDeepStrictEqual(attempt.sessionIndex, session.sessionIndex)) return;
  throw new TellerlineError(
    'link_address_foreign',
    403,
    'This address belongs to another browser. Nothing was linked. Begin in the chat that you want to link.',
  );
}

/** The refusal of an address that was used, ended or is too old. */
export function attemptOver(): TellerlineError {
  return new TellerlineError(
    'link_address_over',
    410,
    'This address was used or is too old. Nothing was changed. Begin again in the chat.',
  );
}

/** The same as `discloseAttempt`, for the browser: the first time is kept, as the record of the consent tells it. */
export async function showAttempt(parts: LinkingParts, attempt: Attempt, locale?: Locale): Promise<Disclosure> {
  const disclosure = await discloseAttempt(parts, attempt, locale);
  await parts.database.execute(sql`update link_attempts set shown_at = ${new Date(parts.clock.nowMs())}
    where attempt_id = ${attempt.attemptId} and shown_at is null`);
  return disclosure;
}

/** The disclosure of an attempt, as its customer reads it now; `locale` when the page asks for the other language. */
export async function discloseAttempt(parts: LinkingParts, attempt: Attempt, locale?: Locale): Promise<Disclosure> {
  const customer = await findCustomer(parts.database, attempt.customerId);
  const bank = parts.banks.faces().find((face) => face.id === attempt.bankId);
  if (!customer || !bank) throw attemptOver();
  return composeDisclosure({
    attempt: attempt.attemptId,
    bank,
    locale: locale ?? customer.locale,
    now: Temporal.Instant.fromEpochMilliseconds(attempt.createdAt.getTime()),
    timeZone: customer.timeZone,
    chatName: attempt.chat ?? 'Tellerline',
    elsewhere: attempt.chat !== null,
    contact: `${parts.operator.name}, ${parts.operator.contact}`,
  });
}

/** Marks an attempt as ended by the customer; nothing of it is kept. */
export async function declineAttempt(parts: LinkingParts, attempt: Attempt): Promise<void> {
  await parts.database.execute(sql`update link_attempts set state = 'declined', sealed = null, ended_why = 'declined'
    where attempt_id = ${attempt.attemptId} and state in ('open', 'at-bank')`);
}

/** Marks an attempt as what it has become. */
export async function endAttempt(db: Queryable, attemptId: AttemptId, state: 'done' | 'declined'): Promise<void> {
  await db.execute(sql`update link_attempts set state = ${state}, sealed = null, code_index = null,
    ended_why = ${state === 'declined' ? 'declined' : null} where attempt_id = ${attemptId}`);
}

/** What the customer chose and signed on the disclosure page. */
export interface Signing {
  /** Of the disclosure that was read, in whichever language. */
  readonly hash: string;
  readonly purposes: readonly Purpose[];
  /** What staff may see, beside `customer-chat`. */
  readonly chatFields?: readonly ChatField[] | undefined;
  readonly durationDays: number;
  readonly signature: string;
  /** How much of each purpose the messenger that asked is shown; what is not named is a pointer. */
  readonly details?: Details | undefined;
}

/** Levels of detail by purpose. */
export type Details = Readonly<Partial<Record<Purpose, Detail>>>;

/**
 * Takes the signature and answers where the bank's login is.
 *
 * @throws TellerlineError `disclosure_changed` (the hash is not of the text shown), `disclosure_not_shown`, `purpose_unavailable`, `chat_field_unavailable`,
 *   `duration_invalid`, and those of BankApi
 */
export async function signAttempt(parts: LinkingParts, attempt: Attempt, signing: Signing): Promise<URL> {
  const both = await Promise.all((['en', 'es'] as const).map((locale) => discloseAttempt(parts, attempt, locale)));
  const disclosure = both.find((one) => one.hash === signing.hash);
  if (!disclosure) {
    throw new TellerlineError(
      'disclosure_changed',
      409,
      'The text has changed since it was shown. Read it again, please.',
    );
  }
  const offered = new Set(disclosure.purposes.filter((one) => one.available).map((one) => one.purpose));
  if (!signing.purposes.every((purpose) => offered.has(purpose))) {
    throw new TellerlineError('purpose_unavailable', 422, 'One of the purposes is not offered yet.');
  }
  if (!disclosure.durations.some((duration) => duration.days === signing.durationDays)) {
    throw new TellerlineError('duration_invalid', 422, 'This length of time is not offered.');
  }
  const details = chosenDetails(disclosure, signing);
  const chatFields = chosenChatFields(signing);
  // A hash can be computed without the page; what was never shown was not agreed to.
  if (!attempt.shownAt)
    throw new TellerlineError('disclosure_not_shown', 409, 'The text has to be read before it is signed.');
  if (await isWithdrawn(parts.database, attempt.bankId)) throw bankWithdrawn();
  await countSigning(parts, attempt);
  const state = secretName(parts.random, 32);
  const standing = await standingCode(parts, attempt);
  const { continueTo, pending } = await parts.banks.beginAuthorization(attempt.bankId, {
    state,
    ...(standing !== undefined && { standing }),
    purposes: signing.purposes,
    durationDays: signing.durationDays,
    lookbackDays: limits.lookbackDaysMax,
    chat: attempt.chat ?? 'Tellerline',
    locale: disclosure.locale,
  });
  const { purposes, durationDays, signature } = signing;
  const signedAt = new Date(parts.clock.nowMs()).toISOString();
  await keepAtBank(parts, attempt, state, {
    pending,
    signed: {
      disclosure,
      purposes,
      durationDays,
      signature,
      signedAt,
      shownAt: attempt.shownAt.toISOString(),
      ...(details && { details }),
      ...(chatFields && { chatFields }),
    },
  });
  return continueTo;
}

/** The code by which a shop that is connected already knows its customer: it stays when the consent is renewed. */
async function standingCode(parts: LinkingParts, attempt: Attempt): Promise<string | undefined> {
  if (!isShopId(attempt.bankId)) return undefined;
  const link = (await linksOf(parts.database, attempt.customerId)).find((one) => one.bankId === attempt.bankId);
  return link && shopCode(parts, link.linkId);
}

/** What staff may see, where talking to them was switched on. @throws TellerlineError `chat_field_unavailable` */
function chosenChatFields({ purposes, chatFields = [] }: Signing): readonly ChatField[] | undefined {
  const chosen = chatFieldsWithin(chatFields, purposes);
  if (!chatFields.every((field) => chosen.includes(field)))
    throw new TellerlineError(
      'chat_field_unavailable',
      422,
      'Staff may see only what is shared: switch its purpose on as well.',
    );
  return purposes.includes('customer-chat') ? chosen : undefined;
}

/** Each purpose that was switched on with its level, where a messenger asked: what nobody chose is a pointer. */
function chosenDetails({ levels }: Disclosure, { purposes, details = {} }: Signing): Details | undefined {
  if (!levels) return undefined;
  const chosen = purposes.map((purpose) => [purpose, details[purpose] ?? 'pointer'] as const);
  const offered = (purpose: Purpose, detail: Detail): boolean =>
    levels.choices.some((one) => one.purpose === purpose && one.examples.some((each) => each.detail === detail));
  if (chosen.every(([purpose, detail]) => offered(purpose, detail))) return Object.fromEntries(chosen);
  throw new TellerlineError('detail_unavailable', 422, 'One of the levels of detail is not offered.');
}

/** Each signing asks the bank for a login; a handful is a person, more is a flood. */
async function countSigning(parts: LinkingParts, attempt: Attempt): Promise<void> {
  const counted = await parts.database.execute(sql`update link_attempts set signings = signings + 1
    where attempt_id = ${attempt.attemptId} and signings < ${limits.signingsPerAttemptMax}`);
  if (counted === 0) throw tooOften('This page was signed very often.');
}

async function keepAtBank(parts: LinkingParts, attempt: Attempt, state: string, atBank: AtBank): Promise<void> {
  const sealer = await parts.vault.customerSealer(parts.database, attempt.customerId, 'conversation');
  const kept = await parts.database.execute(sql`
    update link_attempts set state = 'at-bank', state_index = ${parts.vault.index('link-state', state)},
      sealed = ${sealer.seal('link_attempts.state', attempt.attemptId, atBank)}
    where attempt_id = ${attempt.attemptId} and state in ('open', 'at-bank')`);
  if (kept === 0) throw attemptOver();
}

/** Opens what a claimed attempt kept. */
export async function openAtBank(parts: LinkingParts, attempt: Attempt): Promise<AtBank> {
  if (!attempt.sealed) throw attemptOver();
  const sealer = await parts.vault.customerSealer(parts.database, attempt.customerId, 'conversation');
  return sealer.open<AtBank>('link_attempts.state', attempt.attemptId, attempt.sealed).use((atBank) => atBank);
}
