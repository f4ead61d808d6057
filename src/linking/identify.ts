import type { AttemptId, BankId, CustomerId, LinkId } from '#base';
import { secretName, TellerlineError } from '#base';
import type { LooseningAct, LooseningActName } from '#contract';
import { enterProof, findCustomer, markProven, type Session } from '#customers';
import { claimReturn, countAttempts, endAttempt, writeAttemptAtBank, type Attempt } from './attempts.ts';
import type { PendingAuthorization } from './bank-api.ts';
import { customersOfSubject, vouchingBanks } from './logins.ts';
import type { LinkingParts } from './parts.ts';
import { finishLinking, holdLinking } from './finish.ts';

/** What a login at a bank that grants nothing is for. */
export type Identification =
  /** `back`: where the browser goes on afterwards; the chat when it is not said. */
  | { readonly intent: 'sign-in'; readonly back?: 'view' | undefined }
  | { readonly intent: 'proof'; readonly act: LooseningAct };

/** What a browser's return from a bank came to. */
export type Returned =
  /** `linkId` is undefined when the customer said no there. */
  | { readonly intent: 'link'; readonly linkId: LinkId | undefined }
  /** The code is to be said in the chat that asked; or the customer said no there. */
  | { readonly intent: 'link-from-chat'; readonly attemptId: AttemptId }
  /** Who signed in. */
  | { readonly intent: 'sign-in'; readonly customerId: CustomerId; readonly back: 'view' | undefined }
  /** The act may be done now, once. */
  | { readonly intent: 'proof'; readonly act: LooseningActName };

/** What an attempt at identification keeps sealed. */
interface Identifying {
  readonly pending: PendingAuthorization;
  readonly act: LooseningAct | undefined;
  readonly back?: 'view' | undefined;
}

/**
 * Begins a login at a bank that only says who it is. Answers where the bank's login is.
 *
 * @throws TellerlineError `bank_unknown`, `link_attempts_too_many`, `bank_login_unknown` (this bank's login
 *   proves nothing for this customer), and those of BankApi
 */
export async function beginIdentifying(
  parts: LinkingParts,
  session: Session,
  bank: string,
  what: Identification,
): Promise<URL> {
  const face = parts.banks.faces().find((one) => one.id === bank);
  if (!face || face.kind === 'shop')
    throw new TellerlineError('bank_unknown', 404, 'This bank is not in the directory.');
  const bankId = bank as BankId;
  const { customerId } = session;
  if (what.intent === 'proof' && !(await vouchingBanks(parts.database, customerId)).includes(bankId)) {
    throw new TellerlineError('bank_login_unknown', 409, 'The login at this bank cannot prove that it is you.');
  }
  await countAttempts(parts.database, parts, customerId);
  const customer = await findCustomer(parts.database, customerId);
  const state = secretName(parts.random, 32);
  const request = { state, locale: customer?.locale ?? 'en' };
  const { continueTo, pending } = await parts.banks.beginIdentification(bankId, request);
  const kept: Identifying =
    what.intent === 'proof' ? { pending, act: what.act } : { pending, act: undefined, back: what.back };
  await writeAttemptAtBank(parts, session, { bankId, intent: what.intent, state, kept });
  return continueTo;
}

/** Takes a browser's return from a bank, whatever it went there for. @throws TellerlineError as `finishLinking`, `bank_login_foreign` */
export async function takeReturn(parts: LinkingParts, session: Session, returned: URL): Promise<Returned> {
  const attempt = await claimReturn(parts, session, returned.searchParams.get('state') ?? '');
  const { intent } = attempt;
  if (attempt.identityId) {
    await holdLinking(parts, attempt, returned);
    return { intent: 'link-from-chat', attemptId: attempt.attemptId };
  }
  if (intent === 'link') return { intent, linkId: await finishLinking(parts, attempt, returned) };
  const { pending, act, back } = await openIdentifying(parts, attempt);
  const subject = await parts.banks.finishIdentification(attempt.bankId, returned, pending);
  const known = await customersOfSubject(parts.database, parts, attempt.bankId, subject);
  await endAttempt(parts.database, attempt.attemptId, 'done');
  if (intent === 'sign-in') {
    const [customerId] = known;
    if (customerId) return { intent, customerId, back };
    throw foreign('Nobody with this login is linked here. Nothing was changed.');
  }
  if (!act || !known.includes(attempt.customerId)) {
    throw foreign('That login belongs to somebody else than the link. Nothing was changed.');
  }
  await parts.database.transaction(async (tx) => {
    await enterProof(tx, session, act, 'bank', parts.clock.nowMs());
    await markProven(tx, session, parts.clock.nowMs());
  });
  return { intent, act: act.act };
}

async function openIdentifying(parts: LinkingParts, attempt: Attempt): Promise<Identifying> {
  if (!attempt.sealed) throw foreign('This login is over. Nothing was changed.');
  const sealer = await parts.vault.customerSealer(parts.database, attempt.customerId, 'conversation');
  return sealer.open<Identifying>('link_attempts.state', attempt.attemptId, attempt.sealed).use((kept) => kept);
}

function foreign(sentence: string): TellerlineError {
  return new TellerlineError('bank_login_foreign', 403, sentence);
}
