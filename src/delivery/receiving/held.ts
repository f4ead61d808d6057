import type { CustomerId, IdentityId } from '#base';
import { sql, type Queryable } from '#db';
import type { Vault } from '#vault';
import type { PersonIds } from '../channel.ts';

/** What is kept of a customer's at messengers, opened: for the customer's own export. */
export interface HeldAtMessengers {
  readonly addresses: readonly {
    readonly identity: IdentityId;
    readonly channel: string;
    /** Of our page or number. */
    readonly account: string;
    readonly person: PersonIds;
    readonly state: 'in-use' | 'retired';
    readonly since: Date;
    readonly heardAt: Date | null;
  }[];
  readonly pictures: readonly { readonly at: Date; readonly type: string; readonly base64: string }[];
}

/**
 * Reads it.
 *
 * @throws TellerlineError `key_gone` for a customer who was deleted
 */
export async function heldAtMessengers(db: Queryable, vault: Vault, customerId: CustomerId): Promise<HeldAtMessengers> {
  const sealer = await vault.customerSealer(db, customerId, 'conversation');
  const addresses = await db.query<HeldAtMessengers['addresses'][number] & { readonly sealed: Buffer }>(sql`
    select identity_id as identity, channel, account, sealed, state, created_at as since, heard_at as "heardAt"
    from channel_addresses where customer_id = ${customerId} order by created_at`);
  const pictures = await db.query<{ id: string; at: Date; sealed: Buffer }>(sql`
    select media_id as id, at, sealed from channel_media where customer_id = ${customerId} order by at`);
  return {
    addresses: addresses.map(({ sealed, ...address }) => ({
      ...address,
      person: sealer.open<PersonIds>('channel_addresses.person', address.identity, sealed).use((person) => person),
    })),
    pictures: pictures.map(({ id, at, sealed }) => ({
      at,
      ...sealer.open<{ type: string; base64: string }>('channel_media.picture', id, sealed).use((picture) => picture),
    })),
  };
}
