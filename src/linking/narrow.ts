import {
  newId,
  TellerlineError,
  type AccountRef,
  type ConsentId,
  type CustomerId,
  type LinkId,
  type MessageId,
} from '#base';
import { consentDocument, grantConsent, lockConsent, type Consent } from '#consent';
import { chatFieldsWithin, labelOf, type ChatField, type ConsentCard, type Purpose } from '#contract';
import { lockCustomer } from '#customers';
import { sql, type Transaction } from '#db';
import type { Thread } from '#delivery';
import type { LinkSealer, RecordContent } from '#vault';
import { forgetPlacesOf } from './fetches.ts';
import { accountsOf, copyAddress, linkEnded, lockLink, receiptAddress, type Link } from './links.ts';
import type { ConsentDocument, LinkingParts } from './parts.ts';
import { sayConsent, whoIsTold, type Told } from './say.ts';
import { sealedColumnsOf } from './sealed-columns.ts';
import { grantOf, stopLink } from './stop.ts';

/** What a customer no longer allows: purposes, and accounts of the link. */
export interface GivenUp {
  readonly purposes: readonly Purpose[];
  readonly accounts: readonly AccountRef[];
  /** What staff may no longer see; nothing of it is kept for them, so nothing is deleted. */
  readonly chatFields?: readonly ChatField[] | undefined;
}

/** What a narrowing deleted, beside the link's key of before. */
interface Erased {
  readonly records: number;
  readonly messages: number;
}

/** Which records are kept for a purpose; the others keep none. */
const kindOf: Readonly<Partial<Record<Purpose, RecordContent['kind']>>> = {
  balances: 'balance',
  transactions: 'transaction',
  receipts: 'receipt',
  shipping: 'parcel',
  'fraud-alerts': 'alert',
};

/**
 * Deletes, in the transaction that narrows a consent, what nothing else needs any more: the records and
 * messages of purposes and accounts that are no longer allowed. What is left of the link gets a fresh key, and
 * the one of before is destroyed: else what was deleted would open in an older copy of the database as long as
 * the link stands. Answers how many, and the sealers that take the place of those taken out before; undefined
 * when nothing is no longer allowed.
 */
export async function eraseGivenUp(
  tx: Transaction,
  parts: LinkingParts,
  thread: Thread,
  linkId: LinkId,
  dropped: GivenUp,
): Promise<{ erased: Erased; sealers: Map<LinkId, LinkSealer> } | undefined> {
  const { delivery, vault, clock } = parts;
  if (dropped.purposes.length === 0 && dropped.accounts.length === 0) {
    for (const one of parts.dependents) await one.forgetGivenUp(tx, linkId, dropped);
    return undefined;
  }
  const kinds = dropped.purposes.flatMap((purpose) => kindOf[purpose] ?? []);
  // Records before the conversation, as everywhere.
  const erased = await vault.eraseRecords(tx, linkId, { kinds, accountRefs: dropped.accounts });
  let messages = await delivery.removeOfLink(tx, thread, linkId, clock.nowMs(), dropped.purposes);
  // An answer may tell of several accounts at once, so none of them stays when one account is gone.
  if (dropped.accounts.length > 0) messages += await delivery.removeAnswers(tx, thread, linkId, clock.nowMs());
  messages += await delivery.removeShowing(tx, thread, erased, clock.nowMs());
  // They may tell of what is given up, and lie under this link's key and others around it.
  messages += await delivery.removeOfSeveral(tx, thread, linkId, clock.nowMs());
  const ended = dropped.purposes.includes('transactions') ? null : [...dropped.accounts];
  await tx.execute(sql`delete from lookbacks where link_id = ${linkId}
    and (${ended}::uuid[] is null or account_ref = any(${ended}::uuid[]))`);
  // It remembers merchants of purchases that are no longer shared.
  await tx.execute(sql`update accounts set sealed_watch = null where link_id = ${linkId} and sealed_watch is not null
    and (${ended}::uuid[] is null or account_ref = any(${ended}::uuid[]))`);
  await forgetPlacesOf(tx, linkId, ended);
  for (const one of parts.dependents) await one.forgetGivenUp(tx, linkId, dropped);
  const above = parts.dependents.flatMap((one) => one.sealedColumns(linkId));
  const left = [...sealedColumnsOf(linkId), ...above, delivery.sealedOfLink(thread, linkId)];
  const sealer = await vault.renewLinkKey(tx, linkId, left);
  return { erased: { records: erased.length, messages }, sealers: new Map([[linkId, sealer]]) };
}

/**
 * Takes purposes or accounts out of a customer's consent, on the customer's word alone: as easily as they
 * were given. What nothing else needs is deleted in the same transaction. When nothing is left to allow, the
 * link is stopped. What was given up before is no error. Answers the id of the deletion's receipt; undefined
 * when nothing was left to give up.
 *
 * @throws TellerlineError `link_ended` for a link that is stopped or somebody else's
 */
export async function narrowLink(
  tx: Transaction,
  parts: LinkingParts,
  customerId: CustomerId,
  linkId: LinkId,
  givenUp: GivenUp,
): Promise<string | undefined> {
  await lockCustomer(tx, customerId);
  const link = await lockLink(tx, linkId);
  if (link?.customerId !== customerId || link.state === 'stopping') throw linkEnded();
  await parts.vault.lockKeys(tx, [linkId]);
  const sealer = (await parts.vault.linkSealers(tx, [linkId])).get(linkId);
  const consent = await lockConsent(tx, linkId, parts.clock.nowMs());
  const told = await whoIsTold(tx, parts, customerId, link.bankId);
  if (!sealer || !consent || !told) throw linkEnded();

  const shared = await accountsOf(tx, sealer);
  const dropped: GivenUp = {
    purposes: consent.purposes.filter((purpose) => givenUp.purposes.includes(purpose)),
    accounts: await leaveOut(tx, linkId, givenUp.accounts),
    chatFields: (consent.chatFields ?? []).filter((field) => givenUp.chatFields?.includes(field)),
  };
  if (Object.values(asText(dropped)).every((one) => one.length === 0)) return undefined;
  const purposes = consent.purposes.filter((purpose) => !dropped.purposes.includes(purpose));
  const accounts = shared.filter(({ accountRef }) => !dropped.accounts.includes(accountRef));
  if (purposes.length === 0 || accounts.length === 0) {
    return (await stopLink(tx, parts, linkId, 'customer'))?.receipt;
  }
  const goesOn = await goesOnAtBank(tx, parts, linkId, dropped);
  const unseen = (consent.chatFields ?? []).filter((field) => !dropped.chatFields?.includes(field));
  const chatFields = chatFieldsWithin(unseen, purposes);
  const amended = await amend(tx, parts, consent, { purposes, chatFields, accounts: accounts.map(labelOf) });
  const narrowed = await eraseGivenUp(tx, parts, told.thread, linkId, dropped);
  const { erased, sealers } = narrowed ?? { erased: undefined, sealers: new Map([[linkId, sealer]]) };
  const of = { customerId, linkId, bankId: link.bankId, by: 'customer' } as const;
  const entered = await parts.vault.ledger.enter(tx, [
    { ...of, type: 'consent', change: 'amended', accounts: accounts.length, ...grantOf(amended) },
    ...(erased ? [{ ...of, type: 'deletion', what: 'narrowed', keys: 1, ...erased } as const] : []),
  ]);
  const chain = { consent: consent.consentId, becomes: amended.consentId };
  parts.revocations.append([{ what: 'narrowed', link: linkId, customer: customerId, ...chain, ...asText(dropped) }]);
  const receipt = erased && entered.at(-1)?.receipt;
  const named = shared.filter(({ accountRef }) => dropped.accounts.includes(accountRef)).map(labelOf);
  const givenUpNow = {
    purposes: [...dropped.purposes],
    accounts: named,
    ...(dropped.chatFields?.length && { chatFields: [...dropped.chatFields] }),
  };
  await sayNarrowed(tx, parts, told, {
    link,
    sealers,
    consent: amended,
    accounts,
    givenUp: givenUpNow,
    erased: erased ?? { records: 0, messages: 0 },
    receipt,
    goesOn: goesOn ? told.face.telephone : undefined,
  });
  return receipt;
}

async function goesOnAtBank(
  tx: Transaction,
  { dependents }: LinkingParts,
  linkId: LinkId,
  givenUp: GivenUp,
): Promise<boolean> {
  for (const one of dependents) if (await one.goesOn(tx, linkId, givenUp)) return true;
  return false;
}

/** What was given up, as the file of revocations keeps it. */
export const asText = ({
  purposes,
  accounts,
  chatFields = [],
}: GivenUp): { purposes: string[]; accounts: string[]; chatFields: string[] } => ({
  purposes: [...purposes],
  accounts: [...accounts],
  chatFields: [...chatFields],
});

/** Marks accounts as left out; answers those that were not before. */
async function leaveOut(tx: Transaction, linkId: LinkId, accounts: readonly AccountRef[]): Promise<AccountRef[]> {
  const rows = await tx.query<{ accountRef: AccountRef }>(sql`
    update accounts set left_out = true
    where link_id = ${linkId} and account_ref = any(${[...accounts]}::uuid[]) and not left_out
    returning account_ref as "accountRef"`);
  return rows.map((row) => row.accountRef);
}

/** Puts a smaller consent in the place of one in force. It ends on the same day; what was signed stays word for word. */
async function amend(
  tx: Transaction,
  { vault, clock }: LinkingParts,
  consent: Consent,
  left: Pick<ConsentDocument, 'purposes' | 'accounts'> & { readonly chatFields: readonly ChatField[] },
): Promise<Consent> {
  const { customerId } = consent;
  const kept = await consentDocument(tx, customerId, consent.consentId);
  if (!kept) throw new TellerlineError('consent_unknown', 404, 'There is no such consent in this chat.');
  const ledger = await vault.customerSealer(tx, customerId, 'ledger');
  const amended: Consent = {
    ...consent,
    consentId: newId<ConsentId>(),
    purposes: left.purposes,
    chatFields: left.chatFields,
    grantedAt: new Date(clock.nowMs()),
  };
  const signed = ledger.open<ConsentDocument>('consents.document', consent.consentId, kept.sealed).use((one) => one);
  const document: ConsentDocument = { ...signed, ...left, narrowedAt: amended.grantedAt.toISOString() };
  const sealedDocument = ledger.seal('consents.document', amended.consentId, document);
  await grantConsent(tx, { ...amended, sealedDocument }, 'amended');
  return amended;
}

interface Narrowed {
  readonly link: Link;
  readonly sealers: ReadonlyMap<LinkId, LinkSealer>;
  readonly consent: Consent;
  readonly accounts: Awaited<ReturnType<typeof accountsOf>>;
  readonly givenUp: NonNullable<ConsentCard['givenUp']>;
  readonly erased: Erased;
  /** Id of the signed receipt. */
  readonly receipt: string | undefined;
  /** The bank's telephone, where it may still do something about what was given up. */
  readonly goesOn: string | undefined;
}

/** Says in the chat what is no longer shared, what still is, and what was deleted. */
async function sayNarrowed(
  tx: Transaction,
  parts: LinkingParts,
  told: Told,
  { link, sealers, consent, accounts, givenUp, erased, receipt, goesOn }: Narrowed,
): Promise<void> {
  const { linkId } = link;
  const messageId = newId<MessageId>();
  const card: ConsentCard = {
    card: 'consent',
    bank: link.bankId,
    state: 'granted',
    purposes: [...consent.purposes],
    accounts: accounts.map(labelOf),
    grantedAt: consent.grantedAt.toISOString(),
    expiresAt: consent.expiresAt.toISOString(),
    copy: copyAddress(consent.consentId),
    givenUp,
    ...(goesOn !== undefined && { goesOn }),
    narrowed: { ...erased, ...(receipt && { receipt: receiptAddress(receipt) }) },
  };
  await sayConsent(tx, parts, told, { entry: 'message', messageId, card, linkId }, sealers);
}
