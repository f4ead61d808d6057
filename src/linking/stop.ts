import { randomUUID } from 'node:crypto';
import { newId, type BankId, type ConsentId, type CustomerId, type LinkId, type MessageId } from '#base';
import { endConsent, removeConsents, type CausedBy, type Consent } from '#consent';
import type { ConsentCard, DeletionReceipt } from '#contract';
import { lockCustomer, removeCustomer } from '#customers';
import { sql, type Transaction } from '#db';
import type { ConsentDraft, Erased, LedgerDraft } from '#vault';
import type { BankTokens } from './bank-api.ts';
import { giveBackOf } from './confirming.ts';
import { keepCalls } from './ending-calls.ts';
import { forgetFetches } from './fetches.ts';
import { copyAddress, lockLink, lockLinksOf, receiptAddress, type Link } from './links.ts';
import type { LinkingParts } from './parts.ts';
import { sayConsent, whoIsTold, type Told } from './say.ts';
import { wayBack } from './words.ts';

/** What a stop erased. */
interface Stopped {
  /** Id of the signed receipt. */
  readonly receipt: string | undefined;
  readonly bank: string;
  readonly keys: number;
  readonly records: number;
  readonly messages: number;
  /** What tells the bank could not be opened: it is not told. */
  readonly bankUntold?: true;
}

/**
 * Ends a link, in the transaction given: the consent ends, the epoch moves on, the key is destroyed,
 * records, accounts and messages go, the bank's tokens are resealed for the one call that tells the
 * bank. From COMMIT on nothing of the link can be read (promise P5). A bank that holds its own key and does not
 * release it cannot keep its customers here: the link ends all the same, and everybody is told that the bank
 * was not. Undefined when it had ended before.
 */
export async function stopLink(
  tx: Transaction,
  parts: LinkingParts,
  linkId: LinkId,
  by: CausedBy,
): Promise<Stopped | undefined> {
  const link = await lockLink(tx, linkId);
  if (!link) return undefined;
  // Alone with the link's key from here on: nothing is read or stored under it beside this.
  await parts.vault.lockKeys(tx, [linkId]);
  const messageId = newId<MessageId>();
  const isUntold = by !== 'bank' && (await keepForRevocation(tx, parts, link, messageId)) === 'untold';
  const consent = await endConsent(tx, linkId, by, parts.clock.nowMs());
  const told = await whoIsTold(tx, parts, link.customerId, link.bankId);
  const erased = await parts.vault.eraseLink(tx, linkId);
  const accounts = await tx.execute(sql`delete from accounts where link_id = ${linkId}`);
  await tx.execute(sql`delete from lookbacks where link_id = ${linkId}`);
  await forgetFetches(tx, [linkId]);
  for (const one of parts.dependents) await one.forget(tx, [linkId], by);
  await tx.execute(sql`update links set state = 'stopped', sealed_tokens = null, sealed_grant = null,
    ended_at = ${new Date(parts.clock.nowMs())} where link_id = ${linkId}`);
  const messages = told ? await parts.delivery.removeOfLink(tx, told.thread, linkId, parts.clock.nowMs()) : 0;
  const receipt = await enterStop(tx, parts, link, { consent, accounts, by, ...erased, messages, isUntold });
  const consentId = consent?.consentId;
  const bankUntold = isUntold && ({ bankUntold: true } as const);
  if (told)
    await sayStopped(tx, parts, told, messageId, {
      by,
      recordsErased: erased.records,
      consentId,
      receipt,
      ...bankUntold,
    });
  // Last, so that little is left that can undo it.
  parts.revocations.append([{ what: 'link', link: linkId, by }]);
  return { bank: link.bankId, ...erased, messages, receipt, ...bankUntold };
}

/** Enters the end of the consent, unless it had ended before, and what was deleted; answers the receipt's id. */
async function enterStop(
  tx: Transaction,
  { vault }: LinkingParts,
  { customerId, linkId, bankId }: Link,
  stopped: Erased & {
    consent: Consent | undefined;
    accounts: number;
    by: CausedBy;
    messages: number;
    isUntold: boolean;
  },
): Promise<string | undefined> {
  const { consent, accounts, by, keys, records, messages, isUntold } = stopped;
  const of = { customerId, linkId, bankId, by };
  const change = by === 'expiry' ? 'expired' : 'revoked';
  const ended: LedgerDraft[] = consent ? [{ ...of, type: 'consent', change, accounts, ...grantOf(consent) }] : [];
  const entered = await vault.ledger.enter(tx, [
    ...ended,
    ...(isUntold ? [{ ...of, type: 'untold' } as const] : []),
    { ...of, type: 'deletion', what: 'link', keys, records, messages },
  ]);
  return entered.at(-1)?.receipt;
}

/** What a consent says, as it is entered. */
export function grantOf(
  consent: Pick<Consent, 'consentId' | 'purposes' | 'chatFields' | 'expiresAt'>,
): Pick<ConsentDraft, 'consentId' | 'purposes' | 'chatFields' | 'until'> {
  const { consentId, purposes, chatFields = [], expiresAt } = consent;
  return { consentId, purposes, until: expiresAt, ...(purposes.includes('customer-chat') && { chatFields }) };
}

/**
 * Reseals what is needed to end a grant at the bank, under a key that serves that one call. `untold` when the
 * bank's own key service keeps it from being opened.
 */
export async function keepForRevocation(
  tx: Transaction,
  parts: LinkingParts,
  link: Link,
  messageId: MessageId | null,
): Promise<'kept' | 'untold'> {
  const untold = await keepForRevocations(tx, parts, link.bankId, [{ ...link, messageId }]);
  return untold.has(link.linkId) ? 'untold' : 'kept';
}

/** The same for several links to one bank; answers which of them cannot be told of, and remembers that. */
export async function keepForRevocations(
  tx: Transaction,
  parts: LinkingParts,
  bankId: BankId,
  links: readonly EndingLink[],
): Promise<ReadonlySet<LinkId>> {
  const { sealers, shut } = await parts.vault.endingLinkSealers(
    tx,
    links.map((link) => link.linkId),
  );
  const calls = links.flatMap(({ linkId, customerId, sealedTokens, sealedGrant, messageId }) => {
    const sealer = sealers.get(linkId);
    if (!sealer || !sealedTokens || !sealedGrant) return [];
    const tokens = sealer.openState<BankTokens>('links.tokens', linkId, sealedTokens).use((value) => value);
    const grantId = sealer.openState<string>('links.grant', linkId, sealedGrant).use((value) => value);
    return [{ callId: randomUUID(), linkId, customerId, messageId, value: { tokens, grantId } }];
  });
  const isKept = calls.length > 0 && (await keepCalls(tx, parts, bankId, calls)) === 'kept';
  const called = new Set(calls.map((call) => call.linkId));
  const untold = links.filter(({ linkId, sealedTokens }) =>
    called.has(linkId) ? !isKept : sealedTokens !== null && shut.has(linkId),
  );
  await rememberUntold(tx, parts, bankId, untold);
  return new Set(untold.map((link) => link.linkId));
}

/** A link that ends, with what tells its bank. */
type EndingLink = Pick<Link, 'linkId' | 'customerId' | 'sealedTokens' | 'sealedGrant'> & {
  readonly messageId: MessageId | null;
};

/** Revocations that were given up before the first try: there is nothing to try with. */
async function rememberUntold(
  tx: Transaction,
  parts: LinkingParts,
  bankId: BankId,
  links: readonly EndingLink[],
): Promise<void> {
  if (links.length === 0) return;
  const now = new Date(parts.clock.nowMs());
  await tx.execute(sql`
    insert into revocations (revocation_id, link_id, customer_id, bank_id, message_id, created_at, next_try_at, given_up_at)
    select gen_random_uuid(), link_id, customer_id, ${bankId}, message_id, ${now}, ${now}, ${now}
    from unnest(${links.map((link) => link.linkId)}::uuid[], ${links.map((link) => link.customerId)}::uuid[],
      ${links.map((link) => link.messageId)}::uuid[]) as u (link_id, customer_id, message_id)`);
  parts.log.warn({ bank: bankId, links: links.length }, 'links ended of which their bank could not be told');
}

interface Ending {
  readonly by: CausedBy;
  readonly recordsErased: number;
  readonly consentId: ConsentId | undefined;
  readonly receipt: string | undefined;
  readonly bankUntold?: true;
}

/** Says in the chat that a link has ended, and what was erased. */
async function sayStopped(
  tx: Transaction,
  parts: LinkingParts,
  told: Told,
  messageId: MessageId,
  ending: Ending,
): Promise<void> {
  const { by, recordsErased, consentId, receipt, bankUntold } = ending;
  const at = new Date(parts.clock.nowMs()).toISOString();
  const card: ConsentCard = {
    card: 'consent',
    bank: told.face.id,
    state: 'revoked',
    purposes: [],
    accounts: [],
    ...(consentId && { copy: copyAddress(consentId) }),
    // A bank that ended the consent itself has nothing left to confirm.
    ended: {
      at,
      by,
      recordsErased,
      bankConfirmed: by === 'bank',
      ...(bankUntold && { bankUntold }),
      ...(receipt && { receipt: receiptAddress(receipt) }),
    },
  };
  const waysOn = by === 'customer' ? undefined : wayBack('link-bank', told.face, told.customer.locale);
  await sayConsent(tx, parts, told, { entry: 'message', messageId, card, ...(waysOn && { waysOn }) });
}

/** Marks in the chat that the bank has confirmed; part of the transaction that closes the revocation. */
export async function sayConfirmed(
  tx: Transaction,
  parts: LinkingParts,
  revocation: { readonly customerId: CustomerId; readonly bankId: string; readonly messageId: MessageId },
): Promise<void> {
  const { customerId, bankId, messageId } = revocation;
  const told = await whoIsTold(tx, parts, customerId, bankId);
  const said = told && (await parts.delivery.ownMessage(tx, told.thread, messageId));
  if (!told || said?.content.kind !== 'card' || said.content.card.card !== 'consent' || !said.content.card.ended)
    return;
  const card: ConsentCard = { ...said.content.card, ended: { ...said.content.card.ended, bankConfirmed: true } };
  await sayConsent(tx, parts, told, { entry: 'edit', messageId, card, ...(said.waysOn && { waysOn: said.waysOn }) });
}

/**
 * Deletes a customer: every link is stopped, every key destroyed, every identity and session removed,
 * the conversation with all that was said is gone. The banks are told afterwards, as after any stop.
 */
export async function deleteCustomer(
  tx: Transaction,
  parts: LinkingParts,
  customerId: CustomerId,
): Promise<DeletionReceipt> {
  await lockCustomer(tx, customerId);
  await giveBackOf(tx, parts, customerId);
  const stopped: Stopped[] = [];
  for (const { linkId } of await lockLinksOf(tx, parts, customerId)) {
    const one = await stopLink(tx, parts, linkId, 'customer');
    if (one) stopped.push(one);
  }
  const thread = (await parts.delivery.threadsOf(tx, [customerId])).get(customerId);
  const said = thread ? await parts.delivery.removeConversation(tx, thread) : 0;
  await removeConsents(tx, customerId);
  await tx.execute(sql`delete from links where customer_id = ${customerId}`);
  const sum = (count: (one: Stopped) => number): number => stopped.reduce((all, one) => all + count(one), 0);
  const erased = await parts.vault.eraseCustomer(tx, customerId, {
    by: 'customer',
    keys: sum((one) => one.keys),
    records: sum((one) => one.records),
    messages: said + sum((one) => one.messages),
  });
  const identities = await removeCustomer(tx, customerId);
  parts.revocations.append([{ what: 'account', customer: customerId }]);
  return {
    receipt: receiptAddress(erased.receipt),
    at: new Date(parts.clock.nowMs()).toISOString(),
    scope: 'account',
    banks: stopped.map((one) => ({ ...one, bankConfirmed: false })),
    identities,
    // Two of the customer's own, and one of each link.
    keysDestroyed: erased.keys + sum((one) => one.keys),
  };
}
