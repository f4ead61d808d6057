import type { CustomerId, LinkId } from '#base';
import { endedConsentsOf } from '#consent';
import { keptReceiptSchema, type EndedLink, type KeptReceipt } from '#contract';
import { sql } from '#db';
import { copyAddress, receiptAddress } from './links.ts';
import type { LinkingParts } from './parts.ts';

interface Told {
  readonly linkId: LinkId;
  readonly askedAt: Date;
  readonly attempts: number;
  readonly confirmedAt: Date | null;
  readonly givenUpAt: Date | null;
}

/**
 * A customer's links that have ended, newest first: when, by whom, where the copy of what was agreed is, and
 * whether the bank has confirmed that its grant is ended. A bank that ended the link itself is not told.
 */
export async function endedLinks({ database }: LinkingParts, customerId: CustomerId): Promise<EndedLink[]> {
  const consents = await endedConsentsOf(database, customerId);
  const rows = await database.query<Told>(sql`
    select distinct on (link_id) link_id as "linkId", created_at as "askedAt", attempts,
      confirmed_at as "confirmedAt", given_up_at as "givenUpAt"
    from revocations where customer_id = ${customerId} order by link_id, created_at desc`);
  const told = new Map(rows.map((row) => [row.linkId, row]));
  return consents.map(({ linkId, bankId, consentId, endedAt, endedBy }): EndedLink => {
    const revocation = told.get(linkId);
    return {
      id: linkId,
      bank: bankId,
      endedAt: endedAt.toISOString(),
      by: endedBy,
      copy: copyAddress(consentId),
      ...(revocation && { told: toldAs(revocation) }),
    };
  });
}

/** The receipts of what was deleted of a customer, newest first, for as long as they are kept. */
export async function keptReceipts({ vault }: LinkingParts, customerId: CustomerId): Promise<KeptReceipt[]> {
  const kept = await vault.ledger.receipts(customerId);
  return kept.map(({ id, record, until }) =>
    keptReceiptSchema.parse({
      ...record,
      address: receiptAddress(id),
      bank: record['bank'] || undefined,
      until: until.toISOString(),
    }),
  );
}

function toldAs({ askedAt, attempts, confirmedAt, givenUpAt }: Told): NonNullable<EndedLink['told']> {
  // Nothing that was given up without a try was ever asked.
  const givenUp = attempts === 0 ? 'untold' : 'given-up';
  const state = confirmedAt ? 'confirmed' : givenUpAt ? givenUp : 'open';
  return { state, at: (confirmedAt ?? givenUpAt ?? askedAt).toISOString(), attempts };
}
