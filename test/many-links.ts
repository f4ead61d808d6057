import { randomUUID } from 'node:crypto';
import {
  newId,
  type AccountRef,
  type BankId,
  type ConsentId,
  type CustomerId,
  type LinkId,
  type MessageId,
} from '#base';
import { grantConsent } from '#consent';
import { createCustomer } from '#customers';
import { sql, type Transaction } from '#db';
import type { Change, Thread } from '#delivery';
import type { HttpParts } from '#http';
import { transactionDraft } from '#linking';
import type { RecordDraft } from '#vault';

/** A link that was made, with whose it is. */
export interface MadeLink {
  readonly customerId: CustomerId;
  readonly linkId: LinkId;
  readonly thread: Thread;
  readonly accountRefs: readonly AccountRef[];
}

type InTransaction = <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;

/**
 * Makes links to a bank as linking leaves them, each of a customer of its own: keys, consent, tokens, two
 * accounts, eight purchases and four messages. Answers their ids; the bank's own ids of the
 * accounts are our references.
 */
export async function makeLinks(
  parts: HttpParts,
  transaction: InTransaction,
  bank: BankId,
  linksWanted: number,
): Promise<MadeLink[]> {
  let made = 0;
  const all: MadeLink[] = [];
  const worker = async (): Promise<void> => {
    while (made < linksWanted) {
      const some = Math.min(100, linksWanted - made);
      made += some;
      await transaction(async (tx) => {
        const links: MadeLink[] = [];
        for (let n = 0; n < some; n += 1) links.push(await makeLink(tx, parts, bank));
        const sealers = await parts.vault.linkSealers(
          tx,
          links.map((link) => link.linkId),
        );
        await finishLinks(tx, parts, bank, links, sealers);
        await tellPurchases(tx, parts, bank, links, sealers);
        all.push(...links);
      });
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return all;
}

async function makeLink(tx: Transaction, parts: HttpParts, bank: BankId): Promise<MadeLink> {
  const customerId = newId<CustomerId>();
  const linkId = newId<LinkId>();
  await createCustomer(tx, { customerId, locale: 'en', timeZone: 'America/New_York' }, Date.now());
  await parts.vault.createCustomerKeys(tx, customerId);
  await parts.vault.createLinkKey(tx, { linkId, customerId, bankId: bank });
  const thread = await parts.delivery.createConversation(tx, customerId, Date.now());
  const consentId = newId<ConsentId>();
  const ledger = await parts.vault.customerSealer(tx, customerId, 'ledger');
  await grantConsent(tx, {
    consentId,
    linkId,
    customerId,
    bankId: bank,
    purposes: ['balances', 'transactions'],
    grantedAt: new Date(),
    expiresAt: new Date(Date.now() + 300 * 86_400_000),
    sealedDocument: ledger.seal('consents.document', consentId, { disclosure: 'd'.repeat(3000) }),
  });
  return { customerId, linkId, thread, accountRefs: [newId<AccountRef>(), newId<AccountRef>()] };
}

async function finishLinks(
  tx: Transaction,
  parts: HttpParts,
  bank: BankId,
  links: readonly MadeLink[],
  sealers: Awaited<ReturnType<HttpParts['vault']['linkSealers']>>,
): Promise<void> {
  const now = new Date();
  const sealed = links.map(({ linkId }) => sealers.get(linkId));
  const tokens = { access: 'a'.repeat(400), refresh: 'r'.repeat(100) };
  await tx.execute(sql`
    insert into links (link_id, customer_id, bank_id, state, grant_index, sealed_tokens, sealed_grant, card_message_id, subscribed, created_at)
    select link_id, customer_id, ${bank}, 'linked', grant_index, tokens, sealed_grant, link_id, true, ${now}
    from unnest(${links.map((link) => link.linkId)}::uuid[], ${links.map((link) => link.customerId)}::uuid[],
      ${links.map((link) => parts.vault.index('grant', link.linkId))}::bytea[],
      ${sealed.map((one) => one?.sealState('links.tokens', one.linkId, tokens))}::bytea[],
      ${sealed.map((one) => one?.sealState('links.grant', one.linkId, randomUUID()))}::bytea[])
      as u (link_id, customer_id, grant_index, tokens, sealed_grant)`);
  await insertAccounts(tx, parts, bank, links, sealers);
}

async function tellPurchases(
  tx: Transaction,
  parts: HttpParts,
  bank: BankId,
  links: readonly MadeLink[],
  sealers: Awaited<ReturnType<HttpParts['vault']['linkSealers']>>,
): Promise<void> {
  const drafts = links.flatMap(({ linkId, accountRefs: [accountRef = newId<AccountRef>()] }) =>
    Array.from({ length: 8 }, (_, n) => draftOf(parts, { bank, linkId, accountRef }, n)),
  );
  const stored = await parts.vault.storeRecords(tx, sealers, drafts, 'history');
  const changes = links.flatMap(({ thread, linkId }, n): Change[] => {
    const head = { ...thread, entry: 'message', author: 'bank', atMs: Date.now() } as const;
    const shown = [0, 1].map((one): Change => {
      const record = stored[n * 8 + one];
      const draft = drafts[n * 8 + one];
      if (!record || !draft) throw new Error('a record was not stored');
      const body = {
        from: 'record',
        linkId,
        purpose: 'transactions',
        recordId: record.recordId,
        shown: draft.content,
      } as const;
      return { ...head, messageId: newId<MessageId>(), body };
    });
    const said = [0, 1].map((): Change => {
      const text = 'Citi: $2,318.42 available in checking 4417; $412.08 owed on card 2291.';
      const body = { from: 'link', linkId, purpose: 'balances', said: { content: { kind: 'text', text } } } as const;
      return { ...head, messageId: newId<MessageId>(), body };
    });
    return [...shown, ...said];
  });
  await parts.delivery.write(tx, changes, sealers);
}

async function insertAccounts(
  tx: Transaction,
  parts: HttpParts,
  bank: BankId,
  links: readonly MadeLink[],
  sealers: Awaited<ReturnType<HttpParts['vault']['linkSealers']>>,
): Promise<void> {
  const accounts = links.flatMap(({ linkId, accountRefs }) =>
    accountRefs.map((accountRef, ordinal) => {
      const index = parts.linking.accountIndex(bank, accountRef);
      const detail = { accountId: accountRef, currency: 'USD', kind: 'checking', last4: '4417' };
      const sealed = sealers.get(linkId)?.sealState('accounts.detail', index.toString('hex'), detail);
      return { linkId, accountRef, ordinal, index, sealed };
    }),
  );
  await tx.execute(sql`insert into accounts (link_id, account_ref, bank_id, account_index, ordinal, sealed)
    select link_id, account_ref, ${bank}, account_index, ordinal, sealed
    from unnest(${accounts.map((one) => one.linkId)}::uuid[], ${accounts.map((one) => one.accountRef)}::uuid[],
      ${accounts.map((one) => one.index)}::bytea[], ${accounts.map((one) => one.ordinal)}::integer[],
      ${accounts.map((one) => one.sealed)}::bytea[]) as a (link_id, account_ref, account_index, ordinal, sealed)`);
}

function draftOf(
  parts: HttpParts,
  of: { bank: BankId; linkId: LinkId; accountRef: AccountRef },
  n: number,
): RecordDraft {
  const occurredAt = new Date(Date.now() - n * 86_400_000).toISOString();
  const place = { ...of, account: { kind: 'checking', last4: '4417' } } as const;
  const purchase = {
    id: randomUUID(),
    status: 'posted',
    amount: '65.70',
    currency: 'USD',
    direction: 'debit',
    localDate: occurredAt.slice(0, 10),
    description: 'STROMAN & HUDSON WESTERVILLE OH',
    merchant: {
      name: 'Stroman & Hudson',
      category: '5541',
      address: { city: 'Westerville', region: 'OH', country: 'US' },
    },
  } as const;
  return transactionDraft(parts.vault, place, purchase, { occurredAt });
}
