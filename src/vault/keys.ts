import { hkdfSync } from 'node:crypto';
import type { BankId, CustomerId, LinkId, Random } from '#base';
import { TellerlineError } from '#base';
import { sql, type Queryable, type Transaction } from '#db';
import { dataKey, type DataKey } from './cipher.ts';
import type { KeyProvider } from './key-provider.ts';

/** `conversation`: words typed, and what is said here without a bank. `ledger`: what was agreed. */
export type CustomerKeyUse = 'conversation' | 'ledger';

/** A link's data key in use, with the epoch that every ciphertext under it names. */
export interface LinkKey {
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly epoch: number;
  readonly key: DataKey;
}

const secretBytes = 32;

/** Data keys in their table: made, taken out for one transaction, destroyed. Private to this folder. */
export interface KeyTable {
  /** Makes a customer's two keys. */
  createForCustomer(tx: Transaction, customerId: CustomerId): Promise<void>;
  /** Makes a link's key, at epoch 1. */
  createForLink(tx: Transaction, link: { linkId: LinkId; customerId: CustomerId; bankId: BankId }): Promise<void>;
  /** @throws TellerlineError `key_gone` */
  ofCustomer(db: Queryable, customerId: CustomerId, use: CustomerKeyUse): Promise<DataKey>;
  /**
   * The keys from which the salts of customers' entries in the proof log derive: HKDF-SHA-256 of the ledger
   * key. With that key they are gone, and nothing ties an entry to what it said.
   *
   * @throws TellerlineError `key_gone`, also by the function returned, for a customer without keys
   */
  ledgerSaltKeys(db: Queryable, customerIds: readonly CustomerId[]): Promise<(customerId: CustomerId) => Buffer>;
  /**
   * The keys of the links named, their rows locked against revocation until the transaction ends
   * (promise P5), in the order of their ids so that two transactions cannot wait for each other.
   * A revoked link is missing from the answer.
   */
  ofLinks(tx: Transaction, linkIds: readonly LinkId[]): Promise<Map<LinkId, LinkKey>>;
  /** Locks the keys named for their destruction, in the order of their ids. */
  lock(tx: Transaction, linkIds: readonly LinkId[]): Promise<void>;
  /** Moves the epoch on and destroys the key; false when it was gone. */
  destroyOfLink(tx: Transaction, linkId: LinkId): Promise<boolean>;
  /** Destroys all keys of a customer, those of links included; answers how many there were. */
  destroyOfCustomer(tx: Transaction, customerId: CustomerId): Promise<number>;
}

/**
 * Makes the table of keys: each is 32 random bytes, wrapped by `provider` for its customer and use, or its
 * link and epoch.
 */
export function keyTable(provider: KeyProvider, random: Random): KeyTable {
  return {
    createForCustomer: async (tx, customerId) => {
      const uses: CustomerKeyUse[] = ['conversation', 'ledger'];
      const wrapped = uses.map((use) => provider.wrap(customerContext(customerId, use), random.bytes(secretBytes)));
      await tx.execute(sql`insert into customer_keys (customer_id, use, wrapped_key)
        select ${customerId}, * from unnest(${uses}::text[], ${wrapped}::bytea[])`);
    },
    createForLink: async (tx, link) => {
      const wrapped = provider.wrap(linkContext(link.linkId, 1), random.bytes(secretBytes));
      await tx.execute(sql`insert into link_keys (link_id, customer_id, bank_id, epoch, wrapped_key)
        values (${link.linkId}, ${link.customerId}, ${link.bankId}, 1, ${wrapped})`);
    },
    ofCustomer: async (db, customerId, use) => {
      const [row] = await db.query<{ wrapped: Buffer }>(sql`
        select wrapped_key as wrapped from customer_keys where customer_id = ${customerId} and use = ${use}`);
      if (!row) throw keyGone();
      return dataKey(provider.unwrap(customerContext(customerId, use), row.wrapped));
    },
    ledgerSaltKeys: async (db, customerIds) => {
      const rows = await db.query<{ customerId: CustomerId; wrapped: Buffer }>(sql`
        select customer_id as "customerId", wrapped_key as wrapped from customer_keys
        where use = 'ledger' and customer_id = any(${[...new Set(customerIds)]}::uuid[])`);
      const saltKeys = new Map(
        rows.map(({ customerId, wrapped }) => {
          const secret = provider.unwrap(customerContext(customerId, 'ledger'), wrapped);
          return [customerId, Buffer.from(hkdfSync('sha256', secret, '', 'tellerline ledger salts v1', secretBytes))];
        }),
      );
      return (customerId) => {
        const saltKey = saltKeys.get(customerId);
        if (!saltKey) throw keyGone();
        return saltKey;
      };
    },
    ofLinks: (tx, linkIds) => lockLinkKeys(tx, provider, linkIds),
    lock: async (tx, linkIds) => {
      await tx.execute(
        sql`select from link_keys where link_id = any(${[...linkIds]}::uuid[]) order by link_id for update`,
      );
    },
    destroyOfLink: async (tx, linkId) =>
      (await tx.execute(sql`update link_keys set epoch = epoch + 1, wrapped_key = null
        where link_id = ${linkId} and wrapped_key is not null`)) === 1,
    destroyOfCustomer: async (tx, customerId) => {
      const own = await tx.execute(sql`delete from customer_keys where customer_id = ${customerId}`);
      const ofLinks = await tx.query<{ live: boolean }>(sql`delete from link_keys where customer_id = ${customerId}
        returning wrapped_key is not null as live`);
      return own + ofLinks.filter((key) => key.live).length;
    },
  };
}

function keyGone(): TellerlineError {
  return new TellerlineError('key_gone', 410, 'This was deleted and can no longer be read.');
}

async function lockLinkKeys(
  tx: Transaction,
  provider: KeyProvider,
  linkIds: readonly LinkId[],
): Promise<Map<LinkId, LinkKey>> {
  const rows = await tx.query<{ linkId: LinkId; customerId: CustomerId; epoch: number; wrapped: Buffer | null }>(sql`
    select link_id as "linkId", customer_id as "customerId", epoch, wrapped_key as wrapped from link_keys
    where link_id = any(${[...linkIds]}::uuid[]) order by link_id for share`);
  const keys = new Map<LinkId, LinkKey>();
  for (const { linkId, customerId, epoch, wrapped } of rows) {
    if (!wrapped) continue;
    keys.set(linkId, { linkId, customerId, epoch, key: dataKey(provider.unwrap(linkContext(linkId, epoch), wrapped)) });
  }
  return keys;
}

const customerContext = (customerId: CustomerId, use: CustomerKeyUse): string => `customer|${customerId}|${use}`;
const linkContext = (linkId: LinkId, epoch: number): string => `link|${linkId}|${epoch}`;
