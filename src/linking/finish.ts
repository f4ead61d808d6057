import { failPoint, invariant, isTellerlineError, newId, TellerlineError } from '#base';
import type { ConsentId, CustomerId, IdentityId, LinkId, MessageId } from '#base';
import { consentsOf, grantConsent, lockConsent, type Consent } from '#consent';
import {
  gistOfBalance,
  isCarrierId,
  isShopId,
  labelOf,
  type BalanceCard,
  type ConsentCard,
  type Purpose,
} from '#contract';
import { lockCustomer } from '#customers';
import { sql, type Transaction } from '#db';
import { taskActor, type ConsentDraft, type DeletionDraft, type LedgerDraft, type LinkSealer } from '#vault';
import { attemptOver, endAttempt, openAtBank, type AtBank, type Attempt } from './attempts.ts';
import type { BankAccount, BankGrant, BankSession, BankTokens } from './bank-api.ts';
import { awaitCode } from './confirming.ts';
import { beginFetches } from './fetches.ts';
import { setLevels } from './levels.ts';
import { copyAddress, grantIndex, lockLinkTo, purposesDropped, storeAccounts, type Link } from './links.ts';
import { noteLogin } from './logins.ts';
import { lookbackWindow, startLookback } from './lookback.ts';
import { asText, eraseGivenUp } from './narrow.ts';
import type { ConsentDocument, LinkingParts, SignedDisclosure } from './parts.ts';
import { sayConsent, whoIsTold, type Told } from './say.ts';
import { grantOf, keepForRevocation, stopLink } from './stop.ts';
import { requireNotWithdrawn } from './withdrawal.ts';
import { carrierWords, shopCodeWords } from './words.ts';

/**
 * Finishes a claimed attempt to link: redeems the code, reads the accounts and stores the link with its
 * consent. Answers the new link, or undefined when the customer said no there.
 *
 * @throws TellerlineError those of BankApi
 */
export async function finishLinking(parts: LinkingParts, attempt: Attempt, returned: URL): Promise<LinkId | undefined> {
  const atBank = await openAtBank(parts, attempt);
  const grant = await redeem(parts, attempt, returned, atBank);
  if (!grant) return undefined;
  try {
    return await linkAccounts(parts, attempt, atBank.signed, grant);
  } catch (error) {
    await giveUp(parts, attempt, grant);
    throw error;
  }
}

/**
 * Takes the browser's return of a linking that another messenger's chat asked for: the code is redeemed, and what
 * the bank gave waits for the word of that chat. Nothing is fetched.
 *
 * @throws TellerlineError those of BankApi
 */
export async function holdLinking(parts: LinkingParts, attempt: Attempt, returned: URL): Promise<void> {
  const atBank = await openAtBank(parts, attempt);
  const grant = await redeem(parts, attempt, returned, atBank);
  if (!grant) return;
  try {
    await awaitCode(parts, attempt, atBank.signed, grant);
  } catch (error) {
    await giveUp(parts, attempt, grant);
    throw error;
  }
}

/** A grant that we could not take up is given back, so that the bank shows none that nobody uses. */
async function giveUp(parts: LinkingParts, attempt: Attempt, grant: BankGrant): Promise<void> {
  await parts.banks
    .revoke(sessionOf(attempt, grant).bank)
    .catch((failure: unknown) => parts.log.warn({ err: failure }, 'an unused grant could not be given back'));
}

/** The bank's session of a grant that no link stands on yet. */
function sessionOf(
  { bankId }: Pick<Attempt, 'bankId'>,
  grant: BankGrant,
): { readonly bank: BankSession; readonly tokens: () => BankTokens } {
  let tokens = grant.tokens;
  const bank: BankSession = {
    bank: bankId,
    grantId: grant.grantId,
    actor: 'USER',
    tokens: () => tokens,
    save: async (renewed) => {
      tokens = renewed;
    },
  };
  return { bank, tokens: () => tokens };
}

/**
 * Reads the accounts of a grant and stores the link with its consent.
 *
 * @throws TellerlineError those of BankApi; the grant is then still to be given back
 */
export async function linkAccounts(
  parts: LinkingParts,
  attempt: Attempt,
  signed: SignedDisclosure,
  grant: BankGrant,
): Promise<LinkId> {
  const { bank, tokens } = sessionOf(attempt, grant);
  const accounts = await parts.banks.accounts(bank);
  const linkId = await storeLink(parts, attempt, signed, { ...grant, tokens }, accounts);
  failPoint('link stored');
  await subscribe(parts, bank, linkId);
  return linkId;
}

async function redeem(
  parts: LinkingParts,
  attempt: Attempt,
  returned: URL,
  atBank: AtBank,
): Promise<BankGrant | undefined> {
  try {
    return await parts.banks.finishAuthorization(attempt.bankId, returned, atBank.pending);
  } catch (error) {
    if (!isTellerlineError(error, 'authorization_declined')) throw error;
    await endAttempt(parts.database, attempt.attemptId, 'declined');
    return undefined;
  }
}

/** Stores link, key, consent, accounts and look-back, and says so in the chat: all of it or nothing. */
async function storeLink(
  parts: LinkingParts,
  attempt: Attempt,
  signed: SignedDisclosure,
  grant: Grant,
  accounts: readonly BankAccount[],
): Promise<LinkId> {
  const { customerId, bankId } = attempt;
  return parts.database.transaction(async (tx) => {
    await requireNotWithdrawn(tx, bankId);
    const customer = await lockCustomer(tx, customerId);
    if (!customer) throw new TellerlineError('no_session', 401, 'This chat was deleted. Nothing was linked.');
    await requireStillAsked(tx, parts, attempt);
    const isVouched = await noteLogin(tx, parts, attempt, grant.subject);
    const existing = await renewable(tx, parts, await lockLinkTo(tx, customerId, bankId));
    const linkId = existing?.linkId ?? newId<LinkId>();
    if (existing) await giveUpGrant(tx, parts, existing, grant);
    else await parts.vault.createLinkKey(tx, { linkId, customerId, bankId });
    const sealers = await parts.vault.linkSealers(tx, [linkId]);
    const sealer = sealers.get(linkId);
    const told = await whoIsTold(tx, parts, customerId, bankId);
    invariant(sealer && told, 'a link that is being stored has its key and its customer');
    const before = (await consentsOf(tx, customerId, parts.clock.nowMs())).find((one) => one.linkId === linkId);
    const cardMessageId = newId<MessageId>();
    await writeLinkRow(tx, parts, attempt, sealer, { ...grant, cardMessageId });
    const { refs, gone, added } = await storeAccounts(tx, parts, { linkId, bankId }, sealer, accounts);
    const dropped = purposesDropped(before?.purposes ?? [], signed.purposes);
    const unseen = (before?.chatFields ?? []).filter((field) => !signed.chatFields?.includes(field));
    const narrowed = await eraseGivenUp(tx, parts, told.thread, linkId, { purposes: dropped, accounts: gone });
    const asBefore = added === 0 && !narrowed && before !== undefined && sameChoices(before, signed);
    const change = !before ? 'granted' : asBefore ? 'renewed' : 'amended';
    const consent = await writeConsent(tx, parts, attempt, signed, { linkId, accounts, change });
    const entered = { consent, change, accounts: refs.size, narrowed: narrowed?.erased } as const;
    await enterConsent(tx, parts, { ...attempt, linkId }, entered);
    if (before && (narrowed || unseen.length > 0)) {
      const givenUp = asText({ purposes: dropped, accounts: gone, chatFields: unseen });
      const of = { link: linkId, customer: customerId, consent: before.consentId, becomes: consent.consentId };
      parts.revocations.append([{ what: 'narrowed', ...of, ...givenUp }]);
    }
    if (consent.purposes.includes('transactions')) {
      await startLookback(tx, linkId, [...refs.values()], lookbackWindow(parts.clock.nowMs(), customer.timeZone));
    }
    if (parts.banks.news(bankId) !== 'push') await beginFetches(tx, { linkId, bankId }, new Date(parts.clock.nowMs()));
    await endAttempt(tx, attempt.attemptId, 'done');
    if (attempt.identityId && signed.details)
      await setLevels(tx, parts, told.thread, { identityId: attempt.identityId, signed: signed.details, isVouched });
    const listed = isShopId(bankId) ? [] : accounts;
    const saidOtherwiseAt = attempt.identityId ?? undefined;
    const shown = { linkId, cardMessageId, consent, accounts: listed, saidOtherwiseAt };
    await sayLinked(tx, parts, told, shown, narrowed?.sealers ?? sealers);
    const code = { linkId, code: grant.grantId, purposes: consent.purposes };
    if (isShopId(bankId)) await sayCode(tx, parts, told, code, narrowed?.sealers ?? sealers);
    return linkId;
  });
}

/** Whether a consent is for the same purposes, and lets staff see the same. */
function sameChoices(before: Consent, signed: SignedDisclosure): boolean {
  const [was, is] = [before.chatFields ?? [], signed.chatFields ?? []];
  return (
    before.purposes.length === signed.purposes.length &&
    was.length === is.length &&
    is.every((field) => was.includes(field))
  );
}

/**
 * Where another messenger's chat asked: that chat is still the customer's, and nobody has ended the linking while
 * the accounts were read. Locks the attempt.
 */
async function requireStillAsked(tx: Transaction, parts: LinkingParts, attempt: Attempt): Promise<void> {
  const { attemptId, customerId, identityId } = attempt;
  if (!identityId) return;
  const open = await tx.query(
    sql`select from link_attempts where attempt_id = ${attemptId} and state = 'storing' for update`,
  );
  if (open.length === 0 || !(await parts.delivery.isChatOf(tx, identityId, customerId))) throw attemptOver();
}

/** Enters that a consent was signed, and what a smaller one deleted. */
async function enterConsent(
  tx: Transaction,
  { vault }: LinkingParts,
  { customerId, linkId, bankId }: Pick<Link, 'customerId' | 'linkId' | 'bankId'>,
  signed: Pick<ConsentDraft, 'change' | 'accounts'> & {
    readonly consent: NewConsent;
    readonly narrowed: Pick<DeletionDraft, 'records' | 'messages'> | undefined;
  },
): Promise<void> {
  const { consent, change, accounts, narrowed } = signed;
  const of = { customerId, linkId, bankId, by: 'customer' } as const;
  const deleted: LedgerDraft[] = narrowed ? [{ ...of, type: 'deletion', what: 'narrowed', keys: 1, ...narrowed }] : [];
  await vault.ledger.enter(tx, [{ ...of, type: 'consent', change, accounts, ...grantOf(consent) }, ...deleted]);
}

/**
 * The link to renew, alone with its key: what is in flight under the older consent ends first. One that is
 * being stopped is ended, and so is one whose consent has run out, before any chore has come to it: what was
 * read under it is not carried over.
 */
async function renewable(tx: Transaction, parts: LinkingParts, link: Link | undefined): Promise<Link | undefined> {
  if (!link) return undefined;
  const inForce = await lockConsent(tx, link.linkId, parts.clock.nowMs());
  if (link.state === 'stopping' || !inForce) {
    await stopLink(tx, parts, link.linkId, link.state === 'stopping' ? 'customer' : 'expiry');
    return undefined;
  }
  await parts.vault.lockKeys(tx, [link.linkId]);
  return link;
}

interface Grant {
  readonly grantId: string;
  readonly subject?: string | undefined;
  readonly tokens: () => BankTokens;
}

/** Ends at the bank the grant that a link stood on, when the bank has given another one. */
async function giveUpGrant(tx: Transaction, parts: LinkingParts, link: Link, grant: Grant): Promise<void> {
  if (!grantIndex(parts, link.bankId, grant.grantId).equals(link.grantIndex))
    await keepForRevocation(tx, parts, link, null);
}

/** The balances that are shown at once are a use like any other (P7). */
async function enterFirstBalances(
  tx: Transaction,
  parts: LinkingParts,
  customerId: CustomerId,
  linkId: LinkId,
  records: number,
): Promise<void> {
  const actor = taskActor('greet', customerId);
  const use = {
    actor,
    purpose: 'balances',
    linkId,
    fields: ['balance'],
    reason: 'first-balances-shown',
    records,
  } as const;
  await parts.vault.gate.enterWithin(tx, [use]);
}

async function writeLinkRow(
  tx: Transaction,
  parts: LinkingParts,
  attempt: Attempt,
  sealer: LinkSealer,
  link: { readonly grantId: string; readonly tokens: () => BankTokens; readonly cardMessageId: MessageId },
): Promise<void> {
  const { linkId } = sealer;
  await tx.execute(sql`
    insert into links (link_id, customer_id, bank_id, state, grant_index, sealed_tokens, sealed_grant, card_message_id, created_at)
    values (${linkId}, ${attempt.customerId}, ${attempt.bankId}, 'linked',
      ${grantIndex(parts, attempt.bankId, link.grantId)},
      ${sealer.sealState('links.tokens', linkId, link.tokens())},
      ${sealer.sealState('links.grant', linkId, link.grantId)}, ${link.cardMessageId}, ${new Date(parts.clock.nowMs())})
    on conflict (link_id) do update set state = 'linked', grant_index = excluded.grant_index,
      sealed_tokens = excluded.sealed_tokens, sealed_grant = excluded.sealed_grant,
      card_message_id = excluded.card_message_id, subscribed = false`);
}

async function writeConsent(
  tx: Transaction,
  parts: LinkingParts,
  { customerId, bankId }: Attempt,
  signed: SignedDisclosure,
  {
    linkId,
    accounts,
    change,
  }: { linkId: LinkId; accounts: readonly BankAccount[]; change: 'granted' | 'amended' | 'renewed' },
): Promise<NewConsent> {
  const grantedAt = new Date(parts.clock.nowMs());
  const chatFields = signed.chatFields ?? [];
  const expiresAt = new Date(grantedAt.getTime() + signed.durationDays * 86_400_000);
  const consent = { consentId: newId<ConsentId>(), purposes: signed.purposes, chatFields, grantedAt, expiresAt };
  const document: ConsentDocument = {
    ...signed,
    // What stands as the account of a shop is its customer's code.
    accounts: isShopId(bankId) ? [] : accounts.map(labelOf),
    grantedAt: grantedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
  const ledger = await parts.vault.customerSealer(tx, customerId, 'ledger');
  const sealedDocument = ledger.seal('consents.document', consent.consentId, document);
  await grantConsent(tx, { ...consent, linkId, customerId, bankId, sealedDocument }, change);
  return consent;
}

type NewConsent = Pick<Consent, 'consentId' | 'purposes' | 'chatFields' | 'grantedAt' | 'expiresAt'>;

/** Says in the chat that the bank is linked, and what its accounts hold. */
async function sayLinked(
  tx: Transaction,
  parts: LinkingParts,
  told: Told,
  link: {
    readonly linkId: LinkId;
    readonly cardMessageId: MessageId;
    readonly consent: NewConsent;
    readonly accounts: readonly BankAccount[];
    /** The chat that asked: it is told in its answer to the code. */
    readonly saidOtherwiseAt: IdentityId | undefined;
  },
  sealers: ReadonlyMap<LinkId, LinkSealer>,
): Promise<void> {
  const { linkId, consent, accounts, cardMessageId, saidOtherwiseAt } = link;
  const { face, thread, customer } = told;
  const card: ConsentCard = {
    card: 'consent',
    bank: face.id,
    state: 'granted',
    purposes: [...consent.purposes],
    accounts: accounts.map(labelOf),
    grantedAt: consent.grantedAt.toISOString(),
    expiresAt: consent.expiresAt.toISOString(),
    copy: copyAddress(consent.consentId),
    ...(consent.purposes.includes('transactions') && { reading: { done: false, transactions: 0 } }),
  };
  const signed = { entry: 'message', messageId: cardMessageId, card, linkId, saidOtherwiseAt } as const;
  await sayConsent(tx, parts, told, signed, sealers);
  const held = accounts.flatMap((account) =>
    account.balance ? [{ ...labelOf(account), balance: account.balance }] : [],
  );
  if (!consent.purposes.includes('balances') || held.length === 0) return;
  const balances: BalanceCard = { card: 'balance', bank: face.id, accounts: held };
  const said = {
    content: { kind: 'card', card: balances, text: gistOfBalance(balances, face.name, customer.locale) },
  } as const;
  const body = { from: 'link', linkId, purpose: 'balances', said } as const;
  const messageId = newId<MessageId>();
  await parts.delivery.write(
    tx,
    [
      {
        ...thread,
        entry: 'message',
        messageId,
        author: 'bank',
        atMs: parts.clock.nowMs(),
        body,
        ...(saidOtherwiseAt && { saidOtherwiseAt }),
      },
    ],
    sealers,
  );
  await enterFirstBalances(tx, parts, customer.customerId, linkId, held.length);
}

/** Tells the customer the code by which a shop knows them, and what it is for. */
async function sayCode(
  tx: Transaction,
  parts: LinkingParts,
  { face, thread, customer }: Told,
  { linkId, code, purposes }: { readonly linkId: LinkId; readonly code: string; readonly purposes: readonly Purpose[] },
  sealers: ReadonlyMap<LinkId, LinkSealer>,
): Promise<void> {
  const { locale } = customer;
  const text = isCarrierId(face.id) ? carrierWords(face, locale) : shopCodeWords(face, code, locale);
  const said = { content: { kind: 'text', text } } as const;
  // It is shown as much as what it is for: where the chosen level allows a receipt, the code stands in that chat.
  const purpose = purposes.includes('receipts') ? 'receipts' : 'shipping';
  const body = { from: 'link', linkId, purpose, said } as const;
  const message = { entry: 'message', messageId: newId<MessageId>(), author: 'tellerline' } as const;
  await parts.delivery.write(tx, [{ ...thread, ...message, atMs: parts.clock.nowMs(), body }], sealers);
}

/** Asks the bank to push to us. A bank that cannot be asked now is asked again by a chore. */
export async function subscribe(parts: LinkingParts, bank: BankSession, linkId: LinkId): Promise<void> {
  try {
    await parts.banks.subscribe(bank);
    await parts.database.execute(
      sql`update links set subscribed = true where link_id = ${linkId} and state = 'linked'`,
    );
  } catch (error) {
    parts.log.warn({ err: error, bank: bank.bank }, 'the subscription was not made yet');
  }
}
