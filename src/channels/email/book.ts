import { createHash, timingSafeEqual } from 'node:crypto';
import { limits, TellerlineError, type Clock, type CustomerId, type IdentityId, type Random } from '#base';
import { enterIdentity, lockCustomer, removeIdentity } from '#customers';
import { sql, type Database, type Queryable, type Transaction } from '#db';
import type { Delivery, Thread } from '#delivery';
import type { Vault } from '#vault';
import { readAddress } from './address.ts';

/** The channel's name, as in `channel_identities`. */
export const email = 'email';

/** Where a customer is told by e-mail, confirmed by a code. */
export interface AddressBook {
  /**
   * Keeps an address until its code is said; answers the code, which goes there and nowhere else.
   *
   * @throws TellerlineError `email_malformed`, `email_codes_too_many`
   */
  ask(thread: Thread, address: string): Promise<{ readonly address: string; readonly code: string }>;
  /** The code was said: the address takes the place of the one before. @throws TellerlineError `email_code_wrong`, `email_code_over` */
  confirm(thread: Thread, code: string, spare: boolean): Promise<void>;
  /** The customer is told there no more; safe to repeat. */
  remove(thread: Thread): Promise<void>;
  /** By the way to stop that stands in the mails; safe to repeat, and says nothing of whether there is one. */
  stop(secret: string): Promise<void>;
  /** The confirmed address, and whether a code is still good. */
  standing(customerId: CustomerId): Promise<{ readonly address: string | undefined; readonly asked: boolean }>;
  /** Opens where an identity is written to: for one mail, and kept nowhere. */
  of(identityId: IdentityId): Promise<{ readonly address: string; readonly stop: string } | undefined>;
  /** Forgets codes that ran out. */
  tidy(nowMs: number): Promise<void>;
}

/** What the book works with. Delivery is made later, with the senders. */
export interface BookParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly delivery: () => Pick<Delivery, 'putDestination' | 'removeDestination' | 'conversationOf'>;
  readonly clock: Clock;
  readonly random: Random;
}

interface Kept {
  readonly address: string;
}

interface Asked {
  readonly address: string;
  readonly code: string;
}

/** Makes the book over a database and a vault. */
export function createAddressBook(parts: BookParts): AddressBook {
  const { database, vault, clock } = parts;
  return {
    ask: (thread, address) => ask(parts, thread, readAddress(address)),
    confirm: (thread, code, spare) => confirm(parts, thread, code, spare),
    remove: (thread) =>
      database.transaction(async (tx) => {
        await tx.execute(sql`delete from email_codes where customer_id = ${thread.customerId}`);
        await removeAddress(parts, tx, thread);
      }),
    stop: (secret) =>
      database.transaction(async (tx) => {
        const [row] = await tx.query<{ customerId: CustomerId }>(
          sql`select customer_id as "customerId" from email_addresses where stop_hash = ${hashOf(secret)}`,
        );
        const standing = row && (await parts.delivery().conversationOf(tx, row.customerId));
        if (row && standing) await removeAddress(parts, tx, { ...standing, customerId: row.customerId });
      }),
    standing: async (customerId) => {
      const [row] = await database.query<{ identityId: IdentityId; sealed: Buffer }>(sql`
        select identity_id as "identityId", sealed from email_addresses where customer_id = ${customerId}`);
      const [asked] = await database.query(sql`select 1 from email_codes
        where customer_id = ${customerId} and expires_at > ${new Date(clock.nowMs())} and tries < ${limits.emailTriesMax}`);
      const address = row && (await openAddress(vault, database, customerId, row));
      return { address, asked: asked !== undefined };
    },
    of: async (identityId) => {
      const [row] = await database.query<{ customerId: CustomerId; sealed: Buffer }>(sql`
        select customer_id as "customerId", sealed from email_addresses where identity_id = ${identityId}`);
      if (!row) return undefined;
      const address = await openAddress(vault, database, row.customerId, { identityId, sealed: row.sealed });
      return { address, stop: stopSecret(vault, identityId) };
    },
    tidy: async (nowMs) => {
      // The hour in which codes are counted is over too.
      await database.execute(sql`delete from email_codes where hour_began_at < ${new Date(nowMs - hourMs)}
        and expires_at < ${new Date(nowMs)}`);
    },
  };
}

const hourMs = 3_600_000;
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** The same in every mail to one identity, so that the oldest still stops them. */
const stopSecret = (vault: Vault, identityId: IdentityId): string =>
  vault.index('email stop', identityId).toString('base64url');

async function openAddress(
  vault: Vault,
  db: Queryable,
  customerId: CustomerId,
  { identityId, sealed }: { readonly identityId: IdentityId; readonly sealed: Buffer },
): Promise<string> {
  const sealer = await vault.customerSealer(db, customerId, 'conversation');
  return sealer.open<Kept>('email_addresses.address', identityId, sealed).use(({ address }) => address);
}

async function ask(
  { database, vault, clock, random }: BookParts,
  { customerId }: Thread,
  address: string,
): Promise<Asked> {
  const code = String(random.bytes(6).readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
  const nowMs = clock.nowMs();
  await database.transaction(async (tx) => {
    await lockCustomer(tx, customerId);
    const sealer = await vault.customerSealer(tx, customerId, 'conversation');
    const sealed = sealer.seal('email_codes.code', customerId, { address, code } satisfies Asked);
    const [row] = await tx.query<{ sent: number }>(sql`
      insert into email_codes as c (customer_id, sealed, sent, hour_began_at, expires_at)
      values (${customerId}, ${sealed}, 1, ${new Date(nowMs)}, ${new Date(nowMs + limits.emailCodeMinutes * 60_000)})
      on conflict (customer_id) do update set sealed = excluded.sealed, tries = 0, expires_at = excluded.expires_at,
        sent = case when c.hour_began_at > ${new Date(nowMs - hourMs)} then c.sent + 1 else 1 end,
        hour_began_at = case when c.hour_began_at > ${new Date(nowMs - hourMs)} then c.hour_began_at
          else excluded.hour_began_at end
      returning sent`);
    if ((row?.sent ?? 0) > limits.emailCodesPerHourMax)
      throw new TellerlineError(
        'email_codes_too_many',
        429,
        'Several codes were sent within the hour. Try again later.',
        { retryAfterSeconds: 3600 },
      );
  });
  return { address, code };
}

async function confirm(parts: BookParts, thread: Thread, code: string, spare: boolean): Promise<void> {
  const { database, vault, delivery, clock } = parts;
  const { customerId } = thread;
  const nowMs = clock.nowMs();
  const isRight = await database.transaction(async (tx) => {
    await lockCustomer(tx, customerId);
    // A try counts before the code is looked at, and stays counted when it was wrong.
    const [row] = await tx.query<{ sealed: Buffer }>(sql`
      update email_codes set tries = tries + 1
      where customer_id = ${customerId} and expires_at > ${new Date(nowMs)} and tries < ${limits.emailTriesMax}
      returning sealed`);
    if (!row) throw over();
    const sealer = await vault.customerSealer(tx, customerId, 'conversation');
    const asked = sealer.open<Asked>('email_codes.code', customerId, row.sealed).use((opened) => opened);
    if (!timingSafeEqual(hashOf(asked.code), hashOf(code))) return false;
    await tx.execute(sql`update email_codes set expires_at = ${new Date(nowMs)} where customer_id = ${customerId}`);
    await removeAddress(parts, tx, thread);
    const identityId = await enterIdentity(tx, customerId, email, nowMs);
    await tx.execute(sql`
      insert into email_addresses (identity_id, customer_id, sealed, stop_hash, created_at)
      values (${identityId}, ${customerId},
        ${sealer.seal('email_addresses.address', identityId, { address: asked.address } satisfies Kept)},
        ${hashOf(stopSecret(vault, identityId))}, ${new Date(nowMs)})`);
    await delivery().putDestination(tx, thread, { identityId, channel: email, detail: 'pointer', spare }, nowMs);
    return true;
  });
  if (!isRight)
    throw new TellerlineError('email_code_wrong', 422, 'This is not the code that was sent. Nothing changed.');
}

async function removeAddress({ delivery }: BookParts, tx: Transaction, thread: Thread): Promise<void> {
  const rows = await tx.query<{ identityId: IdentityId }>(
    sql`select identity_id as "identityId" from email_addresses where customer_id = ${thread.customerId}`,
  );
  for (const { identityId } of rows) {
    await delivery().removeDestination(tx, thread, identityId);
    // Its row goes with the identity.
    await removeIdentity(tx, thread.customerId, identityId);
  }
}

const over = (): TellerlineError =>
  new TellerlineError('email_code_over', 410, 'This code is no longer good. Ask for a new one.');
