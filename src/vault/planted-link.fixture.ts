import { newId, type AccountRef, type BankId, type ConsentId, type CustomerId, type LinkId } from '#base';
import { grantConsent } from '#consent';
import type { Database } from '#db';
import type { Vault } from './vault.ts';

/** A link with a consent to purchases and one purchase. */
export interface PlantedLink {
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly accountRef: AccountRef;
  readonly bankId: BankId;
}

/**
 * Makes a link with one purchase of this description, for tests that read it through the gate: of a new customer
 * and to Citi, unless others are named.
 */
export async function plantLink(
  database: Database,
  vault: Vault,
  description: string,
  { customerId, bank = 'citi' }: { readonly customerId?: CustomerId; readonly bank?: string } = {},
): Promise<PlantedLink> {
  const ids = {
    linkId: newId<LinkId>(),
    customerId: customerId ?? newId<CustomerId>(),
    accountRef: newId<AccountRef>(),
    bankId: bank as BankId,
  };
  await database.transaction(async (tx) => {
    if (!customerId) await vault.createCustomerKeys(tx, ids.customerId);
    await vault.createLinkKey(tx, ids);
    await grantConsent(tx, {
      ...ids,
      consentId: newId<ConsentId>(),
      purposes: ['transactions'],
      grantedAt: new Date(),
      expiresAt: new Date(Date.now() + 86_400_000),
      sealedDocument: Buffer.alloc(0),
    });
    const sealers = await vault.linkSealers(tx, [ids.linkId]);
    const balance = { amount: '1.00', currency: 'USD', asOf: '2026-11-03T12:00:00Z' };
    await vault.storeRecords(
      tx,
      sealers,
      [
        {
          linkId: ids.linkId,
          accountRef: ids.accountRef,
          subjectIndex: vault.index('transaction', 'one'),
          localDate: '2026-11-03',
          occurredAt: new Date('2026-11-03T12:00:00Z'),
          stage: 1,
          content: {
            kind: 'transaction',
            bank,
            account: { kind: 'card', last4: '9113' },
            transaction: {
              id: 'one',
              status: 'authorized',
              amount: balance.amount,
              currency: 'USD',
              direction: 'debit',
              occurredAt: balance.asOf,
              localDate: '2026-11-03',
              description,
            },
          },
        },
      ],
      'event',
    );
  });
  return ids;
}
