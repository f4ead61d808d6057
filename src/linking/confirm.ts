import { limits, type AttemptId, type BankId, type CustomerId, type IdentityId, type LinkId } from '#base';
import type { Locale } from '#contract';
import { findCustomer, findIdentity } from '#customers';
import { sql } from '#db';
import { attemptColumns, attemptOver, type Attempt } from './attempts.ts';
import { codeWords } from './chat-words.ts';
import { codeIndex, giveBack, openAwaiting, type EndedWhy } from './confirming.ts';
import { linkAccounts } from './finish.ts';
import { faceOf, type LinkingParts } from './parts.ts';

/** What is answered to a code, in the chat in which it was said. */
export interface CodeAnswer {
  readonly said: string;
  /** The link that it confirmed. */
  readonly linkId?: LinkId;
}

/** Six digits, and nothing else but the gaps that people put between them. */
function codeIn(text: string): string | undefined {
  const digits = text.trim().replaceAll(/[\s-]/g, '');
  return text.length <= 20 && /^\d{6}$/.test(digits) ? digits : undefined;
}

/**
 * Takes what is said in a chat for a linking's code, if it can be one. In the chat that asked, the right code
 * stores the link; a code of another chat ends that one's linking and raises an alarm, as somebody passed an
 * address on. Undefined when it is no code: then it is said like anything else.
 */
export async function confirmCode(
  parts: LinkingParts,
  identityId: IdentityId,
  text: string,
): Promise<CodeAnswer | undefined> {
  const code = codeIn(text);
  const identity = code === undefined ? undefined : await findIdentity(parts.database, identityId);
  if (code === undefined || !identity) return undefined;
  const { customerId } = identity;
  const locale = (await findCustomer(parts.database, customerId))?.locale ?? 'en';
  const index = codeIndex(parts, code);
  const asked = await takeTry(parts, identityId, customerId);
  const meant = asked.find((one) => one.codeIndex?.equals(index));
  if (meant) return isLate(parts, meant) ? end(parts, meant, 'late', locale) : store(parts, meant, locale);
  if (await endForeign(parts, identityId, index)) return { said: codeWords(locale, 'foreign') };
  return asked.length > 0 ? wrong(parts, asked, locale) : undefined;
}

/** The same for what is said in the web messenger, where no code belongs: only whether it is one of another chat. */
export async function confirmInBrowser(
  parts: LinkingParts,
  text: string,
  locale: Locale,
): Promise<CodeAnswer | undefined> {
  const code = codeIn(text);
  if (code === undefined || !(await endForeign(parts, undefined, codeIndex(parts, code)))) return undefined;
  return { said: codeWords(locale, 'foreign') };
}

interface Asked {
  readonly attemptId: AttemptId;
  readonly customerId: CustomerId;
  readonly bankId: BankId;
  readonly codeIndex: Buffer | null;
  readonly tries: number;
  readonly confirmBy: Date;
}

/** Counts before it is compared: a hundred codes at once are a hundred tries. */
async function takeTry(parts: LinkingParts, identityId: IdentityId, customerId: CustomerId): Promise<Asked[]> {
  return parts.database.query<Asked>(sql`
    update link_attempts set code_tries = code_tries + 1
    where identity_id = ${identityId} and customer_id = ${customerId} and state = 'confirming'
      and code_tries < ${limits.linkCodeTriesMax}
    returning attempt_id as "attemptId", customer_id as "customerId", bank_id as "bankId", code_index as "codeIndex",
      code_tries as tries, confirm_by as "confirmBy"`);
}

const isLate = ({ clock }: LinkingParts, { confirmBy }: Asked): boolean => confirmBy.getTime() <= clock.nowMs();

async function wrong(parts: LinkingParts, asked: readonly Asked[], locale: Locale): Promise<CodeAnswer> {
  const bank = bankOf(parts, asked[0]);
  const left = limits.linkCodeTriesMax - Math.min(...asked.map((one) => one.tries));
  for (const one of asked) if (one.tries >= limits.linkCodeTriesMax) await end(parts, one, 'wrong-code', locale);
  return { said: codeWords(locale, 'wrong', { bank, left }) };
}

async function end(
  parts: LinkingParts,
  asked: Pick<Asked, 'attemptId' | 'bankId'>,
  why: EndedWhy,
  locale: Locale,
): Promise<CodeAnswer> {
  await parts.database.transaction((tx) => giveBack(tx, parts, asked.attemptId, why));
  return { said: codeWords(locale, why === 'failed' ? 'failed' : 'late', { bank: bankOf(parts, asked) }) };
}

/** Ends the linkings of other chats that await this code. */
async function endForeign(parts: LinkingParts, identityId: IdentityId | undefined, index: Buffer): Promise<boolean> {
  const others = await parts.database.query<{ attemptId: AttemptId; bankId: BankId }>(sql`
    select attempt_id as "attemptId", bank_id as "bankId" from link_attempts
    where code_index = ${index} and state = 'confirming' and confirm_by > ${new Date(parts.clock.nowMs())}
      and identity_id is distinct from ${identityId ?? null}::uuid`);
  for (const { attemptId, bankId } of others) {
    await parts.database.transaction((tx) => giveBack(tx, parts, attemptId, 'foreign-chat'));
    const told = { bank: bankId, alarm: 'link_code_foreign' };
    parts.log.error(told, 'the code of one chat was said in another: somebody passed a linking address on');
  }
  return others.length > 0;
}

/** Stores the link of a code that was said where it belongs. What fails is given back, and said so. */
async function store(parts: LinkingParts, { attemptId, bankId }: Asked, locale: Locale): Promise<CodeAnswer> {
  // Only one process, and one message, gets to store it.
  const [attempt] = await parts.database.query<Attempt>({
    text: `update link_attempts set state = 'storing', code_index = null
      where attempt_id = $1 and state = 'confirming' returning ${attemptColumns}`,
    values: [attemptId],
  });
  if (!attempt?.sealed) return { said: codeWords(locale, 'late', { bank: bankOf(parts, { bankId }) }) };
  try {
    const { signed, grant } = await openAwaiting(parts.database, parts, attempt, attempt.sealed);
    if (!attempt.identityId || !(await parts.delivery.isChatOf(parts.database, attempt.identityId, attempt.customerId)))
      throw attemptOver();
    const linkId = await linkAccounts(parts, attempt, signed, grant);
    return { said: codeWords(locale, 'linked', { bank: bankOf(parts, attempt) }), linkId };
  } catch (error) {
    parts.log.warn({ err: error, bank: bankId }, 'a confirmed linking could not be stored, and is given back');
    return end(parts, attempt, 'failed', locale);
  }
}

function bankOf(parts: LinkingParts, asked: { readonly bankId: BankId } | undefined): string {
  return asked ? faceOf(parts, asked.bankId).name : '';
}
