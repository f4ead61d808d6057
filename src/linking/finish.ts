import type { ConsentId, CustomerId, LinkId, MessageId } from '#base';
import { invariant, isTellerlineError, newId } from '#base';
import { consentsOf, grantConsent, type Consent } from '#consent';
import {
  gistOfBalance,
  gistOfConsent,
  type BalanceCard,
  type BankFace,
  type ConsentCard,
  type Purpose,
} from '#contract';
import { findCustomer, type Customer, type Session } from '#customers';
import { sql, type Transaction } from '#db';
import type { Change, Thread } from '#delivery';
import { taskActor, type LinkSealer } from '#vault';
import { claimReturn, endAttempt, openAtBank, type AtBank, type Attempt } from './attempts.ts';
import type { BankAccount, BankSession, BankTokens } from './bank-api.ts';
import { copyAddress, labelOf, lockLink, purposesDropped, storeAccounts } from './links.ts';
import { lookbackWindow, startLookback } from './lookback.ts';
import { narrow } from './narrow.ts';
import { faceOf, type LinkingParts } from './parts.ts';
import { keepForRevocation } from './stop.ts';

/**
 * Takes the browser's return from the bank: claims the attempt, redeems the code, reads the accounts and
 * stores the link with its consent. Answers the new link, or undefined when the customer said no there.
 *
 * @throws TellerlineError those of `claimReturn` and of BankApi
 */
export async function finishLinking(parts: LinkingParts, session: Session, returned: URL): Promise<LinkId | undefined> {
  const attempt = await claimReturn(parts, session, returned.searchParams.get('state') ?? '');
  const atBank = await openAtBank(parts, attempt);
  const grant = await redeem(parts, attempt, returned, atBank);
  if (!grant) return undefined;
  let tokens = grant.tokens;
  const bank: BankSession = {
    bank: attempt.bankId,
    grantId: grant.grantId,
    actor: 'USER',
    tokens: () => tokens,
    save: async (renewed) => {
      tokens = renewed;
    },
  };
  try {
    const accounts = await parts.banks.accounts(bank);
    const linkId = await storeLink(parts, attempt, atBank, { grantId: grant.grantId, tokens: () => tokens }, accounts);
    await subscribe(parts, bank, linkId);
    return linkId;
  } catch (error) {
    // A grant that we could not take up is given back, so that the bank shows none that nobody uses.
    await parts.banks
      .revoke(bank)
      .catch((failure: unknown) => parts.log.warn({ err: failure }, 'an unused grant could not be given back'));
    throw error;
  }
}

async function redeem(
  parts: LinkingParts,
  attempt: Attempt,
  returned: URL,
  atBank: AtBank,
): Promise<{ grantId: string; tokens: BankTokens } | undefined> {
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
  atBank: AtBank,
  grant: { readonly grantId: string; readonly tokens: () => BankTokens },
  accounts: readonly BankAccount[],
): Promise<LinkId> {
  return parts.database.transaction(async (tx) => {
    const customer = await findCustomer(tx, attempt.customerId);
    const thread = (await parts.delivery.threadsOf(tx, [attempt.customerId])).get(attempt.customerId);
    invariant(customer && thread, 'a customer who links is there');
    const now = parts.clock.nowMs();
    const existing = attempt.linkId ? await lockLink(tx, attempt.linkId) : undefined;
    const linkId = existing?.linkId ?? newId<LinkId>();
    const before = existing
      ? (await consentsOf(tx, attempt.customerId, now)).find((one) => one.linkId === linkId)?.purposes
      : undefined;
    if (!existing)
      await parts.vault.createLinkKey(tx, { linkId, customerId: attempt.customerId, bankId: attempt.bankId });
    const sealer = (await parts.vault.linkSealers(tx, [linkId])).get(linkId);
    invariant(sealer, 'a link that is being stored has its key');
    const cardMessageId = newId<MessageId>();
    if (existing) await keepForRevocation(tx, parts, existing, null);
    await writeLinkRow(tx, parts, attempt, sealer, { ...grant, cardMessageId });
    const consent = await writeConsent(tx, parts, attempt, atBank, linkId);
    const { refs, gone } = await storeAccounts(tx, parts, { linkId, bankId: attempt.bankId }, sealer, accounts);
    const purposes = atBank.signed.purposes as readonly Purpose[];
    await narrow(tx, parts, thread, linkId, { purposes: purposesDropped(before ?? [], purposes), accounts: gone });
    if (purposes.includes('transactions'))
      await startLookback(tx, linkId, [...refs.values()], lookbackWindow(now, customer.timeZone));
    await endAttempt(tx, attempt.attemptId, 'done');
    const face = faceOf(parts, attempt.bankId);
    const told = { parts, thread, customer, face, linkId, purposes, accounts, consent, cardMessageId };
    await parts.delivery.write(tx, changesFor(told), new Map([[linkId, sealer]]));
    if (purposes.includes('balances')) await enterFirstBalances(tx, parts, attempt.customerId, linkId, accounts.length);
    tx.afterCommit(() => parts.delivery.outlets.send(thread.conversationId, { frame: 'changed' }));
    return linkId;
  });
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
      ${parts.vault.index('grant', `${attempt.bankId}|${link.grantId}`)},
      ${sealer.sealState('links.tokens', linkId, link.tokens())},
      ${sealer.sealState('links.grant', linkId, link.grantId)}, ${link.cardMessageId}, ${new Date(parts.clock.nowMs())})
    on conflict (link_id) do update set state = 'linked', grant_index = excluded.grant_index,
      sealed_tokens = excluded.sealed_tokens, sealed_grant = excluded.sealed_grant,
      card_message_id = excluded.card_message_id, subscribed = false`);
}

async function writeConsent(
  tx: Transaction,
  parts: LinkingParts,
  attempt: Attempt,
  { signed }: AtBank,
  linkId: LinkId,
): Promise<Pick<Consent, 'consentId' | 'grantedAt' | 'expiresAt'>> {
  const grantedAt = new Date(parts.clock.nowMs());
  const expiresAt = new Date(grantedAt.getTime() + signed.durationDays * 86_400_000);
  const consentId = newId<ConsentId>();
  const ledger = await parts.vault.customerSealer(tx, attempt.customerId, 'ledger');
  await grantConsent(tx, {
    consentId,
    linkId,
    customerId: attempt.customerId,
    bankId: attempt.bankId,
    purposes: signed.purposes as readonly Purpose[],
    grantedAt,
    expiresAt,
    sealedDocument: ledger.seal('consents.document', consentId, signed),
  });
  return { consentId, grantedAt, expiresAt };
}

interface Told {
  readonly parts: LinkingParts;
  readonly thread: Thread;
  readonly customer: Customer;
  readonly face: BankFace;
  readonly linkId: LinkId;
  readonly purposes: readonly Purpose[];
  readonly accounts: readonly BankAccount[];
  readonly consent: Pick<Consent, 'consentId' | 'grantedAt' | 'expiresAt'>;
  readonly cardMessageId: MessageId;
}

/** What the chat says after linking: that it is linked, and the first balances. */
function changesFor(told: Told): Change[] {
  const { parts, thread, customer, face, linkId, purposes, accounts } = told;
  const atMs = parts.clock.nowMs();
  const reading = purposes.includes('transactions') ? { done: false, transactions: 0 } : undefined;
  const consent: ConsentCard = {
    card: 'consent',
    bank: face.id,
    state: 'granted',
    purposes: [...purposes],
    accounts: accounts.map(labelOf),
    grantedAt: told.consent.grantedAt.toISOString(),
    expiresAt: told.consent.expiresAt.toISOString(),
    copy: copyAddress(told.consent.consentId),
    ...(reading && { reading }),
  };
  const consentText = gistOfConsent(consent, face.name, customer.locale, customer.timeZone);
  const body = { from: 'link', linkId } as const;
  const changes: Change[] = [
    {
      ...thread,
      entry: 'message',
      messageId: told.cardMessageId,
      author: 'tellerline',
      atMs,
      body: { ...body, purpose: null, said: { content: { kind: 'card', card: consent, text: consentText } } },
    },
  ];
  const held = accounts.flatMap((account) =>
    account.balance ? [{ ...labelOf(account), balance: account.balance }] : [],
  );
  if (purposes.includes('balances') && held.length > 0) {
    const card: BalanceCard = { card: 'balance', bank: face.id, accounts: held };
    const text = gistOfBalance(card, face.name, customer.locale);
    changes.push({
      ...thread,
      entry: 'message',
      messageId: newId<MessageId>(),
      author: 'bank',
      atMs,
      body: { ...body, purpose: 'balances', said: { content: { kind: 'card', card, text } } },
    });
  }
  return changes;
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
