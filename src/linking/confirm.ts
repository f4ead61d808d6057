import { failPoint, limits, TellerlineError } from '#base';
import type { AttemptId, BankId, CustomerId, IdentityId, LinkId } from '#base';
import { consentsOf } from '#consent';
import { isShopId, type Locale } from '#contract';
import { findCustomer, findIdentity, takeStrayCode, type StraySaying } from '#customers';
import { sql } from '#db';
import { attemptColumns, attemptOver, type Attempt, type AttemptState } from './attempts.ts';
import { codeWords, levelWords } from './chat-words.ts';
import { codeIndex, giveBack, openAwaiting, type EndedWhy } from './confirming.ts';
import { linkAccounts } from './finish.ts';
import { faceOf, type LinkingParts } from './parts.ts';
import { alone } from './storing.ts';

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

/** Words that may be a code, and where they were said. */
export interface SayingCode {
  readonly text: string;
  /** The same at every telling of the same words: told again they are answered as before, and change nothing more. */
  readonly key: string;
}

/**
 * Takes what is said in a chat for a linking's code, if it can be one. In the chat that asked, the right code
 * stores the link. A code of another chat ends that one's linking and raises an alarm, as it got out: somebody
 * passed an address on, or a code. A chat is believed so few times an hour (`limits.strayCodesPerHourMax`), so that
 * nobody ends the linkings of others by guessing. Undefined when it is no code: then it is said like anything else.
 *
 * @throws TellerlineError `link_being_stored` 409: told twice at once; told again it is answered
 */
export async function confirmCode(
  parts: LinkingParts,
  identityId: IdentityId,
  saying: SayingCode,
): Promise<CodeAnswer | undefined> {
  const code = codeIn(saying.text);
  const identity = code === undefined ? undefined : await findIdentity(parts.database, identityId);
  if (code === undefined || !identity) return undefined;
  const { customerId } = identity;
  const locale = (await findCustomer(parts.database, customerId))?.locale ?? 'en';
  const index = codeIndex(parts, code);
  const said = saidIndex(parts, customerId, saying);
  const asked = await takeTry(parts, identityId, customerId, said);
  const meant = asked.find((one) => one.codeIndex?.equals(index));
  if (meant) return isLate(parts, meant) ? tooLate(parts, meant, said, locale) : store(parts, meant, said, locale);
  const before = await answeredBefore(parts, said, locale);
  if (before) return before;
  const who = { customerId, identityId, isOwnTry: asked.length > 0 };
  const foreign = await endForeign(parts, who, index, said);
  if (foreign) return { said: codeWords(locale, 'foreign', named(parts, foreign)) };
  return asked.length > 0 ? wrong(parts, asked, locale) : undefined;
}

/** The same for what is said in the web messenger, where no code belongs: only whether it is one of another chat. */
export async function confirmInBrowser(
  parts: LinkingParts,
  customerId: CustomerId,
  saying: SayingCode,
  locale: Locale,
): Promise<CodeAnswer | undefined> {
  const code = codeIn(saying.text);
  if (code === undefined) return undefined;
  const said = saidIndex(parts, customerId, saying);
  const before = await answeredBefore(parts, said, locale);
  if (before) return before;
  const foreign = await endForeign(parts, { customerId, isOwnTry: false }, codeIndex(parts, code), said);
  return foreign && { said: codeWords(locale, 'foreign', named(parts, foreign)) };
}

const saidIndex = ({ vault }: LinkingParts, customerId: CustomerId, { key }: SayingCode): Buffer =>
  vault.index('link-code said', `${customerId}|${key}`);

interface Asked {
  readonly attemptId: AttemptId;
  readonly customerId: CustomerId;
  readonly bankId: BankId;
  readonly codeIndex: Buffer | null;
  readonly tries: number;
  readonly confirmBy: Date;
}

/** Counts before it is compared: a hundred codes at once are a hundred tries. The same words again are none more. */
async function takeTry(
  parts: LinkingParts,
  identityId: IdentityId,
  customerId: CustomerId,
  said: Buffer,
): Promise<Asked[]> {
  return parts.database.query<Asked>(sql`
    update link_attempts set said_index = ${said},
      code_tries = code_tries + case when said_index = ${said} then 0 else 1 end
    where identity_id = ${identityId} and customer_id = ${customerId} and state = 'confirming'
      and (code_tries < ${limits.linkCodeTriesMax} or said_index = ${said})
    returning attempt_id as "attemptId", customer_id as "customerId", bank_id as "bankId", code_index as "codeIndex",
      code_tries as tries, confirm_by as "confirmBy"`);
}

/** What the same words were answered when they were told before, as far as they had come; undefined: they were not. */
async function answeredBefore(parts: LinkingParts, said: Buffer, locale: Locale): Promise<CodeAnswer | undefined> {
  const [attempt] = await parts.database.query<Attempt & { readonly why: EndedWhy | null }>({
    text: `select ${attemptColumns}, ended_why as why from link_attempts
      where said_index = $1 and state in ('done', 'storing', 'failed')
      order by array_position(array['done', 'storing', 'failed'], state) limit 1`,
    values: [said],
  });
  if (!attempt) return undefined;
  // Whoever began to store it may have ended in the middle.
  if (attempt.state === 'storing') return storeAlone(parts, attempt.attemptId, said, locale);
  if (attempt.state === 'done') return linked(parts, attempt, locale);
  const of = named(parts, attempt);
  switch (attempt.why) {
    case 'foreign-chat':
      return { said: codeWords(locale, 'foreign', of) };
    case 'wrong-code':
      return { said: codeWords(locale, 'wrong', { ...of, left: 0 }) };
    default:
      return { said: codeWords(locale, attempt.why === 'failed' ? 'failed' : 'late', of) };
  }
}

const isLate = ({ clock }: LinkingParts, { confirmBy }: Asked): boolean => confirmBy.getTime() <= clock.nowMs();

/** Ends it, unless another telling of the same words had begun to store it in time. */
async function tooLate(parts: LinkingParts, meant: Asked, said: Buffer, locale: Locale): Promise<CodeAnswer> {
  const answer = await end(parts, meant, 'late', locale);
  return (await answeredBefore(parts, said, locale)) ?? answer;
}

async function wrong(parts: LinkingParts, asked: readonly Asked[], locale: Locale): Promise<CodeAnswer> {
  const of = named(parts, asked[0]);
  const left = limits.linkCodeTriesMax - Math.min(...asked.map((one) => one.tries));
  for (const one of asked) if (one.tries >= limits.linkCodeTriesMax) await end(parts, one, 'wrong-code', locale);
  return { said: codeWords(locale, 'wrong', { ...of, left }) };
}

async function end(
  parts: LinkingParts,
  asked: Pick<Asked, 'attemptId' | 'bankId'>,
  why: EndedWhy,
  locale: Locale,
  from?: readonly AttemptState[],
): Promise<CodeAnswer> {
  await parts.database.transaction((tx) => giveBack(tx, parts, asked.attemptId, why, from));
  return { said: codeWords(locale, why === 'failed' ? 'failed' : 'late', named(parts, asked)) };
}

/**
 * Ends the linkings of other chats that await this code, if whoever says it is still believed; answers one of them.
 */
async function endForeign(
  parts: LinkingParts,
  who: Omit<StraySaying, 'said'>,
  index: Buffer,
  said: Buffer,
): Promise<{ readonly bankId: BankId } | undefined> {
  const { database, clock, log } = parts;
  const stray = await takeStrayCode(database, { ...who, said }, clock.nowMs());
  if (stray.isFirstOver)
    log.error({ alarm: 'link_codes_guessed' }, 'codes that nobody awaits there come from one chat or customer');
  if (!stray.mayTry) return undefined;
  const others = await database.query<{ attemptId: AttemptId; bankId: BankId }>(sql`
    select attempt_id as "attemptId", bank_id as "bankId" from link_attempts
    where code_index = ${index} and state = 'confirming' and confirm_by > ${new Date(clock.nowMs())}
      and identity_id is distinct from ${who.identityId ?? null}::uuid`);
  for (const { attemptId, bankId } of others) {
    await database.transaction(async (tx) => {
      if (!(await giveBack(tx, parts, attemptId, 'foreign-chat'))) return;
      await tx.execute(sql`update link_attempts set said_index = ${said} where attempt_id = ${attemptId}`);
    });
    const told = { bank: bankId, alarm: 'link_code_foreign' };
    log.error(told, 'the code of one chat was said in another: somebody passed a linking address on');
  }
  return others[0];
}

/** Stores the link of a code that was said where it belongs. What fails is given back, and said so. */
async function store(parts: LinkingParts, { attemptId }: Asked, said: Buffer, locale: Locale): Promise<CodeAnswer> {
  return storeAlone(parts, attemptId, said, locale, async () => {
    await parts.database.execute(sql`
      update link_attempts set state = 'storing', code_index = null
      where attempt_id = ${attemptId} and state = 'confirming'`);
    failPoint('code taken');
  });
}

/**
 * Stores a link as the only one that does. Another telling of the same words that is storing it just now is waited
 * for: this one is to be told again.
 *
 * @throws TellerlineError `link_being_stored`
 */
async function storeAlone(
  parts: LinkingParts,
  attemptId: AttemptId,
  said: Buffer,
  locale: Locale,
  take: () => Promise<void> = async () => undefined,
): Promise<CodeAnswer> {
  const answer = await alone(parts, attemptId, async () => {
    await take();
    const [attempt] = await parts.database.query<Attempt>({
      text: `select ${attemptColumns} from link_attempts where attempt_id = $1`,
      values: [attemptId],
    });
    if (attempt?.state === 'storing') return storeAwaiting(parts, attempt, locale);
    // Whoever was first has ended: stored or not.
    const before = attempt && (await answeredBefore(parts, said, locale));
    return before ?? { said: codeWords(locale, 'late', named(parts, attempt)) };
  });
  if (answer) return answer;
  throw new TellerlineError('link_being_stored', 409, 'This link is being stored just now. Try again in a moment.');
}

async function storeAwaiting(parts: LinkingParts, attempt: Attempt, locale: Locale): Promise<CodeAnswer> {
  const { database, delivery, log } = parts;
  const { attemptId, bankId, identityId, customerId } = attempt;
  if (!attempt.sealed) return { said: codeWords(locale, 'late', named(parts, attempt)) };
  try {
    const { signed, grant } = await openAwaiting(database, parts, attempt, attempt.sealed);
    if (!identityId || !(await delivery.isChatOf(database, identityId, customerId))) throw attemptOver();
    const linkId = await linkAccounts(parts, attempt, signed, grant);
    return { ...(await linked(parts, attempt, locale)), linkId };
  } catch (error) {
    const [now] = await database.query<{ state: string }>(
      sql`select state from link_attempts where attempt_id = ${attemptId}`,
    );
    // What failed came after the link was stored, or the answer to COMMIT was lost.
    if (now?.state === 'done') return linked(parts, attempt, locale);
    log.warn({ err: error, bank: bankId }, 'a confirmed linking could not be stored, and is given back');
    return end(parts, attempt, 'failed', locale, ['storing']);
  }
}

/** What was linked, and how much of it is told in this chat: said in full there, as no bank told it. */
async function linked(parts: LinkingParts, attempt: Attempt, locale: Locale): Promise<CodeAnswer> {
  const { database, delivery, clock } = parts;
  const { identityId, customerId, bankId } = attempt;
  const said = codeWords(locale, 'linked', named(parts, attempt));
  const thread = (await delivery.threadsOf(database, [customerId])).get(customerId);
  const there = thread && (await delivery.destinations(database, thread)).find((one) => one.identityId === identityId);
  const consents = await consentsOf(database, customerId, clock.nowMs());
  const shared = consents.find((one) => one.bankId === bankId && one.state === 'granted')?.purposes ?? [];
  if (!there || shared.length === 0) return { said };
  return { said: `${said} ${levelWords(locale, shared, (purpose) => there.details[purpose] ?? there.detail)}` };
}

/** What a linking was to be with, as words name it. */
function named(
  parts: LinkingParts,
  asked: { readonly bankId: BankId } | undefined,
): { readonly bank: string; readonly shop: boolean } {
  return asked ? { bank: faceOf(parts, asked.bankId).name, shop: isShopId(asked.bankId) } : { bank: '', shop: false };
}
