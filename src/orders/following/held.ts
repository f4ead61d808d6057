import type { LinkId } from '#base';
import { sql, type Database } from '#db';
import type { Vault } from '#vault';
import type { ReadReceipt } from '../sources/understood.ts';

/** What is kept of orders besides receipts and parcels, which are records. */
export interface HeldOrders {
  /** Parcels that are followed by their numbers. */
  readonly followed: readonly { readonly link: LinkId; readonly begunAt: Date; readonly trackingNumber: string }[];
  /** What was given back on orders that no shop has told of yet. */
  readonly refunds: readonly { readonly link: LinkId; readonly keptUntil: Date; readonly refund: ReadReceipt }[];
}

/** Opens what is kept of the links that can be read now. */
export async function heldOrders(
  { database, vault }: { readonly database: Database; readonly vault: Vault },
  linkIds: readonly LinkId[],
): Promise<HeldOrders> {
  await vault.askAhead({ linkIds });
  return database.transaction(async (tx) => {
    const sealers = await vault.readableLinkSealers(tx, linkIds);
    const followed = await tx.query<{ link: LinkId; id: string; begunAt: Date; sealed: Buffer }>(sql`
      select link_id as link, follow_id as id, begun_at as "begunAt", sealed from followed_parcels
      where link_id = any(${[...linkIds]}::uuid[]) order by begun_at, follow_id`);
    const refunds = await tx.query<{ link: LinkId; id: string; keptUntil: Date; sealed: Buffer }>(sql`
      select link_id as link, refund_id as id, kept_until as "keptUntil", sealed from early_refunds
      where link_id = any(${[...linkIds]}::uuid[]) order by kept_until, refund_id`);
    return {
      followed: followed.flatMap(({ link, id, begunAt, sealed }) => {
        const opened = sealers.get(link)?.openState<string>('followed_parcels.number', id, sealed);
        return opened ? [opened.use((trackingNumber) => ({ link, begunAt, trackingNumber }))] : [];
      }),
      refunds: refunds.flatMap(({ link, id, keptUntil, sealed }) => {
        const opened = sealers.get(link)?.openState<ReadReceipt>('early_refunds.refund', id, sealed);
        return opened ? [opened.use((refund) => ({ link, keptUntil, refund }))] : [];
      }),
    };
  });
}
